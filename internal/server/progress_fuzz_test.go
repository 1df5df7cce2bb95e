package server

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/quote"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// FuzzProgress compares the notification of an event from a stream with that of the same event from elsewhere, of which
// nothing is known beforehand.
func FuzzProgress(f *testing.F) {
	for _, seed := range []string{
		`{"type":"event.agents.thought","timestamp":"t","data":{"message_difference":{"1":{"role":"agent","parts":[{"kind":"text","text":"a \"<b>\" \u00e9\n"}]}}}}`,
		`{"type":"event.agents.thought","timestamp":"a>b","data":{"message_difference":{"1":{"role":"agent","parts":[{"text":"a<b"}]}}}}`,
		`{"type":"response.output_text.delta","delta":"a&b"}`,
		`{"type":"event.agents.thought","timestamp":"\u2028<","data":{"message_difference":{"api_key":{"role":"agent","parts":[{"text":"x"}]}},"iteration":2}}`,
		`{"type":"event.agents.thought","timestamp":"t","data":{"url":"https://u:p@host","headers":{"a":"b"},"choice":{"message":{"content":"x"}}}}`,
		`{"type":"event.agents.thought","timestamp":"t","data":{"message":"https://u:p@host","parts":["https://u:p@host","https://u:p@host"]}}`,
		`{"type":"event.agents.inactive","timestamp":"t","data":{"last_message":"x","finish_reason":"stop"}}`,
		`{"type":"response.output_text.delta","item_id":"m","delta":"order\u0000","logprobs":[{"token":"a","bytes":[1]}]}`,
		`{"type":"response.refusal.delta","item_id":"m","delta":"no","message":"token=abc;b=c","x":{"output":"{\"api_key\":\"s\"}"}}`,
		`{"type":"response.function_call_arguments.delta","delta":"{\"api_key\":"}`, `{"type":"response.output_text.delta","api_key":"s","delta":"x"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		if strings.ContainsAny(data, "\r\n") {
			return
		}
		for _, api := range []orq.API{orq.APIAgents, orq.APIResponses} {
			client, err := orq.New(orq.Options{
				BaseURL: "http://orq.test", APIKey: "sk-orq-0123456789abcdef", API: api,
				Transport: cannedTransport{eventStream, "data: " + data + "\n\ndata: [DONE]\n\n"},
			})
			if err != nil {
				t.Fatal(err)
			}
			for event, err := range client.StreamAgent(t.Context(), "k", orq.InvokeRequest{}) {
				if err == nil {
					compareProgress(t, event)
				}
			}
		}
	})
}

func compareProgress(t *testing.T, event *orq.Event) {
	t.Helper()
	same := &orq.Event{Type: event.Type, Timestamp: event.Timestamp, Data: event.Data, Raw: event.Raw}
	message := event.Step().Text
	if delta, ok := event.Data.(*orq.TextDelta); ok {
		message = delta.Delta
	}
	got := appendProgress(nil, []byte("7"), 1, relay.Progress{Message: message, Text: message, Event: event}, 1)
	want := appendProgress(nil, []byte("7"), 1, relay.Progress{Message: message, Text: message, Event: same}, 1)
	if string(got) != string(want) {
		t.Errorf("progress = %s, want %s", got, want)
	}
	for _, text := range []string{message, event.Timestamp, string(event.Type)} {
		if got, want := quote.Append(nil, text), gjson.AppendJSONString(nil, text); string(got) != string(want) {
			t.Errorf("Append(%q) = %s, want %s", text, got, want)
		}
	}
}
