package server

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// The server writes progress to the connections that mcp-go writes results to. A result that mcp-go wrote in parts could be
// interleaved with progress: these tests fail when an upgrade of mcp-go writes that way.

// recordingWriter keeps the data of each Write.
type recordingWriter struct {
	mu     sync.Mutex
	writes []string
	// onWrite, if not nil, is called with each.
	onWrite func(string)
}

func (w *recordingWriter) Write(data []byte) (int, error) {
	w.mu.Lock()
	w.writes = append(w.writes, string(data))
	w.mu.Unlock()
	if w.onWrite != nil {
		w.onWrite(string(data))
	}
	return len(data), nil
}

func TestLibraryWritesWholeMessagesOnStdio(t *testing.T) { //nolint:paralleltest // one stdio server per process
	address, transport := startAPI(t, emptyAgentList)
	s, _ := newServer(t, address, transport)
	in, input := io.Pipe()
	const want = 5
	seen, all := 0, make(chan struct{})
	out := &recordingWriter{onWrite: func(string) {
		if seen++; seen == want {
			close(all)
		}
	}}
	ended := make(chan error, 1)
	go func() { ended <- s.ServeStdio(t.Context(), in, out, StdioOptions{}) }()
	for _, message := range []string{
		initialize, `{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, callMessage(2, "list_agents", `{}`, ""),
		callMessage(3, "no_such_tool", `{}`, ""), `{"jsonrpc":"2.0","id":4,"method":"no/such"}`,
	} {
		if _, err := io.WriteString(input, message+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	<-all
	input.Close()
	if err := <-ended; err != nil {
		t.Errorf("ServeStdio() = %v, want nil", err)
	}
	if len(out.writes) != want {
		t.Errorf("%d writes, want %d", len(out.writes), want)
	}
	for _, message := range out.writes {
		if line, ended := strings.CutSuffix(message, "\n"); !ended || !json.Valid([]byte(line)) || strings.Contains(line, "\n") {
			t.Errorf("Write with %.200q, want one whole message", message)
		}
	}
}

// recordingResponse is a response whose body goes to a recordingWriter.
type recordingResponse struct {
	*httptest.ResponseRecorder
	body *recordingWriter
}

func (r *recordingResponse) Write(data []byte) (int, error) { return r.body.Write(data) }

func TestLibraryWritesWholeMessagesOnHTTP(t *testing.T) {
	t.Parallel()
	address, transport := startAPI(t, emptyAgentList)
	s, _ := newServer(t, address, transport)
	s.addToolsOnce()
	library := mcpserver.NewStreamableHTTPServer(s.mcp, mcpserver.WithStateful(true), mcpserver.WithStreamableHTTPLogger(s.logger))
	t.Cleanup(func() { _ = library.Shutdown(t.Context()) })
	session := ""
	// post passes a message to mcp-go without this server's handler and returns its writes.
	post := func(message string, onWrite func(string)) []string {
		request := httptest.NewRequest(http.MethodPost, "http://localhost"+MCPPath, strings.NewReader(message)).WithContext(t.Context())
		setHeaders(request, session)
		w := &recordingResponse{httptest.NewRecorder(), &recordingWriter{onWrite: onWrite}}
		library.ServeHTTP(w, request)
		if id := w.Header().Get("Mcp-Session-Id"); id != "" {
			session = id
		}
		return w.body.writes
	}
	for _, message := range []string{
		initialize, `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, callMessage(2, "list_agents", `{}`, ""),
		callMessage(3, "no_such_tool", `{}`, ""), `{"jsonrpc":"2.0","id":4,"method":"no/such"}`,
	} {
		got := post(message, nil)
		if len(got) != 1 || !json.Valid([]byte(got[0])) || !strings.HasPrefix(got[0], "{") {
			t.Errorf("%.60s: %d writes %.200q, want one JSON message", message, len(got), got)
		}
	}
	t.Run("each event of a stream", func(t *testing.T) {
		var answering sync.WaitGroup
		got := post(callMessage(5, "delete_agent", `{"key": "k", "confirm": "k"}`, ""), func(written string) {
			data, isEvent := strings.CutPrefix(written, "event: message\ndata: ")
			var request struct {
				ID     json.RawMessage `json:"id"`
				Method string          `json:"method"`
			}
			if isEvent && json.Unmarshal([]byte(data), &request) == nil && request.Method == "elicitation/create" {
				answering.Go(func() {
					post(`{"jsonrpc":"2.0","id":`+string(request.ID)+`,"result":{"action":"decline"}}`, nil)
				})
			}
		})
		answering.Wait()
		if len(got) < 2 {
			t.Fatalf("no elicitation: %q", got)
		}
		for _, event := range got {
			data, isEvent := strings.CutPrefix(event, "event: message\ndata: ")
			line, ended := strings.CutSuffix(data, "\n\n")
			if !isEvent || !ended || !json.Valid(bytes.TrimSpace([]byte(line))) {
				t.Errorf("Write with %.200q, want one whole event", event)
			}
		}
	})
}
