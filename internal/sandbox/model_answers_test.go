package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Servers differ in how they encode an answer; the run is the same.
func TestEncodingsOfAnAnswer(t *testing.T) {
	t.Parallel()
	whole := func(object string) reply {
		return replyBody(200, object, "Content-Type", "application/json; charset=utf-8")
	}
	lines := func(media, text string) reply {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", media)
			fmt.Fprint(w, text)
		}
	}
	usual := "data: " + delta(`{"content":"Hi "}`) + "\n\ndata: " + delta(`{"content":"there"}`) + "\n\ndata: " + finishChunk("stop") + "\n\n"
	for name, reply := range map[string]reply{
		"one object":         whole(`{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi there","tool_calls":null},"finish_reason":"stop"}],"usage":{"total_tokens":7},"error":null}`),
		"object, no reason":  whole(`{"choices":[{"message":{"content":"Hi there"}}],"usage":{"total_tokens":7}}`),
		"usage in each":      replyChunks(strings.Replace(delta(`{"content":"Hi there"}`), `"usage":null`, `"usage":{"total_tokens":6}`, 1), finishChunk("stop"), `{"choices":[],"usage":{"total_tokens":7}}`),
		"usage at the end":   replyChunks(delta(`{"content":"Hi there"}`), strings.Replace(finishChunk("stop"), `"choices"`, `"usage":{"total_tokens":7},"choices"`, 1)),
		"cost as an object":  replyChunks(delta(`{"content":"Hi there"}`), finishChunk("stop"), `{"choices":[],"usage":{"cost":{"total_cost":1},"prompt_tokens":"?","total_tokens":7}}`),
		"comments and CRLF":  lines("text/event-stream", ": waiting\r\n\r\n"+strings.ReplaceAll(usual, "\n", "\r\n")+"data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\r\n\r\ndata: [DONE]\r\n\r\n"),
		"no [DONE]":          lines("text/event-stream", usual+"data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n"),
		"only [DONE]":        lines("text/event-stream", "data: "+delta(`{"content":"Hi there"}`)+"\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\ndata: [DONE]\n\n"),
		"parts":              replyChunks(delta(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}`), delta(`{"content":[{"type":"text","text":"Hi "},{"type":"reference","reference_ids":[1]},{"type":"text","text":"there"}]}`), delta(`{"content":[]}`), delta(`{"content":null}`), finishChunk("stop"), `{"choices":[],"usage":{"total_tokens":7}}`),
		"object with parts":  whole(`{"choices":[{"message":{"role":"assistant","content":[{"type":"text","text":"Hi there"}]},"finish_reason":"stop"}],"usage":{"total_tokens":7}}`),
		"another media type": lines("text/plain", usual+"event: usage\ndata: {\"usage\":{\"total_tokens\":7}}\n\ndata: [DONE]\n\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := openWith(t, serveModel(t, reply))
			w.create("helper")
			last := data[*orq.Inactive](t, w.play("helper", say("Hi")))
			if last.LastMessage != "Hi there" || last.FinishReason != "stop" || last.Usage.TotalTokens != 7 {
				t.Errorf("inactive event = %+v with usage %+v, want last message %q, finish reason stop and 7 tokens", last, last.Usage, "Hi there")
			}
		})
	}
}

func TestEncodingsOfToolCalls(t *testing.T) {
	t.Parallel()
	function := func(index, id, name, arguments string) string {
		return `{` + index + `"id":"` + id + `","type":"function","function":{"name":"` + name + `","arguments":"` + arguments + `"}}`
	}
	both := func(first, second string) reply {
		return replyChunks(delta(`{"tool_calls":[`+first+`]}`), delta(`{"tool_calls":[`+second+`]}`), finishChunk("stop"))
	}
	for name, reply := range map[string]reply{
		"without indexes":  both(function("", "a", "one", "{}"), function("", "b", "two", "{}")),
		"all of one index": both(function(`"index":0,`, "a", "one", "{}"), function(`"index":0,`, "b", "two", "{}")),
		"one object":       replyBody(200, `{"choices":[{"message":{"content":null,"tool_calls":[`+function("", "a", "one", "{}")+`,`+function("", "b", "two", "{}")+`]},"finish_reason":"tool_calls"}]}`),
		"only [DONE]":      replyChunks(delta(`{"tool_calls":[` + function("", "a", "one", "{}") + `,` + function("", "b", "two", "{}") + `]}`)),
		"ids in each piece": replyChunks(delta(`{"tool_calls":[`+function(`"index":0,`, "a", "one", "")+`,`+function(`"index":1,`, "b", "two", "{")+`]}`),
			delta(`{"tool_calls":[{"index":0,"id":"x1","function":{"arguments":"{}"}}]}`), delta(`{"tool_calls":[{"index":1,"id":"b","function":{"arguments":"}"}}]}`), finishChunk("tool_calls")),
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
				t.Errorf("finish reason = %q, want function_call; pending calls (-want +got):\n%s", last.FinishReason, diff)
			}
		})
	}
}

func TestDuplicateToolCallIDsAreReplaced(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyChunks(delta(`{"tool_calls":[{"id":"same","function":{"name":"one","arguments":"{}"}},{"id":"same","function":{"name":"one","arguments":"{}"}}]}`), finishChunk("tool_calls")), replyText("Done"))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "one"}))
	events := w.play("helper", say("Hi"))
	pending := data[*orq.Inactive](t, events).PendingToolCalls
	if len(pending) != 2 || pending[0].ID != "same" || pending[1].ID == "same" {
		t.Fatalf("pending calls = %+v, want two with the ids %q and another", pending, "same")
	}
	w.play("helper", results(taskOf(t, events), map[string]any{"same": 1, pending[1].ID: 2}))
	lines := transcript(f.requests(2)[1].Messages)
	if want := []string{"tool: 1 <same>", "tool: 2 <" + pending[1].ID + ">"}; !cmp.Equal(want, lines[3:]) {
		t.Errorf("conversation = %q, want it to end with %q", lines, want)
	}
}
