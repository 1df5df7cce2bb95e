package server

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestBrokenTextOfTheServiceDoesNotBreakAFrame(t *testing.T) {
	t.Parallel()
	event := &orq.Event{Type: "event.agents.thought", Raw: "{\"text\":\"caf\xe9 \xff\"}"}
	frame := appendProgress(nil, []byte(`1`), 1, relay.Progress{Message: "caf\xe9", Event: event}, 1)
	if !utf8.Valid(frame) || !json.Valid(frame) {
		t.Errorf("frame %q", frame)
	}
}

// A client that reads nothing more must not keep the program alive. The time is real: mcp-go's stdio session is global
// and belongs to no bubble.
func TestStdioEndsThoughNobodyReads(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", http.DefaultTransport)
	in, requests := io.Pipe()
	unread, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- s.ServeStdio(t.Context(), in, out, StdioOptions{}) }()
	if _, err := io.WriteString(requests, `{"jsonrpc":"2.0","id":1,"method":"ping"}`+"\n"); err != nil {
		t.Fatal(err)
	}
	_ = requests.Close()
	if err := <-ended; err == nil || err.Error() != "serve stdio: the client stopped reading" {
		t.Errorf("ended with %v", err)
	}
	_ = unread.Close()
}

func TestACredentialOfAnotherFormIsRefused(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, MCPPath, nil)
	request.Header.Set("Authorization", "raw-key")
	entranceTo(t, http.NotFound, HTTPOptions{}).ServeHTTP(recorder, request)
	const want = "the Authorization header must be: Bearer <orq.ai API key>\n"
	if recorder.Code != http.StatusUnauthorized || recorder.Body.String() != want || recorder.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("%d %q", recorder.Code, recorder.Body)
	}
}
