package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
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
			echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := make([]byte, len(message)+1)
				n, _ := r.Body.Read(body)
				_, _ = w.Write(body[:n])
			})
			recorder := httptest.NewRecorder()
			endpoint(echo, each.limit).ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(message)))
			want := message
			if each.want != http.StatusOK {
				want = `{"error":{"code":-32600,"message":"the request body is larger than 39 bytes; --max-body allows more"},"id":null,"jsonrpc":"2.0"}` + "\n"
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
		body, session, protocol string
		dropped                 bool
	}{
		"within a session":            {cancel, "s", "2025-06-18", false},
		"without a session":           {cancel, "", "2025-06-18", true},
		"of the protocol without any": {cancel, "s", "2026-07-28", true},
		"of that protocol in _meta":   {modern, "s", "", true},
		"another message":             {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, "", "", false},
		"no JSON":                     {`{"method":"notifications/cancelled"`, "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			passed := false
			r := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(each.body))
			r.Header.Set("Mcp-Session-Id", each.session)
			r.Header.Set("Mcp-Protocol-Version", each.protocol)
			recorder := httptest.NewRecorder()
			endpoint(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true }), DefaultMaxBody).ServeHTTP(recorder, r)
			if passed == each.dropped || each.dropped && recorder.Code != http.StatusAccepted {
				t.Errorf("passed on: %v, status %d", passed, recorder.Code)
			}
		})
	}
}
