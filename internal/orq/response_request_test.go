package orq_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// responseBody returns the body that POST /v3/router/responses receives for an invocation.
func responseBody(t *testing.T, in orq.Invocation) map[string]any {
	t.Helper()
	var body map[string]any
	client := serveGeneration(t, orq.APIResponses, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, startedResponse)
	}))
	if _, err := client.InvokeAgent(t.Context(), "a1@1.2.0", orq.InvokeRequest{Invocation: in}); err != nil {
		t.Fatal(err)
	}
	return body
}

func TestResponseRequest(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	user := func(parts ...orq.Part) orq.Invocation {
		return orq.Invocation{Message: orq.Message{Role: orq.RoleUser, Parts: parts}}
	}
	file := func(file orq.File) orq.Part { return orq.Part{Kind: orq.KindFile, File: &file} }
	message := func(content ...any) object { return object{"type": "message", "role": "user", "content": content} }
	for name, test := range map[string]struct {
		in   orq.Invocation
		want object
	}{
		"text": {user(orq.TextPart("hi")), object{"input": []any{message(object{"type": "input_text", "text": "hi"})}}},
		"files": {
			user(
				file(orq.File{MIMEType: "image/png", URI: "https://x.example/a.png"}), file(orq.File{MIMEType: "image/png", Bytes: "AAAA"}),
				file(orq.File{MIMEType: "text/csv", URI: "https://x.example/a.csv", Name: "a.csv"}), file(orq.File{MIMEType: "text/csv", Bytes: "AAAA", Name: "b.csv"}),
			),
			object{"input": []any{message(
				object{"type": "input_image", "image_url": "https://x.example/a.png"}, object{"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
				object{"type": "input_file", "file_url": "https://x.example/a.csv", "filename": "a.csv"},
				object{"type": "input_file", "file_data": "AAAA", "filename": "b.csv", "mime_type": "text/csv"},
			)}},
		},
		"results of a task": {
			orq.Invocation{TaskID: "resp_0", Message: orq.Message{Role: orq.RoleTool, Parts: []orq.Part{
				{Kind: orq.KindToolResult, ToolCallID: "c1", Result: json.RawMessage(`{"n":1}`)},
				{Kind: orq.KindToolResult, ToolCallID: "c2", Result: json.RawMessage(`"sunny"`)}, {Kind: orq.KindToolResult, ToolCallID: "c3"},
			}}},
			object{"previous_response_id": "resp_0", "input": []any{
				object{"type": "function_call_output", "call_id": "c1", "output": `{"n":1}`},
				object{"type": "function_call_output", "call_id": "c2", "output": "sunny"},
				object{"type": "function_call_output", "call_id": "c3", "output": "null"},
			}},
		},
		"the rest": {
			orq.Invocation{
				Message: orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("hi")}}, Variables: object{"a": 1},
				Contact: &orq.Identity{ID: "i", LogoURL: "https://x.example/l.png"}, Thread: &orq.Thread{ID: "t", Tags: []string{"x"}},
				Memory: &orq.Memory{EntityID: "e"}, Metadata: object{"text": "t", "number": 1.5, "flag": true, "list": []int{1}}, Engine: "jinja",
			},
			object{
				"input": []any{message(object{"type": "input_text", "text": "hi"})}, "variables": object{"a": 1.0}, "identity": object{"id": "i"},
				"thread": object{"id": "t", "tags": []any{"x"}}, "memory": object{"entity_id": "e"}, "template_engine": "jinja",
				"metadata": object{"text": "t", "number": "1.5", "flag": "true", "list": "[1]"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want["model"], test.want["background"] = "agent/a1@1.2.0", true
			if diff := cmp.Diff(test.want, responseBody(t, test.in)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}
