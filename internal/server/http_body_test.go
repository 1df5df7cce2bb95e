package server

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestABodyIsBounded(t *testing.T) {
	t.Parallel()
	const message = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	for name, each := range map[string]struct {
		limit int64
		want  int
	}{
		"just fits":     {int64(len(message)), http.StatusOK},
		"one too large": {int64(len(message)) - 1, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			echo := func(w http.ResponseWriter, r *http.Request) {
				body := make([]byte, len(message)+1)
				n, _ := r.Body.Read(body)
				_, _ = w.Write(body[:n])
			}
			recorder := httptest.NewRecorder()
			entranceTo(t, echo, HTTPOptions{MaxBody: each.limit}).ServeHTTP(recorder, postTo(message))
			want := message
			if each.want != http.StatusOK {
				want = `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"the request body is larger than 39 bytes; --max-body allows more"}}` + "\n"
			}
			if recorder.Code != each.want {
				t.Errorf("status %d, want %d", recorder.Code, each.want)
			}
			if diff := cmp.Diff(want, recorder.Body.String()); diff != "" {
				t.Errorf("the answer differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestACancellationThatCouldMeetAnotherClientsCallIsDropped(t *testing.T) {
	t.Parallel()
	const (
		cancel = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`
		modern = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}`
	)
	for name, each := range map[string]struct {
		body, protocol string
		passed         bool
		status         int
	}{
		"within a session":            {cancel, "2025-06-18", true, http.StatusOK},
		"by the protocol without any": {cancel, "2026-07-28", false, http.StatusAccepted},
		"by that protocol in _meta":   {modern, "", false, http.StatusAccepted},
		"another message":             {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, "2026-07-28", true, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			passed := false
			e := entranceTo(t, func(http.ResponseWriter, *http.Request) { passed = true }, HTTPOptions{})
			r := postTo(each.body)
			r.Header.Set("Mcp-Session-Id", e.sessions.Generate())
			r.Header.Set("Mcp-Protocol-Version", each.protocol)
			recorder := httptest.NewRecorder()
			e.ServeHTTP(recorder, r)
			if passed != each.passed || recorder.Code != each.status {
				t.Errorf("passed on: %v, status %d", passed, recorder.Code)
			}
		})
	}
}
