package e2e_test

import (
	"bytes"
	"io"
	"net/http"
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
