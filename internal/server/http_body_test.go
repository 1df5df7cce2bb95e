package server

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	const message = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	for name, each := range map[string]struct {
		limit int64
		want  int
	}{
		"at the limit":   {int64(len(message)), http.StatusOK},
		"over the limit": {int64(len(message)) - 1, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			echo := func(w http.ResponseWriter, r *http.Request) {
				body := make([]byte, len(message)+1)
				n, _ := r.Body.Read(body)
				_, _ = w.Write(body[:n])
			}
			recorder := httptest.NewRecorder()
			newTestHandler(t, echo, HTTPOptions{MaxBody: each.limit}).ServeHTTP(recorder, sessionlessPost(message))
			want := message
			if each.want != http.StatusOK {
				want = `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"the request body is larger than 39 bytes; --max-body allows more"}}` + "\n"
			}
			if recorder.Code != each.want {
				t.Errorf("status %d, want %d", recorder.Code, each.want)
			}
			if diff := cmp.Diff(want, recorder.Body.String()); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}
