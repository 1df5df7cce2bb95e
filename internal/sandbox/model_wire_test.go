package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// Servers differ in how they write an answer; the agent says and calls the same.
func TestFormsOfAnAnswer(t *testing.T) {
	t.Parallel()
	whole := func(object string) reply {
		return refuses(200, object, "Content-Type", "application/json; charset=utf-8")
	}
	lines := func(media, text string) reply {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", media)
			fmt.Fprint(w, text)
		}
	}
	usual := "data: " + delta(`{"content":"Hi "}`) + "\n\ndata: " + delta(`{"content":"there"}`) + "\n\ndata: " + stopped("stop") + "\n\n"
	for name, reply := range map[string]reply{
		"one object":         whole(`{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi there","tool_calls":null},"finish_reason":"stop"}],"usage":{"total_tokens":7},"error":null}`),
		"object, no reason":  whole(`{"choices":[{"message":{"content":"Hi there"}}],"usage":{"total_tokens":7}}`),
		"usage in each":      chunks(strings.Replace(delta(`{"content":"Hi there"}`), `"usage":null`, `"usage":{"total_tokens":6}`, 1), stopped("stop"), `{"choices":[],"usage":{"total_tokens":7}}`),
		"usage at the end":   chunks(delta(`{"content":"Hi there"}`), strings.Replace(stopped("stop"), `"choices"`, `"usage":{"total_tokens":7},"choices"`, 1)),
		"cost as an object":  chunks(delta(`{"content":"Hi there"}`), stopped("stop"), `{"choices":[],"usage":{"cost":{"total_cost":1},"prompt_tokens":"?","total_tokens":7}}`),
		"comments and CRLF":  lines("text/event-stream", ": waiting\r\n\r\n"+strings.ReplaceAll(usual, "\n", "\r\n")+"data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\r\n\r\ndata: [DONE]\r\n\r\n"),
		"no [DONE]":          lines("text/event-stream", usual+"data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n"),
		"only [DONE]":        lines("text/event-stream", "data: "+delta(`{"content":"Hi there"}`)+"\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\ndata: [DONE]\n\n"),
		"parts":              chunks(delta(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}`), delta(`{"content":[{"type":"text","text":"Hi "},{"type":"reference","reference_ids":[1]},{"type":"text","text":"there"}]}`), delta(`{"content":[]}`), delta(`{"content":null}`), stopped("stop"), `{"choices":[],"usage":{"total_tokens":7}}`),
		"object with parts":  whole(`{"choices":[{"message":{"role":"assistant","content":[{"type":"text","text":"Hi there"}]},"finish_reason":"stop"}],"usage":{"total_tokens":7}}`),
		"another media type": lines("text/plain", usual+"event: usage\ndata: {\"usage\":{\"total_tokens\":7}}\n\ndata: [DONE]\n\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := openWith(t, serveModel(t, reply))
			w.create("helper")
			last := data[*orq.Inactive](t, w.play("helper", say("Hi")))
			if last.LastMessage != "Hi there" || last.FinishReason != "stop" || last.Usage.TotalTokens != 7 {
				t.Errorf("inactive %+v, usage %+v", last, last.Usage)
			}
		})
	}
}

func TestFormsOfToolCalls(t *testing.T) {
	t.Parallel()
	function := func(index, id, name, arguments string) string {
		return `{` + index + `"id":"` + id + `","type":"function","function":{"name":"` + name + `","arguments":"` + arguments + `"}}`
	}
	both := func(first, second string) reply {
		return chunks(delta(`{"tool_calls":[`+first+`]}`), delta(`{"tool_calls":[`+second+`]}`), stopped("stop"))
	}
	for name, reply := range map[string]reply{
		"without indexes":  both(function("", "a", "one", "{}"), function("", "b", "two", "{}")),
		"all of one index": both(function(`"index":0,`, "a", "one", "{}"), function(`"index":0,`, "b", "two", "{}")),
		"one object":       refuses(200, `{"choices":[{"message":{"content":null,"tool_calls":[`+function("", "a", "one", "{}")+`,`+function("", "b", "two", "{}")+`]},"finish_reason":"tool_calls"}]}`),
		"only [DONE]":      chunks(delta(`{"tool_calls":[` + function("", "a", "one", "{}") + `,` + function("", "b", "two", "{}") + `]}`)),
		"ids in each piece": chunks(delta(`{"tool_calls":[`+function(`"index":0,`, "a", "one", "")+`,`+function(`"index":1,`, "b", "two", "{")+`]}`),
			delta(`{"tool_calls":[{"index":0,"id":"x1","function":{"arguments":"{}"}}]}`), delta(`{"tool_calls":[{"index":1,"id":"b","function":{"arguments":"}"}}]}`), stopped("tool_calls")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := openWith(t, serveModel(t, reply))
			w.create("helper", toolSettings(object{"type": "function", "key": "one"}, object{"type": "function", "key": "two"}))
			last := data[*orq.Inactive](t, w.play("helper", say("Hi")))
			want := []orq.PendingToolCall{
				{ID: "a", Type: "function", Function: orq.FunctionCall{Name: "one", Arguments: "{}"}},
				{ID: "b", Type: "function", Function: orq.FunctionCall{Name: "two", Arguments: "{}"}},
			}
			if diff := cmp.Diff(want, last.PendingToolCalls); diff != "" || last.FinishReason != "function_call" {
				t.Errorf("%s: %s", last.FinishReason, diff)
			}
		})
	}
}

func TestCallsOfAnAnswerHaveIdsOfTheirOwn(t *testing.T) {
	t.Parallel()
	f := serveModel(t, chunks(delta(`{"tool_calls":[{"id":"same","function":{"name":"one","arguments":"{}"}},{"id":"same","function":{"name":"one","arguments":"{}"}}]}`), stopped("tool_calls")), says("Done"))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "one"}))
	events := w.play("helper", say("Hi"))
	pending := data[*orq.Inactive](t, events).PendingToolCalls
	if len(pending) != 2 || pending[0].ID != "same" || pending[1].ID == "same" {
		t.Fatalf("pending %+v", pending)
	}
	w.play("helper", results(taskOf(t, events), map[string]any{"same": 1, pending[1].ID: 2}))
	lines := talk(f.requests(2)[1].Messages)
	if want := []string{"tool: 1 <same>", "tool: 2 <" + pending[1].ID + ">"}; !cmp.Equal(want, lines[3:]) {
		t.Errorf("conversation %q", lines)
	}
}

// lockedBuffer is a log that handlers write at the same time.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

var _ io.Writer = (*lockedBuffer)(nil)

func TestTheKeyOfTheModelServerIsToldToNobody(t *testing.T) {
	t.Parallel()
	const key = "sk-secret"
	f := serveModel(t,
		chunks(delta(`{"reasoning":"sk-sec"}`), delta(`{"reasoning":"ret","content":"It is sk-"}`), delta(`{"content":"secret."}`), stopped("stop")),
		calls(wanted{"c1", "hammer", `{"key":"sk-secret"}`}), refuses(400, `{"error":{"message":"Bearer sk-secret"}}`),
		chunks(delta(`{"content":"sk-secret"}`), `{"error":"sk-secret"}`),
		calls(wanted{"sk-secret", "sk-secret", ""}, wanted{"sk-secret", "pause", ""}))
	logged := &lockedBuffer{}
	w := open(t, sandbox.Options{
		Model:  sandbox.ModelOptions{URL: f.url, Key: key},
		Logger: slog.New(slog.NewJSONHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	w.create("helper", toolSettings(object{"type": "current_date"}, object{"type": "function", "key": "pause"}))
	var told []any
	for range 4 {
		events := w.play("helper", say("Hi"))
		told = append(told, events, w.response("helper", taskOf(t, events)))
	}
	if got := told[0].([]orq.Event); data[*orq.Inactive](t, got).LastMessage != "It is ***." {
		t.Errorf("said %q", data[*orq.Inactive](t, got).LastMessage)
	}
	w.close()
	encoded, err := json.Marshal(told)
	if err != nil || strings.Contains(string(encoded), key) || logged.text.Len() == 0 || strings.Contains(logged.text.String(), key) {
		t.Errorf("error %v, or the key is in %s or in %s", err, encoded, logged.text.String())
	}
}

func TestATaskKeepsItsVariablesAndItsEngine(t *testing.T) {
	t.Parallel()
	f := serveModel(t, calls(wanted{"c1", "one", "{}"}), says("Done"), says("Again"))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "one"}), object{"instructions": "Greet {{ name }}.", "variables": object{"name": "nobody"}})
	events := w.play("helper", say("I am {{ name|upper }}.", object{"engine": "jinja", "variables": object{"name": "Ann"}}))
	task := taskOf(t, events)
	w.play("helper", results(task, map[string]any{"c1": 1}))
	w.play("helper", say("Now {{ name }}", object{"task_id": task, "variables": object{"name": "Ben"}}))
	asked := f.requests(3)
	if got := talk(asked[1].Messages)[:2]; !cmp.Equal(got, []string{"system: Greet Ann.", "user: I am ANN."}) {
		t.Errorf("after the result: %q", got)
	}
	if got := talk(asked[2].Messages); got[0] != "system: Greet Ben." || got[5] != "user: Now Ben" {
		t.Errorf("with other variables: %q", got)
	}
}
