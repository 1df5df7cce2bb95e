package server

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestProgressNotification(t *testing.T) {
	t.Parallel()
	const event = `"type":"event.agents.thought","timestamp":"2026-03-24T10:00:00Z"`
	for name, each := range map[string]struct {
		progress relay.Progress
		want     string // the fields after progress
	}{
		"a line":                  {relay.Progress{Message: "starting support"}, `"message":"starting support"`},
		"an empty message":        {relay.Progress{}, ""},
		"an event without a line": {relay.Progress{Event: thoughtEvent(`{"n":1}`)}, `"_meta":{"ai.orq/event":{` + event + `,"data":{"n":1}}}`},
		"line breaks":             {relay.Progress{Message: "a\nb\r\nc\u2028"}, `"message":"a\nb\r\nc\u2028"`},
		"quotes and controls":     {relay.Progress{Message: "\"\\\x00\x1b"}, `"message":"\"\\\u0000\u001b"`},
		"invalid UTF-8":           {relay.Progress{Message: "a\xffb"}, `"message":"a` + "\ufffd" + `b"`},
		"an event":                {relay.Progress{Message: "m", Event: thoughtEvent(`{"n":9007199254740993}`)}, `"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":{"n":9007199254740993}}}`},
		"an event with breaks":    {relay.Progress{Message: "m", Event: thoughtEvent("{\r\n \"a\":\n\"x\\ny\"\n}\n")}, `"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":{"a":"x\ny"}}}`},
		"an event with secrets":   {relay.Progress{Message: "m", Event: thoughtEvent(`{"api_key":"s","headers":{"X":"s"}}`)}, `"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":{"api_key":"***","headers":{"X":"***"}}}}`},
		"an event without data":   {relay.Progress{Message: "m", Event: thoughtEvent("")}, `"message":"m","_meta":{"ai.orq/event":{` + event + `}}`},
		"a URL in an event":       {relay.Progress{Message: "m", Event: thoughtEvent(`{"url":"https://u:s@h/x?token=s"}`)}, `"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":{"url":"https://***@h/x?token=***"}}}`},
		"a URL in a line":         {relay.Progress{Message: "failed: GET https://u:s@h/x?token=s"}, `"message":"failed: GET https://***@h/x?token=***"`},
		"a URL of the agent":      {relay.Progress{Message: "at https://h/f?sig=s", Text: "https://h/f?sig=s", Event: thoughtEvent(`{"text":"https://h/f?sig=s"}`)}, `"message":"at https://h/f?sig=s","_meta":{"ai.orq/event":{` + event + `,"text":"https://h/f?sig=s","data":{"text":"https://h/f?sig=s"}}}`},
		"an event at the size limit": {
			relay.Progress{Message: "m", Event: thoughtEvent(`"` + strings.Repeat("x", 16<<10-2) + `"`)},
			`"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":"` + strings.Repeat("x", 16<<10-2) + `"}}`,
		},
		"an event over the size limit": {
			relay.Progress{Message: "m", Event: thoughtEvent(`"` + strings.Repeat("x", 16<<10-1) + `"`)},
			`"message":"m","_meta":{"ai.orq/event":{` + event + `,"truncated":true}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection := &recordingConnection{}
			sink := sinkOn(t, connection)
			if err := sink.Send(each.progress); err != nil {
				t.Fatal(err)
			}
			sink.flush()
			got := connection.frames[0]
			want := `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":1` + strings.TrimRight(","+each.want, ",") + `}}`
			if diff := cmp.Diff(decodeObject(t, want), decodeObject(t, got)); diff != "" {
				t.Errorf("notification (-want +got):\n%s", diff)
			}
			if strings.ContainsAny(got, "\r\n") {
				t.Errorf("notification %q, want no line break", got)
			}
			if strings.Contains(want, "9007199254740993") != strings.Contains(got, "9007199254740993") {
				t.Errorf("notification %s, want the number with all its digits", got)
			}
		})
	}
}

func TestProgressTokenIsUnchanged(t *testing.T) {
	t.Parallel()
	hidden := newHiddenJSON()
	for _, token := range []string{
		`7`, `0`, `"abc"`, `"a\"b"`, `""`, `1234567890123`, `1.5`, `-1`, `1764278658123456789`, `-9007199254740993`, `1.0`, `1e3`, `-0`, `1e400`,
		`"\u00e9"`, `"\ud800"`, `"é<&>"`, `"12"`,
	} {
		connection := &recordingConnection{}
		_, message, rejected := hidden.adapt([]byte(callMessage(1, "get_agent", `{}`, token)))
		if rejected != nil {
			t.Errorf("token %s is rejected: %s", token, rejected.text)
			continue
		}
		var request mcp.CallToolRequest
		if err := json.Unmarshal(message, &request); err != nil {
			t.Fatal(err)
		}
		sink := newSink(withFrameWriter(t.Context(), connection), hidden.progressToken(&request))
		if sink == nil {
			t.Errorf("newSink with token %s = nil, want a sink", token)
			continue
		}
		if err := sink.Send(relay.Progress{Message: "m"}); err != nil {
			t.Fatal(err)
		}
		if want := `"progressToken":` + token + `,`; !strings.Contains(connection.frames[0], want) {
			t.Errorf("notification %s, want %s", connection.frames[0], want)
		}
	}
}

// TestSecretsInResponseEventsAreMasked sends events of the Responses API, whose tools have their arguments in texts and in
// pieces of texts.
func TestSecretsInResponseEventsAreMasked(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ kind, data, want string }{
		{"response.output_item.done", `{"item":{"arguments": "[{\"api_key\":\"s\"}]"}}`, `,"data":{"item":{"arguments":"[{\"api_key\":\"***\"}]"}}`},
		{"response.function_call_arguments.done", `{"arguments":"{ \"api_key\":\"s\"}"}`, `,"data":{"arguments":"{\"api_key\":\"***\"}"}`},
		{"response.output_item.done", `{"item":{"arguments":"{\"url\":\"https://u:s@h\"}","output":"GET https://u:s@h: 500"}}`, `,"data":{"item":{"arguments":"{\"url\":\"https://***@h\"}","output":"GET https://***@h: 500"}}`},
		{"response.created", `{"variables":{"pin":{"value":"s","secret":true}}}`, `,"data":{"variables":{"pin":{"value":"***","secret":true}}}`},
		{"response.function_call_arguments.delta", `{"delta":"i_key\":\"s"}`, ""},
		{"response.mcp_call_arguments.delta", `{"delta":"i_key\":\"s"}`, ""},
		{"response.custom_tool_call_input.delta", `{"delta":"i_key\":\"s"}`, ""},
		{"response.code_interpreter_call_code.delta", `{"delta":"s"}`, ""},
		{"response.later_call_input.delta", `{"delta":"s"}`, ""},
		{"response.output_text.delta", `{"delta":"{\"api_key\":"}`, `,"data":{"delta":"{\"api_key\":"}`},
		{"response.output_text.delta", `{"delta":"a","token":"s"}`, `,"data":{"delta":"a","token":"***"}`},
		{"event.agents.thought", `{"arguments":"{\"api_key\":\"s\"}"}`, `,"data":{"arguments":"{\"api_key\":\"s\"}"}`},
	} {
		event := &orq.Event{Type: orq.EventType(each.kind), Timestamp: "t", Raw: each.data}
		want := `{"type":"` + each.kind + `","timestamp":"t"` + each.want + `}`
		if got := string(appendEvent(nil, event, "", 1)); got != want {
			t.Errorf("appendEvent(%s, %s) = %s, want %s", each.kind, each.data, got, want)
		}
	}
}

// The API may send text that is not UTF-8.
func TestInvalidUTF8DoesNotBreakFrame(t *testing.T) {
	t.Parallel()
	event := &orq.Event{Type: "event.agents.thought", Raw: "{\"text\":\"caf\xe9 \xff\"}"}
	frame := appendProgress(nil, []byte(`1`), 1, relay.Progress{Message: "caf\xe9", Text: "\xe9", Event: event}, 1)
	if !utf8.Valid(frame) || !json.Valid(frame) {
		t.Errorf("appendProgress() = %q, want valid UTF-8 and JSON", frame)
	}
}
