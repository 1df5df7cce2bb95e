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

// TestSecretsAreNeverShown relies on every message and the whole of stderr being searched for the secrets.
func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		const header, toolHeader, wrongType = "s3cr3t-header", "s3cr3t-tool-header", "s3cr3t-of-wrong-type"
		u := newSandbox(t, sandbox.Options{})
		c := open(t, kind, setup{base: u.url, args: []string{"--log-level", "debug"}, secrets: []string{header, toolHeader, wrongType}})
		register := object{
			"key": "weather", "display_name": "Weather", "description": "Forecasts", "agent_url": newCard(t),
			"headers": object{"Authorization": "Bearer " + header, "X-Plain": header}, "plain_headers": []any{"X-Plain"},
		}
		c.tool("register_a2a_agent", register)
		c.refused("register_a2a_agent", register)
		c.refused("register_a2a_agent", object{"key": "w", "headers": object{"Authorization": []any{wrongType}}, "api_key": wrongType})
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
		ran, _ := c.run("run_agent", run)
		c.tool("run_agent", run)
		c.tool("get_agent_response", object{"key": "caller", "task_id": ran.TaskID})
		c.tool("get_agent", object{"key": "caller"})

		// The secrets did go where they belong.
		for path, secret := range map[string]string{"/v2/agents/a2a": header, "/v2/agents/stream-run": toolHeader} {
			if sent := u.requests("POST", path); len(sent) == 0 || !bytes.Contains(sent[0].body, []byte(secret)) {
				t.Errorf("POST %s did not carry the secret", path)
			}
		}
	})
}

// TestSecretsInEventsAreMasked has an upstream that is careless with what it was told.
func TestSecretsInEventsAreMasked(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		const secret = "s3cr3t-in-an-event"
		u := newUpstream(t, scripted(t, func(s *script, _ string) {
			s.start()
			s.useTool(map[string]any{"city": "Lisbon", "api_key": secret, "headers": map[string]any{"X-Any": secret}})
			s.finish("done")
		}))
		c := open(t, kind, setup{base: u.url, secrets: []string{secret}})
		_, result := c.run("invoke_agent", object{"key": "scout", "message": "x"})
		for _, e := range relayed(result.progress) {
			if e.Type != "event.workflow_events.tool_execution_started" {
				continue
			}
			arguments, _ := e.Data.(object)["tool_arguments"].(object)
			if arguments["city"] != "Lisbon" || arguments["api_key"] != "***" {
				t.Errorf("arguments came as %v", arguments)
			}
			return
		}
		t.Error("the start of the tool was not relayed")
	})
}

// TestARefusalThatEchoesTheRequestShowsNoSecret has an upstream that answers every request with its body.
func TestARefusalThatEchoesTheRequestShowsNoSecret(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		const variable, header, inURL = "s3cr3t-variable", "s3cr3t-header", "s3cr3t-in-a-url"
		u := newUpstream(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			answerJSON(400, string(encode(t, object{"message": "wrong: " + r.Header.Get("Authorization") + " " + string(body)})))(w, r)
		}))
		c := open(t, kind, setup{base: u.url, args: []string{"--log-level", "debug"}, secrets: []string{variable, header, inURL}})
		variables := object{"api_key": variable, "db": object{"password": variable}}
		inline := []any{object{
			"type": "http", "key": "crm", "description": "d", "url": "https://u:" + inURL + "@crm.example/", "method": "GET",
			"headers": object{"X-Any": header},
		}}
		for tool, arguments := range map[string]object{
			"create_agent":       {"key": "k", "role": "r", "description": "d", "instructions": "i", "model": "m", "variables": variables},
			"invoke_agent":       {"key": "k", "message": "m", "variables": variables},
			"run_agent":          {"key": "k", "role": "r", "instructions": "i", "model": "m", "message": "m", "tools": inline},
			"register_a2a_agent": {"key": "k", "display_name": "d", "description": "d", "agent_url": "https://u:" + inURL + "@a.example", "headers": object{"X-Any": header}},
		} {
			for _, result := range []toolResult{c.begin(tool, arguments).result(), c.beginQuietly(tool, arguments).result()} {
				if !result.IsError || !strings.Contains(result.text(), "***") {
					t.Errorf("%s answered %s", tool, result.text())
				}
			}
		}
	})
}

// planted are the secrets that planting hides in every answer, under a name of a credential and below headers.
const planted, plantedHeader = "s3cr3t-planted", "s3cr3t-planted-header"

// planting answers as next does, with secrets in every object of every answer and every event.
func planting(t *testing.T, next http.Handler) http.Handler {
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
			plant(value)
			if isEvent {
				_, _ = io.WriteString(w, "data: ")
			}
			_, _ = w.Write(append(encode(t, value), '\n'))
		}
	})
}

// plant hides secrets in every object below a value, but for those whose members all have one form.
func plant(value any) {
	switch value := value.(type) {
	case object:
		for name, inside := range value {
			if name == "message_difference" || name == "headers" {
				for _, member := range inside.(object) {
					plant(member)
				}
				continue
			}
			plant(inside)
		}
		value["client_secret"], value["x_api_key"] = planted, object{"deep": []any{planted, object{"deeper": planted}}}
		if value["headers"] == nil {
			value["headers"] = object{"X-Any": object{"value": plantedHeader}, "Authorization": object{"value": "Bearer " + plantedHeader}}
		}
	case []any:
		for _, inside := range value {
			plant(inside)
		}
	}
}

// TestSecretsInAnyAnswerAreHidden calls every tool on a workspace whose answers are full of secrets: results, refusals,
// progress and the log are searched for them.
func TestSecretsInAnyAnswerAreHidden(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		box, err := sandbox.Open(sandbox.Options{})
		if err != nil {
			t.Fatal(err)
		}
		u := newUpstream(t, planting(t, box))
		t.Cleanup(func() {
			if err := box.Close(); err != nil {
				t.Error(err)
			}
		})
		c := open(t, kind, setup{base: u.url, args: []string{"--log-level", "debug"}, secrets: []string{planted, plantedHeader}})
		masked := map[string]bool{}
		use := func(tool string, arguments object) toolResult {
			t.Helper()
			result := c.succeeded(tool, c.begin(tool, arguments).result())
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
		c.refused("get_agent", object{"key": "nobody"})
		c.refused("get_agent_response", object{"key": "scout", "task_id": "none"})
		c.refused("invoke_agent", object{"key": "scout", "message": "/error 503", "mode": "stream"})
		c.refused("create_agent", object{"key": "scout", "role": "r", "description": "d", "instructions": "i", "model": "openai/gpt-4o"})
		use("delete_agent", object{"key": "weather", "confirm": "weather"})

		// Where all that an answer holds is shown, the secrets were there to be hidden.
		for _, where := range []string{"get_agent", "list_agents", "refresh_agent_card", "progress"} {
			if !masked[where] {
				t.Errorf("nothing was masked by %s", where)
			}
		}
	})
}
