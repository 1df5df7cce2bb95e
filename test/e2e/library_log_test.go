package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
)

// TestWhatALibraryLogsIsMasked has an upstream that sends a response that nobody asked for, which net/http logs through the
// package log.
func TestWhatALibraryLogsIsMasked(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t-in-a-response"
	answered := make(chan struct{})
	u := newUpstream(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		agent := `{"_id":"1","key":"scout"}`
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(agent), agent)
		<-answered
		fmt.Fprintf(conn, "https://user:%s@a.example", secret)
	}))
	c := open(t, overStdio, setup{base: u.url, args: []string{"--log-format", "json"}, secrets: []string{secret}})
	c.tool("get_agent", object{"key": "scout"})
	close(answered)
	c.server.stderr.await(t, `(?m)^\{"time":.*"msg":"Unsolicited response.*https://\*\*\*@a\.example.*\}$`)
}
