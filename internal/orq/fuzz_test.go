package orq_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func FuzzEventJSON(f *testing.F) {
	for _, event := range typedEvents() {
		f.Add([]byte(event.wire()))
	}
	for _, seed := range []string{`{"type":"x"}`, `{"type":"agents.error","data":null}`, `{"type":"agents.error","data":[]}`, `{`, `null`, `[]`, `{"type":5}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		var event orq.Event
		if json.Unmarshal(wire, &event) != nil || bytes.Equal(bytes.TrimSpace(wire), []byte("null")) {
			return
		}
		if event.Type == "" {
			t.Error("an event without a type was read")
		}
		written, err := json.Marshal(event)
		if err != nil {
			t.Fatalf("not written: %v", err)
		}
		var again orq.Event
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("not read again: %v: %s", err, written)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(rewritten, written) {
			t.Errorf("written %s, then %s, %v", written, rewritten, err)
		}
	})
}

func FuzzStream(f *testing.F) {
	for _, seed := range []string{
		namedStream, strings.ReplaceAll(namedStream, "\n", "\r\n"), strings.ReplaceAll(namedStream, "\n", "\r"),
		"", "data", "data: {}\n\n", ": ping\n\n", "\ufeffid: 1\nevent: x\ndata: [DONE]\n\n", "data: {\ndata: \"type\":\"x\"}\n\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		client := newClient(t, "http://orq.test", roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(bytes.NewReader(stream)),
			}, nil
		}))
		var end error
		for event, err := range client.StreamRun(t.Context(), runRequest) {
			if end != nil {
				t.Fatalf("more after %v", end)
			}
			end = err
			if err == nil && event.Type == "" {
				t.Error("an event without a type was yielded")
			}
		}
		switch {
		case end == nil && !bytes.Contains(stream, []byte("[DONE]")):
			t.Error("a stream without its end was taken for whole")
		case end != nil && !errors.Is(end, orq.ErrCutOff):
			t.Errorf("ended with %v", end)
		}
	})
}
