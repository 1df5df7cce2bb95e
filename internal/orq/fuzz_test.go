package orq_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
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
			t.Error("json.Unmarshal of an event without a type succeeded, want an error")
		}
		written, err := json.Marshal(event)
		if err != nil {
			t.Fatalf("json.Marshal: %v", err)
		}
		var again orq.Event
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("json.Unmarshal(%s): %v", written, err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(rewritten, written) {
			t.Errorf("second json.Marshal = %s, %v, want %s", rewritten, err, written)
		}
	})
}

// FuzzStream compares the client with expectedEvents, a simple decoder of event streams.
func FuzzStream(f *testing.F) {
	for _, seed := range streamSeeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		got, end := decodeStream(t, bytes.NewReader(stream))
		if end != nil && !errors.Is(end, orq.ErrCutOff) {
			t.Errorf("last error = %v, want ErrCutOff or none", end)
		}
		for _, event := range got {
			event.Step()
		}
		want, complete, known := expectedEvents(stream)
		if !known {
			return
		}
		if diff := cmp.Diff(simplify(want), simplify(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if complete != (end == nil) {
			t.Errorf("last error = %v, want one: %t", end, !complete)
		}
		if len(stream) > 2<<10 {
			return // the rest takes quadratic time
		}
		// The boundaries of the network reads must not matter.
		bytewise, endBytewise := decodeStream(t, iotest.OneByteReader(bytes.NewReader(stream)))
		if diff := cmp.Diff(got, bytewise); diff != "" || (end == nil) != (endBytewise == nil) {
			t.Errorf("events read byte by byte (-want +got):\n%slast error = %v, want %v", diff, endBytewise, end)
		}
	})
}

// streamSeeds returns complete and broken streams of many forms.
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
		"data: {\"error\":{\"message\":\"no\"}}\n\nevent: error\ndata: down\n\ndata: {\"type\":\"error\"}\n\n" + namedStream,
		"data: {\"type\":\"agents.error\",\"message\":\"x\"}\n\ndata: {\"message\":\"x\",\"code\":5}\n\ndata: {\"ping\":1}",
		"data: " + namedJSON, "data: " + namedJSON + "\n", "data: {\"type\":\"x\"", ": ping\r\n\r\ndata:\t[DONE]\t",
		"data: {\"type\":\"x\",\"data\":" + strings.Repeat("[", 11_000) + strings.Repeat("]", 11_000) + "}\n\n" + namedStream,
	}
}

// decodeStream returns the events of a stream as the client yields them. It fails the test if an element follows an error.
func decodeStream(t *testing.T, stream io.Reader) (events []orq.Event, end error) {
	t.Helper()
	client := newClient(t, "http://orq.test", roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(stream)}, nil
	}))
	for event, err := range client.StreamRun(t.Context(), runRequest) {
		if end != nil {
			t.Fatalf("another element after the error %v, want none", end)
		}
		if end = err; err == nil {
			events = append(events, event.Clone())
		}
	}
	return events, end
}

// expectedEvents decodes a stream as the HTML standard specifies, section Server-sent events, up to [DONE]. The end of the
// stream completes its last event, unless that is cut off in the middle. A stream is complete if it has a [DONE]. The
// result is not known for text that is not UTF-8, and for JSON nested too deeply for encoding/json.
func expectedEvents(stream []byte) (events []orq.Event, complete, known bool) {
	if !utf8.Valid(stream) {
		return nil, false, false
	}
	text := strings.TrimPrefix(string(stream), "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var data strings.Builder
	var name string
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range append(lines, "") {
		if line != "" {
			switch field, value, _ := strings.Cut(line, ":"); field {
			case "data":
				data.WriteString(strings.TrimPrefix(value, " ") + "\n")
			case "event":
				name = strings.TrimPrefix(value, " ")
			}
			continue
		}
		message, event := strings.TrimSuffix(data.String(), "\n"), name
		name = ""
		data.Reset()
		switch strings.TrimSpace(message) {
		case "":
			continue
		case "[DONE]":
			return events, true, true
		}
		read, err := expectedEvent(strings.ReplaceAll(message, apiKey, redact.Mask))
		switch {
		case err != nil && strings.Contains(err.Error(), "max depth"):
			return events, false, false
		case err != nil && i == len(lines) && (event == "error" || json.Valid([]byte(message))):
			return events, false, false // it may be an error object, which is not cut off
		case err != nil && i == len(lines):
			continue
		case err != nil || read.Data == nil && event == "error":
			read = notOfTheAPI
		}
		events = append(events, read)
	}
	return events, false, true
}

// notOfTheAPI stands for an event that cannot be read, and for an error in a form that the API does not have.
var notOfTheAPI = orq.Event{Data: &orq.Unreadable{}}

// simplify puts notOfTheAPI in the place of errors in a form that the API does not have.
func simplify(events []orq.Event) []orq.Event {
	simple := slices.Clone(events)
	for i, event := range simple {
		_, failed := event.Data.(*orq.StreamError)
		ends := strings.HasSuffix(string(event.Type), "_error") || strings.HasSuffix(string(event.Type), ".error") || event.Type == orq.EventResponseError
		if event.Type != orq.EventError && (failed || ends) {
			simple[i] = notOfTheAPI
		}
	}
	return simple
}

// expectedEvent decodes an event. Type and timestamp are empty unless they are strings.
func expectedEvent(message string) (orq.Event, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(message), &fields); err != nil {
		return orq.Event{}, err
	}
	var typ, timestamp string
	// They fail if the fields are not strings.
	_, _ = json.Unmarshal(fields["type"], &typ), json.Unmarshal(fields["timestamp"], &timestamp)
	decoded := map[string]any{}
	for name, value := range fields {
		if !slices.ContainsFunc([]string{"type", "timestamp", "data"}, func(known string) bool { return strings.EqualFold(name, known) }) {
			decoded[name] = value
		}
	}
	decoded["type"], decoded["timestamp"] = typ, timestamp
	if data, given := fields["data"]; given {
		decoded["data"] = data
	}
	var event orq.Event
	wire, err := json.Marshal(decoded)
	if err == nil {
		err = json.Unmarshal(wire, &event)
	}
	if event.Raw = string(fields["data"]); event.Type == orq.EventThought {
		event.Data = nil
	}
	return event, err
}

// FuzzAnswer checks that no answer without what an operation must return is a success.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", "[]", "<html>", agentJSON, a2aJSON, taskJSON, responseJSON, `{"data":[` + agentJSON + `],"has_more":false}`, `{"data":[null],"has_more":true}`,
		`{"key":null,"KEY":"k","_id":"1"}`, `{"key":"k","key":"","_id":"1"}`, `{"id":"t1","status":{"state":7}}`, `{"id":"resp_1","status":"completed"}`,
		`{"agent":{"key":"k"}}`, `{"error":{"message":"no"}}`, `{"error":{"error":{"error":{"error":{"error":{"error":{"message":"no"}}}}}}}`, "{\"_id\":\"\xff\",\"key\":\"k\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if json.Valid(body) && repeatsName(json.NewDecoder(bytes.NewReader(body))) {
			return // which of the values counts is not defined
		}
		client := newClient(t, "http://orq.test", roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		}))
		if agent, err := client.CreateAgent(t.Context(), createRequest); err == nil && (agent.ID == "" || agent.Key == "") {
			t.Errorf("CreateAgent = %+v, want an id and a key", agent)
		}
		if list, err := client.ListAgents(t.Context(), orq.ListOptions{}); err == nil {
			if list.Data == nil || slices.ContainsFunc(list.Data, func(agent orq.Agent) bool { return agent.ID == "" || agent.Key == "" }) {
				t.Errorf("ListAgents = %+v, want a list of agents", list)
			}
		}
		if task, err := client.RunAgent(t.Context(), runRequest); err == nil && (task.ID == "" || task.Status.State == "") {
			t.Errorf("RunAgent = %+v, want an id and a state", task)
		}
		for _, id := range []string{"t1", "resp_1"} {
			if response, err := client.GetAgentResponse(t.Context(), "k", id); err == nil && response.Status == "" {
				t.Errorf("GetAgentResponse = %+v, want a status", response)
			}
		}
	})
}

// repeatsName reports whether the next value, which is valid JSON, has an object with two members of the same name, in any case.
func repeatsName(decoder *json.Decoder) bool {
	open, err := decoder.Token()
	if err != nil || open != json.Delim('{') && open != json.Delim('[') {
		return false
	}
	names := map[string]bool{}
	for decoder.More() {
		if open == json.Delim('{') {
			name, err := decoder.Token()
			text, _ := name.(string)
			text = strings.ToLower(text)
			if err != nil || names[text] {
				return err == nil
			}
			names[text] = true
		}
		if repeatsName(decoder) {
			return true
		}
	}
	_, _ = decoder.Token()
	return false
}
