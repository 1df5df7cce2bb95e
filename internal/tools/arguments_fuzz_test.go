package tools

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// maxErrorBytes bounds the error text for any arguments, however large they are.
const maxErrorBytes = 64 << 10

// FuzzArguments calls each tool with arbitrary arguments, against a service that rejects every request.
func FuzzArguments(f *testing.F) {
	for _, seed := range argumentSeeds() {
		f.Add([]byte(seed))
	}
	list, err := defined()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, arguments []byte) {
		for _, tool := range list {
			call, sent := rejecting(t)
			result := tool.Handle(t.Context(), call, json.RawMessage(arguments))
			text := textOf(t, result)
			switch {
			case !result.IsError:
				t.Errorf("%s succeeded with %s, want an error", tool.Name, text)
			case !utf8.ValidString(text):
				t.Errorf("%s: error = %.500q, want valid UTF-8", tool.Name, text)
			case len(text) > maxErrorBytes:
				t.Errorf("%s: error has %d bytes for %d bytes of arguments, want at most %d: %.500q", tool.Name, len(text), len(arguments), maxErrorBytes, text)
			case !*sent && !strings.Contains(text, tool.Name):
				t.Errorf("%s: error = %.500q, want the name of the tool in it", tool.Name, text)
			}
			if _, err := json.Marshal(result); err != nil {
				t.Errorf("%s: encode the result: %v", tool.Name, err)
			}
		}
	})
}

// rejecting returns a Call whose service rejects every request, and whether a request was sent. Request bodies must be JSON.
func rejecting(t *testing.T) (call *Call, sent *bool) {
	t.Helper()
	sent = new(bool)
	client, err := orq.New(orq.Options{BaseURL: "http://orq.test", APIKey: apiKey, Transport: handlerTransport{http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			*sent = true
			var body any
			if r.ContentLength != 0 && json.NewDecoder(r.Body).Decode(&body) != nil {
				t.Errorf("%s %s: body is not JSON, want JSON", r.Method, r.URL)
			}
			answer(w, http.StatusBadRequest, `{"message": "refused"}`)
		})}})
	if err != nil {
		t.Fatal(err)
	}
	return &Call{Orq: client}, sent
}

// argumentSeeds returns valid arguments of each tool, arguments in the ways that models vary them, and nonsense.
func argumentSeeds() []string {
	const deep = 5000
	return []string{
		``, ` `, `null`, `{}`, `[]`, `""`, `"{}"`, `7`, `true`, `{`, `{}{}`, "\xff", "{\"key\": \"caf\xe9\"}", `{"key": "\ud800"}`,
		`{"key": "scout"}`, `{"key": "scout", "confirm": "scout"}`, `{"key": "scout@1.2.3"}`, `{"key": "../../agents"}`, `{"key": " scout "}`,
		`{"limit": 200, "cursor": "01H", "type": "a2a", "search": "x", "detail": "full"}`, `{"limit": "42", "detail": ""}`, `{"limit": 42.0}`,
		`{"limit": 1e400}`, `{"limit": -0}`, `{"limit": 1e999999999}`, `{"limit": 1e-999999999}`, `{"limit": ` + strings.Repeat("9", 400) + `}`, `{"limit": 0.` + strings.Repeat("9", 400) + `}`,
		`{"key": "k", "role": "r", "description": "d", "instructions": "i", "path": "Default", "model": "openai/gpt-4o", "model_settings": {"temperature": 0.5, "max_completion_tokens": 100},
			"fallback_models": ["a/b", {"id": "c/d"}], "tools": [{"type": "google_search"}, {"type": "http", "key": "h"}, {"type": "mcp", "tool_id": "t"}], "max_iterations": 3,
			"memory_stores": "one", "team_of_agents": [{"key": "a", "role": "b"}], "variables": {"a": 1, "b": {"c": []}}}`,
		`{"key": "k", "model": {"id": "openai/gpt-4o", "integration_id": null}, "tools": [{"id": "1", "action_type": "http", "key": "h", "requires_approval": false}]}`,
		`{"key": "k", "role": "", "tools": [], "a2a": {"agent_url": "http://a", "headers": {"X": ""}}, "version_increment": "minor", "new_key": "l"}`,
		`{"key": "k", "display_name": "d", "description": "d", "path": "p", "agent_url": "http://a", "card_url": "http://b", "headers": {"Authorization": "Bearer s", "X": "y"}, "plain_headers": ["X"]}`,
		`{"key": "k", "message": "hello", "files": [{"uri": "http://f"}, {"base64": "aGk=", "mime_type": "text/plain", "name": "f"}], "variables": {"x": 1}, "identity": {"id": "i"},
			"thread": {"id": "t"}, "memory": {"entity_id": "e"}, "metadata": {"a": "b"}, "mode": "background", "wait_seconds": 0, "stream_timeout_seconds": 60}`,
		`{"key": "k", "task_id": "t", "tool_results": [{"tool_call_id": "c", "result": {"a": [1, 2.50, "x"]}}, {"tool_call_id": "d", "result": ""}]}`,
		`{"key": "k", "message": "m", "mode": "stream"}`, `{"key": "k", "task_id": "t", "wait_seconds": 3600}`,
		`{"key": "k", "model": "m/n", "role": "r", "instructions": "i", "path": "p", "message": "m", "mode": "stream",
			"tools": [{"type": "http", "url": "http://a", "method": "GET", "headers": {"X-Key": "s"}, "arguments": {"q": {"type": "string"}}}, {"type": "code", "code": "x", "language": "python"},
			{"type": "function", "parameters": {"properties": {}}}, {"type": "mcp", "url": "http://m", "connection_type": "sse", "tools": [{"name": "n"}]}]}`,
		`{"arguments": {"key": "scout"}}`, `{"input": "{\"key\": \"scout\"}"}`, `"{\"key\": \"scout\"}"`, `{"params": {"arguments": {"key": "scout"}}}`,
		`{"kye": "scout"}`, `{"KEY": "scout"}`, `{"key": {"a": 1}}`, `{"key": ["scout"]}`, `{"key": null, "confirm": null}`, `{"key": "a", "key": "b"}`,
		`{"api_key": "sk-orq-0123456789abcdef", "headers": "secret"}`, `{"tools": "[{\"type\": \"http\"}]", "variables": "{}"}`,
		`{"` + strings.Repeat("x", 100_000) + `": 1}`, `{"key": "` + strings.Repeat("x", 100_000) + `"}`, `{"` + strings.Repeat("\\u0000", 1000) + `": 1}`,
		`{"tools": [` + strings.Repeat(`{"`+strings.Repeat("y", 1000)+`": "`+strings.Repeat("z", 1000)+`"},`, 100) + `{}]}`,
		`{"tools": ` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + `}`, `{"variables": ` + strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep) + `}`,
		strings.Repeat("[", 100_000), `{"model_settings": ` + strings.Repeat(`"`, 1000) + `}`, `{"files": [` + strings.Repeat(`{},`, 1000) + `{}]}`,
	}
}
