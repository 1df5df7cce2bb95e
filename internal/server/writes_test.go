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

// The server writes progress to the connections that mcp-go writes results to. A message that mcp-go wrote in parts
// could be torn apart by it: these tests fail when an upgrade of mcp-go writes that way.

// writes keeps what is written, Write by Write.
type writes struct {
	mu   sync.Mutex
	each []string
	// onWrite is told of each.
	onWrite func(string)
}

func (w *writes) Write(data []byte) (int, error) {
	w.mu.Lock()
	w.each = append(w.each, string(data))
	w.mu.Unlock()
	if w.onWrite != nil {
		w.onWrite(string(data))
	}
	return len(data), nil
}

func TestTheLibraryWritesEachMessageAtOnceOnStdio(t *testing.T) { //nolint:paralleltest // one stdio server a process
	address, transport := upstream(t, noAgents)
	s, _ := newServer(t, address, transport)
	in, input := io.Pipe()
	const wanted = 5
	seen, all := 0, make(chan struct{})
	out := &writes{onWrite: func(string) {
		if seen++; seen == wanted {
			close(all)
		}
	}}
	ended := make(chan error, 1)
	go func() { ended <- s.ServeStdio(t.Context(), in, out, StdioOptions{}) }()
	for _, message := range []string{
		initialize, `{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, callOf(2, "list_agents", `{}`, ""),
		callOf(3, "no_such_tool", `{}`, ""), `{"jsonrpc":"2.0","id":4,"method":"no/such"}`,
	} {
		if _, err := io.WriteString(input, message+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	<-all
	input.Close()
	if err := <-ended; err != nil {
		t.Errorf("ServeStdio: %v", err)
	}
	if len(out.each) != wanted {
		t.Errorf("%d writes, want %d", len(out.each), wanted)
	}
	for _, message := range out.each {
		if line, ended := strings.CutSuffix(message, "\n"); !ended || !json.Valid([]byte(line)) || strings.Contains(line, "\n") {
			t.Errorf("a Write is no whole message: %.200q", message)
		}
	}
}

// writeByWrite is an answer that keeps its Writes.
type writeByWrite struct {
	*httptest.ResponseRecorder
	writes *writes
}

func (w *writeByWrite) Write(data []byte) (int, error) { return w.writes.Write(data) }

func TestTheLibraryWritesEachMessageAtOnceOnHTTP(t *testing.T) {
	t.Parallel()
	address, transport := upstream(t, noAgents)
	s, _ := newServer(t, address, transport)
	s.offer()
	library := mcpserver.NewStreamableHTTPServer(s.mcp, mcpserver.WithStateful(true), mcpserver.WithStreamableHTTPLogger(s.logger))
	t.Cleanup(func() { _ = library.Shutdown(t.Context()) })
	session := ""
	// post gives a message to mcp-go alone and returns what it wrote.
	post := func(message string, onWrite func(string)) []string {
		request := httptest.NewRequest(http.MethodPost, "http://localhost"+MCPPath, strings.NewReader(message)).WithContext(t.Context())
		prepare(request, session)
		w := &writeByWrite{httptest.NewRecorder(), &writes{onWrite: onWrite}}
		library.ServeHTTP(w, request)
		if id := w.Header().Get("Mcp-Session-Id"); id != "" {
			session = id
		}
		return w.writes.each
	}
	for _, message := range []string{
		initialize, `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, callOf(2, "list_agents", `{}`, ""),
		callOf(3, "no_such_tool", `{}`, ""), `{"jsonrpc":"2.0","id":4,"method":"no/such"}`,
	} {
		got := post(message, nil)
		if len(got) != 1 || !json.Valid([]byte(got[0])) || !strings.HasPrefix(got[0], "{") {
			t.Errorf("%.60s is answered in %d writes: %.200q", message, len(got), got)
		}
	}
	t.Run("and each event of a stream", func(t *testing.T) {
		var answering sync.WaitGroup
		got := post(callOf(5, "delete_agent", `{"key": "k", "confirm": "k"}`, ""), func(written string) {
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
			t.Fatalf("there was no question: %q", got)
		}
		for _, event := range got {
			data, isEvent := strings.CutPrefix(event, "event: message\ndata: ")
			line, ended := strings.CutSuffix(data, "\n\n")
			if !isEvent || !ended || !json.Valid(bytes.TrimSpace([]byte(line))) {
				t.Errorf("a Write is no whole event: %.200q", event)
			}
		}
	})
}
