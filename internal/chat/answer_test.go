package chat

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// answer is what a server sends.
type answer struct{ media, body string }

// stream is an answer of these data lines and [DONE].
func stream(events ...string) answer {
	var body strings.Builder
	for _, event := range append(events, "[DONE]") {
		fmt.Fprintf(&body, "data: %s\n\n", event)
	}
	return answer{"text/event-stream", body.String()}
}

// readInto reads the answer.
func (a answer) readInto(done *Completion) error {
	return done.read(&http.Response{Header: http.Header{"Content-Type": {a.media}}, Body: io.NopCloser(strings.NewReader(a.body))})
}

// delta is an event with a piece of an answer.
func delta(members string) string { return `{"choices":[{"index":0,"delta":{` + members + `}}]}` }

// pieces is an event with fragments of calls.
func pieces(fragments ...string) string {
	return delta(`"tool_calls":[` + strings.Join(fragments, ",") + `]`)
}

// piece is a fragment of a call: members before the function, such as an index, then a name and arguments as JSON text; "-"
// leaves one out.
func piece(before, name, arguments string) string {
	var function []string
	if name != "-" {
		function = append(function, `"name":"`+name+`"`)
	}
	if arguments != "-" {
		encoded, _ := json.Marshal(arguments)
		function = append(function, `"arguments":`+string(encoded))
	}
	if before != "" {
		before += ","
	}
	return `{` + before + `"type":"function","function":{` + strings.Join(function, ",") + `}}`
}

func finish(reason string) string {
	return `{"choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}`
}

// callsOf formats calls as id:name(arguments).
func callsOf(calls []ToolCall) []string {
	lines := []string{}
	for _, call := range calls {
		lines = append(lines, fmt.Sprintf("%s:%s(%s)", call.ID, call.Name, call.Arguments))
	}
	return lines
}

// read reads an answer that must be one.
func read(t *testing.T, a answer) *Completion {
	t.Helper()
	done := &Completion{}
	if err := a.readInto(done); err != nil {
		t.Fatalf("read: %v", err)
	}
	return done
}
