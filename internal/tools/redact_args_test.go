package tools

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// callsWithSecrets returns calls with a secret in every argument that is meant for one, or has the name of one. Each secret
// contains s3cr3t-N, in lower or upper case, or is the number 73734.
func callsWithSecrets() map[string]string {
	const (
		agent     = `"key": "support", "role": "r", "description": "d", "instructions": "i", "model": "m"`
		variables = `"variables": {"api_key": "s3cr3t-1 and more", "nested": {"client_secret": ["s3cr3t-2"]}, "pin_password": 73734, "db_pwd": "s3cr3t-3"}`
		settings  = `"model_settings": {"parameters": {"temperature": 1, "access_token": "s3cr3t-4"}}`
		metadata  = `"metadata": {"session_token": "s3cr3t-5"}, "identity": {"id": "i", "metadata": [{"password": "s3cr3t-6"}]}`
		headers   = `"headers": {"Authorization": "Bearer s3cr3t-7", "X-Any": "S3CR3T-8 \"/+&é"}`
		file      = `"files": [{"uri": "https://user:s3cr3t-9@files.example/a?api_key=s3cr3t-10", "metadata": {"jwt": "s3cr3t-11"}}]`
		inline    = `"tools": [{"type": "http", "key": "crm", "description": "d", "url": "https://u:s3cr3t-12@crm.example/", "method": "GET", ` + headers + `}, ` +
			`{"type": "mcp", "key": "srv", "description": "d", "url": "https://mcp.example/?token=s3cr3t-13", "connection_type": "http", ` + headers +
			`, "tools": [{"name": "t", "schema": {"type": "object"}}]}]`
		urls = `"agent_url": "https://u:s3cr3t-14@a.example/", "card_url": "https://a.example/card?access_token=s3cr3t-15"`
	)
	return map[string]string{
		"create_agent":       `{` + agent + `, ` + variables + `}`,
		"update_agent":       `{"key": "support", "a2a": {` + urls + `, ` + headers + `}, ` + variables + `}`,
		"register_a2a_agent": `{"key": "support", "display_name": "S", "description": "d", ` + urls + `, ` + headers + `, "plain_headers": ["X-Any"]}`,
		"invoke_agent":       `{"key": "support", "message": "m", ` + variables + `, ` + metadata + `, ` + file + `}`,
		"run_agent":          `{` + agent + `, "message": "m", ` + variables + `, ` + metadata + `, ` + file + `, ` + inline + `}`,
		"arguments as text":  `{"key": "support", "message": "m", "variables": "{\"api_key\": \"s3cr3t-16\"}"}`,
		"model settings":     `{` + agent + `, ` + settings + `}`,
	}
}

// checkNoSecret checks that text contains none of the secrets of callsWithSecrets.
func checkNoSecret(t *testing.T, what, text string) {
	t.Helper()
	for _, secret := range []string{"s3cr3t", "73734"} {
		if at := strings.Index(strings.ToLower(text), secret); at >= 0 {
			t.Errorf("%s = …%.60s…, want no secret", what, text[max(0, at-20):])
		}
	}
}

// TestErrorsMaskSecretsOfArguments uses a service that answers with all values it was sent, in several encodings.
func TestErrorsMaskSecretsOfArguments(t *testing.T) {
	t.Parallel()
	encodings := map[string]func(string) string{
		"as it came":    func(sent string) string { return sent },
		"in capitals":   strings.ToUpper,
		"in a query":    url.QueryEscape,
		"within quotes": func(sent string) string { return encodeText(sent) },
	}
	for name, arguments := range callsWithSecrets() {
		for encoding, encodeValues := range encodings {
			for _, status := range []int{400, 401, 403, 404, 409, 418, 422, 500} {
				t.Run(fmt.Sprint(name, " ", encoding, " ", status), func(t *testing.T) {
					t.Parallel()
					tool := map[string]string{"arguments as text": "invoke_agent", "model settings": "create_agent"}[name]
					if tool == "" {
						tool = name
					}
					sent := false
					s := echoing(t, status, func(body string) string {
						sent = strings.Contains(body, "s3cr3t") || sent
						return encodeValues(strings.Join(leaves(t, decode(t, body)), " | "))
					})
					text := textOf(t, s.use(t, tool, arguments))
					checkNoSecret(t, "the error", text)
					if name != "model settings" && (!sent || status != 500 && !strings.Contains(strings.ToLower(text), "wrong")) {
						t.Errorf("sent = %t, error = %s\nwant secrets in the request, and its values in the error", sent, text)
					}
				})
			}
		}
	}
}

// echoing returns a service that rejects every request with a body; the error message is what message returns for that body. It
// answers requests without a body with an agent.
func echoing(t *testing.T, status int, message func(body string) string) *service {
	t.Helper()
	s := &service{}
	s.connect(t, "http://orq.test", handlerTransport{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.HasPrefix(r.URL.Path, "/v2/agents/external") {
			http.NotFound(w, r)
			return
		}
		if len(body) == 0 {
			answer(w, http.StatusOK, agentJSON(t, nil))
			return
		}
		answer(w, status, encode(t, fields{"message": "wrong: " + message(string(body))}))
	})})
	return s
}

func encodeText(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

// leaves returns the strings and numbers within a document.
func leaves(t *testing.T, value any) []string {
	t.Helper()
	switch value := value.(type) {
	case fields:
		var all []string
		for _, inside := range value {
			all = append(all, leaves(t, inside)...)
		}
		slices.Sort(all)
		return all
	case []any:
		var all []string
		for _, inside := range value {
			all = append(all, leaves(t, inside)...)
		}
		return all
	case string:
		return []string{value}
	case json.Number:
		return []string{value.String()}
	}
	return nil
}

// TestArgumentErrorsMaskSecrets gives arguments with secrets the wrong type.
func TestArgumentErrorsMaskSecrets(t *testing.T) {
	t.Parallel()
	const registration = `"key": "k", "display_name": "d", "description": "d"`
	for name, c := range map[string]struct{ tool, arguments string }{
		"headers as text":          {"register_a2a_agent", `{"headers": "Authorization: Bearer s3cr3t"}`},
		"a header as a list":       {"register_a2a_agent", `{"headers": {"X": ["s3cr3t"]}}`},
		"a header as an object":    {"update_agent", `{"key": "k", "a2a": {"headers": {"X": {"y": "s3cr3t"}}}}`},
		"headers of a tool":        {"run_agent", `{"tools": [{"type": "http", "headers": "s3cr3t"}]}`},
		"an unknown name":          {"create_agent", `{"api_key": "s3cr3t"}`},
		"a URL of another scheme":  {"register_a2a_agent", `{` + registration + `, "agent_url": "ftp://user:s3cr3t@a.example"}`},
		"a URL that is none":       {"register_a2a_agent", `{` + registration + `, "agent_url": "https://a.example", "card_url": "a.example/card?api_key=s3cr3t"}`},
		"too long a header":        {"register_a2a_agent", `{` + registration + `, "agent_url": "https://a.example", "headers": {"X": "s3cr3t` + strings.Repeat("x", 2048) + `"}}`},
		"a list for the variables": {"invoke_agent", `{"variables": ["s3cr3t"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			checkNoSecret(t, "the error", s.refused(t, c.tool, c.arguments))
		})
	}
}

// TestRedactAndSchemaAgreeOnSecretNames checks that the masking of results and the masking of argument errors know the same names of
// secrets.
func TestRedactAndSchemaAgreeOnSecretNames(t *testing.T) {
	t.Parallel()
	numbers, err := schema.For[struct {
		Numbers map[string]int `json:"numbers" jsonschema_description:"Free."`
	}]()
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]bool{
		"x-api-key": true, "apiKey": true, "API_KEY": true, "access_token": true, "accessToken": true, "token": true, "client_secret": true,
		"pwd": true, "db_pwd": true, "passphrase": true, "password": true, "passwd": true, "private_key": true, "privateKey": true, "jwt": true,
		"access-key": true, "accessKeyId": true, "signing_key": true, "Authorization": true, "Proxy-Authorization": true, "Set-Cookie": true,
		"credentials": true, "bearer": true, "headers": true,
		"city": false, "key": false, "agent_key": false, "prompt_tokens": false, "max_tokens": false, "author": false, "pin": false, "session": false,
	} {
		if got := redact.SecretField(name); got != secret {
			t.Errorf("redact.SecretField(%q) = %t, want %t", name, got, secret)
		}
		raw, err := json.Marshal(fields{"numbers": fields{name: "visible"}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = schema.Decode[struct {
			Numbers map[string]int `json:"numbers" jsonschema_description:"Free."`
		}](numbers, raw)
		if err == nil || strings.Contains(err.Error(), "not shown") != secret {
			t.Errorf("schema.Decode with %s: value not shown = %t, want %t", name, !secret, secret)
		}
	}
}

// TestCredentialsInURLsAreMasked has an agent with credentials in URLs of all kinds of fields.
func TestCredentialsInURLsAreMasked(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	agent := fields{
		"description":  "Asks https://u:" + secret + "@a.example/, a long way " + strings.Repeat("long ", 18) + "https://user:" + secret + "@b.example/",
		"instructions": "Use https://api.example/v1?api_key=" + secret + "&limit=5 and postgres://app:" + secret + "@db/x.",
		"settings":     fields{"tools": []any{fields{"id": "t", "action_type": "http", "http": fields{"blueprint": fields{"url": "https://api.example/?sig=" + secret}}}}},
		"variables":    fields{"dsn": secret, "db": "Server=db;Password=" + secret + ";", "access_tokens": []any{secret}, "max_tokens": 5},
		"other":        "Bearer " + secret + "-0123456789",
	}
	s := serveChecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one := agentJSON(t, agent)
		switch {
		case strings.HasPrefix(r.URL.Path, "/v2/agents/external"):
			http.NotFound(w, r)
		case strings.HasSuffix(r.URL.Path, "/card/refresh"):
			answer(w, http.StatusOK, `{"message": "read https://u:`+secret+`@a.example/card", "card": {}}`)
		case r.Method == http.MethodPatch:
			answer(w, http.StatusOK, strings.ReplaceAll(one, secret, secret+"2"))
		case r.URL.Path == "/v2/agents":
			answer(w, http.StatusOK, `{"object": "list", "data": [`+one+`], "has_more": false}`)
		default:
			answer(w, http.StatusOK, one)
		}
	}))
	for _, call := range []struct{ tool, arguments, want string }{
		{"get_agent", `{"key": "support"}`, "https://api.example/v1?api_key=***&limit=5 and postgres://app:***@db/x."},
		{"get_agent", `{"key": "support", "field": "instructions"}`, "?api_key=***&limit=5"},
		{"get_agent", `{"key": "support", "field": "settings.tools"}`, "?sig=***"},
		{"list_agents", `{}`, "Asks https://***@a.example/"},
		{"list_agents", `{"detail": "full"}`, "Server=db;Password=***;"},
		{"update_agent", `{"key": "support", "role": "r"}`, "?api_key=***"},
		{"refresh_agent_card", `{"key": "support"}`, "https://***@a.example/card"},
	} {
		text, structure := s.succeed(t, call.tool, call.arguments)
		structured := encode(t, structure)
		for form, got := range map[string]string{"text": text, "structured content": strings.ReplaceAll(structured, `\u0026`, "&")} {
			checkNoSecret(t, "the "+form+" of "+call.tool, got)
			if !strings.Contains(got, call.want) {
				t.Errorf("%s %s: %s = %s, want %q in it", call.tool, call.arguments, form, got, call.want)
			}
		}
	}
}

func TestWalkTextFindsPasswordsUnescaped(t *testing.T) {
	t.Parallel()
	var found []string
	walkText("https://u:p%40ss@a.example/?token=t%2Fk", func(credential string) { found = append(found, credential) })
	for _, want := range []string{"u:p%40ss", "p%40ss", "p@ss", "t%2Fk", "t/k"} {
		if !slices.Contains(found, want) {
			t.Errorf("credentials = %q, want %q among them", found, want)
		}
	}
}

// TestErrorsShowWhatDescribesASecret has a tool whose parameter has the name of a secret: its words are no secrets, its default
// is one.
func TestErrorsShowWhatDescribesASecret(t *testing.T) {
	t.Parallel()
	s := echoing(t, http.StatusUnprocessableEntity, func(string) string { return "the string with a door code may not be s3cr3t-1" })
	text := s.refused(t, "run_agent", `{"key": "k", "role": "r", "description": "d", "instructions": "i", "model": "m", "message": "m", "tools": [
		{"type": "function", "key": "open", "description": "d", "parameters": {"type": "object", "properties": {
			"password": {"type": "string", "description": "a door code", "default": "s3cr3t-1"}}}}]}`)
	checkNoSecret(t, "the error", text)
	if want := "the string with a door code may not be ***"; !strings.Contains(text, want) {
		t.Errorf("error = %s, want %q in it", text, want)
	}
}

// TestCredentialsInURLsOfErrorsAreMasked has credentials that are in no argument, or in one that is shown in part only.
func TestCredentialsInURLsOfErrorsAreMasked(t *testing.T) {
	t.Parallel()
	s := echoing(t, http.StatusUnprocessableEntity, func(string) string { return "GET https://u:s3cr3t@a.example/?api_key=s3cr3t failed" })
	text := s.refused(t, "update_agent", `{"key": "support", "role": "r"}`)
	checkNoSecret(t, "the error of the service", text)
	if want := "GET https://***@a.example/?api_key=*** failed"; !strings.Contains(text, want) {
		t.Errorf("error = %s, want %q in it", text, want)
	}
	text = s.refused(t, "list_agents", `{"type": "https://user:s3cr3t`+strings.Repeat("x", 60)+`@a.example"}`)
	checkNoSecret(t, "the error about an argument", text)
	if want := "https://***@a.example"; !strings.Contains(text, want) {
		t.Errorf("error = %s, want %q in it", text, want)
	}
}

func TestRowsMaskBeforeTheyAreShortened(t *testing.T) {
	t.Parallel()
	row := newAgentRow(&orq.Agent{Description: "https://user:s3cr3t" + strings.Repeat("x", 200) + "@a.example"})
	if want := "https://***@a.example"; row.Description != want {
		t.Errorf("description = %q, want %q", row.Description, want)
	}
}
