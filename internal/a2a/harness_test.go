package a2a_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// dialects are the ways in which an agent can be called, each with the part of its card that offers it.
var dialects = map[string]string{
	"0.2":      `"url":"URL/rpc","protocolVersion":"0.2.5"`,
	"0.3":      `"url":"URL/rpc","protocolVersion":"0.3.0"`,
	"1.0":      `"supportedInterfaces":[{"url":"URL/rpc","protocolBinding":"JSONRPC","protocolVersion":"1.0"}]`,
	"1.0 HTTP": `"supportedInterfaces":[{"url":"URL/rest","protocolBinding":"HTTP+JSON","protocolVersion":"1.0"}]`,
}

// request is a request to a scripted agent.
type request struct {
	// call is what it asks for: send, stream, get or cancel.
	call string
	body map[string]any
	// message is what it sends, configuration included.
	message map[string]any
}

// scripted is an agent that answers as a function does.
type scripted struct {
	t       *testing.T
	dialect string
	answer  func(http.ResponseWriter, request)

	mu    sync.Mutex
	calls []string
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has left
	}
	var got request
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &got.body); err != nil {
			s.t.Errorf("request %s: %v", raw, err)
		}
	}
	name, _ := got.body["method"].(string)
	got.message, _ = got.body["params"].(map[string]any)
	if s.dialect == "1.0 HTTP" {
		name, got.message = r.Method+" "+path.Base(r.URL.Path), got.body
	}
	switch name {
	case "message/send", "SendMessage", "POST message:send":
		got.call = "send"
	case "message/stream", "SendStreamingMessage", "POST message:stream":
		got.call = "stream"
	case "tasks/get", "GetTask", "GET t1":
		got.call = "get"
	case "tasks/cancel", "CancelTask", "POST t1:cancel":
		got.call = "cancel"
	default:
		s.t.Errorf("unexpected call %q with %s", name, raw)
	}
	s.mu.Lock()
	s.calls = append(s.calls, got.call)
	s.mu.Unlock()
	s.answer(w, got)
}

// outcome is what asking a scripted agent has led to.
type outcome struct {
	state, text string
	parts       []orq.Part
	reason      string // of a failure of the agent's task
	err         string // as Explain describes it, after the agent's address
	calls       string
	incomplete  bool
}

// askAgent asks an agent that speaks a dialect.
func askAgent(t *testing.T, dialect string, streams bool, answer func(http.ResponseWriter, request)) outcome {
	t.Helper()
	agent := &scripted{t: t, dialect: dialect, answer: answer}
	server := httptest.NewServer(agent)
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	card := fmt.Sprintf(`{"name":"Far","capabilities":{"streaming":%t},%s}`, streams, strings.ReplaceAll(dialects[dialect], "URL", server.URL))
	client, err := a2a.Dial(a2a.Agent{Card: json.RawMessage(card), CardURL: server.URL + "/card"}, transport)
	if err != nil {
		t.Fatal(err)
	}
	got := outcome{}
	answered, err := client.Ask(t.Context(), question(), func([]orq.Part) error { return nil })
	got.state, got.parts, got.reason, got.incomplete = answered.State, answered.Parts, answered.FailureReason, answered.Incomplete
	got.text = orq.Message{Parts: answered.Parts}.Text()
	if err != nil {
		_, got.err, _ = strings.Cut(client.Explain(err), " at "+server.URL)
		_, got.err, _ = strings.Cut(got.err, " ")
	}
	agent.mu.Lock()
	defer agent.mu.Unlock()
	got.calls = strings.Join(agent.calls, " ")
	return got
}

func question() a2a.Message {
	return a2a.Message{Message: orq.Message{MessageID: "m1", Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("ping")}}}
}

func reply(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// rpcResult is a response of JSON-RPC, or what is in it over HTTP+JSON.
func rpcResult(dialect, result string) string {
	if dialect == "1.0 HTTP" {
		return result
	}
	return `{"jsonrpc":"2.0","id":"1","result":` + result + `}`
}

func events(results ...string) string {
	var body strings.Builder
	for _, result := range results {
		body.WriteString("data: " + result + "\n\n")
	}
	return body.String()
}

// roundTripper is an agent without a network, for tests of time.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// response is an answer to a roundTripper with a status of success.
func response(r *http.Request, contentType string, body io.ReadCloser) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {contentType}}, Request: r, Body: body}
}

// openStream is a response that writes events one by one, and stays open until its request ends.
func openStream(r *http.Request, events string) *http.Response {
	reader, writer := io.Pipe()
	context.AfterFunc(r.Context(), func() { _ = writer.CloseWithError(r.Context().Err()) })
	go func() {
		for event := range strings.SplitAfterSeq(events, "\n\n") {
			_, _ = io.WriteString(writer, event)
		}
	}()
	return response(r, "text/event-stream", reader)
}

func number(digits string) json.Number { return json.Number(digits) }
