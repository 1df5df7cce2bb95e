package chat

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// FuzzCompletion reads what a server may send: it is either an answer or an error.
func FuzzCompletion(f *testing.F) {
	for _, seed := range []struct{ media, body string }{
		{"text/event-stream", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"},
		{"text/event-stream", "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}},{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}}]}\n\n"},
		{"text/event-stream", ": ping\r\n\r\ndata: {\"usage\":{\"cost\":{}},\"choices\":null}\r\n\r\ndata: {\"error\":{\"message\":\"no\"}}\r\n\r\n"},
		{"text/event-stream", "data: {\"choices\":[{\"delta\":{\"reasoning_details\":[{\"text\":\"a\",\"index\":0}],\"extra_content\":{\"g\":{}},\"toolCalls\":{}}}]}\n\ndata: {\"usage\":{\"cost\":\"1\"},\"choices\":[{\"finishReason\":\"MAX_TOKENS\"}]}"},
		{"text/plain", "[{\"error\":{\"message\":\"{\\\"msg\\\":1}\"}}]"},
		{"text/event-stream", "event: error\ndata: <html><title>no"},
		{"application/json", `{"choices":[{"message":{"content":"Hi","refusal":null,"reasoning_content":"I","tool_calls":null}}],"usage":{"total_tokens":1}}`},
		{"text/html", "<html></html>"},
	} {
		f.Add(seed.media, seed.body)
	}
	f.Fuzz(func(t *testing.T, media, body string) {
		var done Completion
		err := done.read(&http.Response{
			Header: http.Header{"Content-Type": {media}}, Body: io.NopCloser(strings.NewReader(body)),
		})
		if err == nil && done.finish == "" && done.Text() == "" && len(done.Calls)+len(done.Cut) == 0 {
			t.Error("neither an answer nor an error")
		}
		if len(done.Calls) > maxCalls {
			t.Errorf("got %d calls, want at most %d", len(done.Calls), maxCalls)
		}
		if (len(done.Calls) > 0 && len(done.Cut) > 0) || err == nil && meaningOf(done.FinishReason()) != done.FinishReason() {
			t.Errorf("%d calls, %d cut, finish reason %q", len(done.Calls), len(done.Cut), done.FinishReason())
		}
		if _, err := json.Marshal(Message{Returned: &Returned{Fields: done.Fields}}.wireFor("")); err != nil {
			t.Errorf("fields that go back: %v", err)
		}
		before := done.Text()
		done.edit(func(text string) string { return text })
		if got := done.Text(); got != before {
			t.Errorf("an edit that changes nothing: got %q, want %q", got, before)
		}
	})
}
