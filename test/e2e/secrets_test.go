package e2e_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestSecretsAreNeverShown passes secrets to tools. The client and the process search every message and all of stderr for
// them.
func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		const header, toolHeader, wrongType = "s3cr3t-header", "s3cr3t-tool-header", "s3cr3t-of-wrong-type"
		u := a.newSandbox(t, sandbox.Options{})
		c := open(t, kind, setup{base: u.url, args: []string{"--log-level", "debug"}, secrets: []string{header, toolHeader, wrongType}})
		register := object{
			"key": "weather", "display_name": "Weather", "description": "Forecasts", "agent_url": newCard(t),
			"headers": object{"Authorization": "Bearer " + header, "X-Plain": header}, "plain_headers": []any{"X-Plain"},
		}
		c.tool("register_a2a_agent", register)
		c.toolError("register_a2a_agent", register)
		c.toolError("register_a2a_agent", object{"key": "w", "headers": object{"Authorization": []any{wrongType}}, "api_key": wrongType})
		c.tool("refresh_agent_card", object{"key": "weather"})
		c.tool("update_agent", object{"key": "weather", "a2a": object{"headers": object{"Authorization": "Bearer " + header}}})
		c.tool("get_agent", object{"key": "weather"})
		c.tool("list_agents", object{"detail": "full"})

		run := object{
			"key": "caller", "model": "openai/gpt-4o", "role": "Caller", "instructions": "Call.", "message": "/tool crm\nhello",
			"tools": []any{object{
				"type": "http", "key": "crm", "description": "The CRM", "url": "https://crm.example/", "method": "GET",
				"headers": object{"Authorization": "Bearer " + toolHeader},
			}},
		}
		// The secrets must have reached the upstream.
		sent := map[string]string{"/v2/agents/a2a": header, "/v2/agents/stream-run": toolHeader}
		if a.isToday() { // no operation takes the definition of a tool
			c.toolError("run_agent", run)
			sent = map[string]string{"/v2/agents/external": header}
		} else {
			ran, _ := c.run("run_agent", run)
			c.tool("run_agent", run)
			c.tool("get_agent_response", object{"key": "caller", "task_id": ran.TaskID})
			c.tool("get_agent", object{"key": "caller"})
		}
		for path, secret := range sent {
			if sent := u.requests("POST", path); len(sent) == 0 || !bytes.Contains(sent[0].body, []byte(secret)) {
				t.Errorf("the body of POST %s lacks the secret", path)
			}
		}
	})
}

// TestSecretsInEventsAreMasked has an upstream whose events contain secrets.
func TestSecretsInEventsAreMasked(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		const secret = "s3cr3t-in-an-event"
		u := a.newUpstream(t, a.scriptedRuns(t, func(s *script, _ string) {
			s.start()
			s.useTool(map[string]any{
				"city": "Lisbon", "api_key": secret, "headers": map[string]any{"X-Any": secret}, "url": "https://u:" + secret + "@crm.example/?token=" + secret,
			})
			s.finish("done")
		}))
		c := open(t, kind, setup{base: u.url, secrets: []string{secret}})
		_, result := c.run("invoke_agent", object{"key": "scout", "message": "x"})
		for _, e := range relayed(result.progress) {
			data, _ := e.Data.(object)
			arguments, _ := data["tool_arguments"].(object)
			switch e.Type {
			case "event.workflow_events.tool_execution_started":
			case "response.output_item.added": // whose arguments are JSON in a string
				item, _ := data["item"].(object)
				text, _ := item["arguments"].(string)
				arguments = decode[object](t, []byte(text))
			default:
				continue
			}
			if arguments["city"] != "Lisbon" || arguments["api_key"] != "***" {
				t.Errorf("arguments = %v, want the city and a masked api_key", arguments)
			}
			return
		}
		t.Error("the start of the tool was not relayed")
	})
}

// TestARefusalThatEchoesTheRequestShowsNoSecret has an upstream whose errors contain the body of the request.
func TestARefusalThatEchoesTheRequestShowsNoSecret(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		const variable, header, inURL = "s3cr3t-variable", "s3cr3t-header", "s3cr3t-in-a-url"
		u := newUpstream(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			answerJSON(400, string(encode(t, object{"message": "wrong: " + r.Header.Get("Authorization") + " " + string(body)})))(w, r)
		}))
		args := []string{"--log-level", "debug"}
		if a.isToday() { // an upstream that refuses everything does not show its generation
			args = append(args, "--api", "responses")
		}
		c := open(t, kind, setup{base: u.url, args: args, secrets: []string{variable, header, inURL}})
		variables := object{"api_key": variable, "db": object{"password": variable}}
		inline := []any{object{
			"type": "http", "key": "crm", "description": "d", "url": "https://u:" + inURL + "@crm.example/", "method": "GET",
			"headers": object{"X-Any": header},
		}}
		run := object{"key": "k", "role": "r", "instructions": "i", "model": "m", "message": "m", "tools": inline}
		if a.isToday() { // no operation takes the definition of a tool
			run = object{"key": "k", "role": "r", "instructions": "i", "model": "m", "message": "m", "variables": variables}
		}
		for tool, arguments := range map[string]object{
			"create_agent":       {"key": "k", "role": "r", "description": "d", "instructions": "i", "model": "m", "variables": variables},
			"invoke_agent":       {"key": "k", "message": "m", "variables": variables},
			"run_agent":          run,
			"register_a2a_agent": {"key": "k", "display_name": "d", "description": "d", "agent_url": "https://u:" + inURL + "@a.example", "headers": object{"X-Any": header}},
		} {
			for _, result := range []toolResult{c.begin(tool, arguments).result(), c.beginWithoutProgress(tool, arguments).result()} {
				if !result.IsError || !strings.Contains(result.text(), "***") {
					t.Errorf("%s = %s, want an error with masked values", tool, result.text())
				}
			}
		}
	})
}

// TestAKeyThatIsAPlaceholderIsNeverSent brings keys that a client has not filled in.
func TestAKeyThatIsAPlaceholderIsNeverSent(t *testing.T) {
	t.Parallel()
	u := newUpstream(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request reached the service") }))
	s := serve(t, overHTTP, setup{base: u.url, keyless: true})
	for key, want := range map[string]string{"${ORQ_API_KEY}": "is a placeholder for a variable", "your-orq-api-key": "is a placeholder from an example", `"k1-secret"`: "is in quotes"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader(
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_agents","arguments":{}}}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+key)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/json, text/event-stream")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if closeErr := response.Body.Close(); err != nil || closeErr != nil {
			t.Fatal(err, closeErr)
		}
		if response.StatusCode != http.StatusUnauthorized || !strings.Contains(string(body), want) {
			t.Errorf("key %s: status %d, body %q; want 401 and %q", key, response.StatusCode, body, want)
		}
	}
}

// injected and injectedHeader are the secrets that injectSecrets adds: under the names of credentials and below headers.
const injected, injectedHeader = "s3cr3t-injected", "s3cr3t-injected-header"

// injectSecrets wraps next and adds secrets to every object in its responses and events.
func injectSecrets(t *testing.T, next http.Handler) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(recorder.Code)
		for line := range strings.Lines(recorder.Body.String()) {
			document, isEvent := strings.CutPrefix(line, "data: ")
			var value any
			if !strings.HasPrefix(document, "{") || json.Unmarshal([]byte(document), &value) != nil {
				_, _ = io.WriteString(w, line)
				continue
			}
			inject(value)
			if isEvent {
				_, _ = io.WriteString(w, "data: ")
			}
			_, _ = w.Write(append(encode(t, value), '\n'))
		}
	})
}

// inject adds secrets, under their names and in a URL, to every object in value, except those that are maps.
func inject(value any) {
	switch value := value.(type) {
	case object:
		for name, inside := range value {
			if name == "message_difference" || name == "headers" {
				for _, member := range inside.(object) {
					inject(member)
				}
				continue
			}
			inject(inside)
		}
		value["callback"] = "https://u:" + injected + "@hook.example/x?n=1&access_token=" + injected
		value["client_secret"], value["x_api_key"] = injected, object{"deep": []any{injected, object{"deeper": injected}}}
		if value["headers"] == nil {
			value["headers"] = object{"X-Any": object{"value": injectedHeader}, "Authorization": object{"value": "Bearer " + injectedHeader}}
		}
	case []any:
		for _, inside := range value {
			inject(inside)
		}
	}
}

// TestSecretsInAnyAnswerAreHidden calls every tool on a workspace with secrets in all of its responses. Results, errors,
// progress and the log are searched for them.
func TestSecretsInAnyAnswerAreHidden(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		box, err := sandbox.Open(sandbox.Options{})
		if err != nil {
			t.Fatal(err)
		}
		u := newUpstream(t, injectSecrets(t, box))
		t.Cleanup(func() {
			if err := box.Close(); err != nil {
				t.Error(err)
			}
		})
		c := open(t, kind, setup{base: u.url, args: []string{"--log-level", "debug"}, secrets: []string{injected, injectedHeader}})
		masked := map[string]bool{}
		use := func(tool string, arguments object) toolResult {
			t.Helper()
			result := c.mustSucceed(tool, c.begin(tool, arguments).result())
			for _, e := range relayed(result.progress) {
				masked["progress"] = masked["progress"] || strings.Contains(string(encode(t, e.Data)), "***")
			}
			masked[tool] = strings.Contains(string(result.Structured), "***") && strings.Contains(result.text(), "***")
			return result
		}
		c.create("scout", object{"tools": []any{object{"type": "current_date"}, object{"type": "function", "key": "refund"}}})
		use("get_agent", object{"key": "scout"})
		use("get_agent", object{"key": "scout", "field": "settings"})
		use("list_agents", object{})
		use("list_agents", object{"detail": "full"})
		use("update_agent", object{"key": "scout", "role": "Chief", "variables": object{"name": "Ada"}})
		use("register_a2a_agent", object{"key": "weather", "display_name": "W", "description": "d", "agent_url": newCard(t)})
		use("refresh_agent_card", object{"key": "weather"})
		for _, message := range []string{"hello", "/tool current_date", "/tool refund {\"order\": 7}", "/fail", "/count 3"} {
			for _, mode := range []string{"stream", "auto"} {
				ran := use("invoke_agent", object{"key": "scout", "message": message, "mode": mode})
				use("get_agent_response", object{"key": "scout", "task_id": decode[outcome](t, ran.Structured).TaskID})
			}
		}
		use("run_agent", object{"key": "runner", "model": "openai/gpt-4o", "role": "r", "instructions": "i", "message": "hello"})
		c.toolError("get_agent", object{"key": "nobody"})
		c.toolError("get_agent_response", object{"key": "scout", "task_id": "none"})
		c.toolError("invoke_agent", object{"key": "scout", "message": "/error 503", "mode": "stream"})
		c.toolError("create_agent", object{"key": "scout", "role": "r", "description": "d", "instructions": "i", "model": "openai/gpt-4o"})
		use("delete_agent", object{"key": "weather", "confirm": "weather"})

		// These show complete responses, so they must contain masked secrets.
		for _, where := range []string{"get_agent", "list_agents", "refresh_agent_card", "progress"} {
			if !masked[where] {
				t.Errorf("%s contains no masked value", where)
			}
		}
	})
}
