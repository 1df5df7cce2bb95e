package server

import (
	"io"
	"net/http"
	"testing"
)

// A client that stops reading must not keep the process alive. The time is real: mcp-go's stdio session is global and
// belongs to no bubble.
func TestStdioEndsWhenClientDoesNotRead(t *testing.T) {
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
	const want = "serve stdio: the client stopped reading"
	if err := <-ended; err == nil || err.Error() != want {
		t.Errorf("ServeStdio() = %v, want %s", err, want)
	}
	_ = unread.Close()
}
