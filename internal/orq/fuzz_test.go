package orq_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
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

// FuzzStream compares what is yielded with what a plain reading of the rules for event streams finds.
func FuzzStream(f *testing.F) {
	for _, seed := range streamSeeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		got, end := decodeStream(t, bytes.NewReader(stream))
		if end != nil && !errors.Is(end, orq.ErrCutOff) {
			t.Errorf("ended with %v", end)
		}
		for _, event := range got {
			event.Step()
		}
		want, whole, known := expectedEvents(stream)
		if !known {
			return
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if whole != (end == nil) {
			t.Errorf("the stream ends with %v, want it whole: %v", end, whole)
		}
		if len(stream) > 2<<10 {
			return // what follows takes the square of it
		}
		// It is all the same how the network cuts it.
		bytewise, endBytewise := decodeStream(t, iotest.OneByteReader(bytes.NewReader(stream)))
		if diff := cmp.Diff(got, bytewise); diff != "" || (end == nil) != (endBytewise == nil) {
			t.Errorf("events, and those that came byte for byte (-whole +bytewise):\n%s%v, %v", diff, end, endBytewise)
		}
	})
}

// streamSeeds are streams of all forms, whole and broken.
func streamSeeds() []string {
	var all strings.Builder
	for _, event := range typedEvents() {
		all.WriteString("data: " + event.wire() + "\n\n")
	}
	whole := all.String() + "data: [DONE]\n\n"
	return []string{
		namedStream, strings.ReplaceAll(namedStream, "\n", "\r\n"), strings.ReplaceAll(namedStream, "\n", "\r"),
		whole, all.String(), whole[:len(whole)/2], whole[:len(whole)-1], whole + whole,
		strings.ReplaceAll(whole, "data: ", "id: 7\nevent: message\nretry: 10\ndata:"),
		strings.ReplaceAll(namedStream, ",", ",\n: a comment\ndata: "),
		"", "data", "data: {}\n\n", ": ping\n\n", "\ufeffid: 1\nevent: x\ndata: [DONE]\n\n", "data: {\ndata: \"type\":\"x\"}\n\n",
		"data: [DONE]", "data: [DONE]\n", "data:[DONE]\r\r", "data: [DONE] \n\n", "data: [DONE]\ndata\n\n", "data:  [DONE]\n\n",
		"data\n\ndata:\n\ndata: \n\n" + namedStream, "id: \x00\n" + namedStream, "DATA: {\"type\":\"x\"}\n\n" + namedStream,
		"<html>\n<body>502 Bad Gateway</body>\n</html>\n", "data: <html>\n\n" + namedStream, "data: Internal Server Error\n\n",
		`{"error": "no stream at all"}`, "data: null\n\n", "data: []\n\n", "data: {\"type\":\"\"}\n\n", "data: {\"type\":\"x\"}{\"type\":\"y\"}\n\n",
		"data: {\"type\":\"x\",\"data\":{\"api_key\":\"" + apiKey + "\"}}\n\n" + namedStream,
		"data: {\"type\":\"caf\xe9\",\"data\":\"\xff\"}\n\n" + namedStream,
		"data: {\"TYPE\":\"x\",\"type\":\"y\",\"timestamp\":7}\n\n" + namedStream,
		"data: {\"type\":\"x\",\"data\":" + strings.Repeat("[", 11_000) + strings.Repeat("]", 11_000) + "}\n\n" + namedStream,
	}
}

// decodeStream reads events with the client, which must stop at the first error.
func decodeStream(t *testing.T, stream io.Reader) (events []orq.Event, end error) {
	t.Helper()
	client := newClient(t, "http://orq.test", roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(stream)}, nil
	}))
	for event, err := range client.StreamRun(t.Context(), runRequest) {
		if end != nil {
			t.Fatalf("more after %v", end)
		}
		if end = err; err == nil {
			events = append(events, event)
		}
	}
	return events, end
}

// expectedEvents reads a stream by the letter of the HTML standard, section Server-sent events, up to [DONE] or to the
// first event that cannot be read. A stream is whole when its [DONE] was read. What is to become of text that is no
// UTF-8, and of JSON nested so deep that encoding/json refuses it, is not known.
func expectedEvents(stream []byte) (events []orq.Event, whole, known bool) {
	if !utf8.Valid(stream) {
		return nil, false, false
	}
	text := strings.TrimPrefix(string(stream), "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var data strings.Builder
	for line := range strings.Lines(text) {
		line, complete := strings.CutSuffix(line, "\n")
		if !complete {
			return events, false, true
		}
		if line != "" {
			if field, value, _ := strings.Cut(line, ":"); field == "data" {
				data.WriteString(strings.TrimPrefix(value, " ") + "\n")
			}
			continue
		}
		message := strings.TrimSuffix(data.String(), "\n")
		data.Reset()
		switch message {
		case "":
			continue
		case "[DONE]":
			return events, true, true
		}
		event, err := expectedEvent(strings.ReplaceAll(message, apiKey, redact.Mask))
		if err != nil {
			return events, false, !strings.Contains(err.Error(), "max depth")
		}
		events = append(events, event)
	}
	return events, false, true
}

// expectedEvent reads an event by its fields, of which those that are no text are empty.
func expectedEvent(message string) (orq.Event, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(message), &fields); err != nil {
		return orq.Event{}, err
	}
	var typ, timestamp string
	// The error says that it is no text.
	_, _ = json.Unmarshal(fields["type"], &typ), json.Unmarshal(fields["timestamp"], &timestamp)
	read := map[string]any{"type": typ, "timestamp": timestamp}
	if data, given := fields["data"]; given {
		read["data"] = data
	}
	var event orq.Event
	wire, err := json.Marshal(read)
	if err == nil {
		err = json.Unmarshal(wire, &event)
	}
	if event.Raw = string(fields["data"]); event.Type == orq.EventThought {
		event.Data = nil
	}
	return event, err
}
