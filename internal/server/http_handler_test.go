package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Without a session, a cancellation could cancel the call of another client.
func TestCancellationWithoutSessionIsNotForwarded(t *testing.T) {
	t.Parallel()
	const (
		cancel = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`
		modern = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}`
	)
	for name, each := range map[string]struct {
		body, protocol string
		forwarded      bool
		status         int
	}{
		"protocol without sessions":         {cancel, "2026-07-28", false, http.StatusAccepted},
		"protocol without sessions in meta": {modern, "", false, http.StatusAccepted},
		"another message":                   {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, "2026-07-28", true, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forwarded := false
			h := newTestHandler(t, func(http.ResponseWriter, *http.Request) { forwarded = true }, HTTPOptions{})
			r := sessionlessPost(each.body)
			r.Header.Set("Mcp-Session-Id", h.sessions.begin(h.callers.of("")).id)
			r.Header.Set("Mcp-Protocol-Version", each.protocol)
			recorder := httptest.NewRecorder()
			h.ServeHTTP(recorder, r)
			if forwarded != each.forwarded || recorder.Code != each.status {
				t.Errorf("forwarded %v, status %d; want %v, %d", forwarded, recorder.Code, each.forwarded, each.status)
			}
		})
	}
}
