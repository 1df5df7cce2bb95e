package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

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

func TestASlowBodyHasADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := newServer(t, "http://orq.test", http.DefaultTransport)
		server := servePipe(t, s, HTTPOptions{})
		began := time.Now()
		body, more := io.Pipe()
		defer more.Close()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+server.address+MCPPath, body)
		if err != nil {
			t.Fatal(err)
		}
		setHeaders(request, "")
		go func() { _, _ = io.WriteString(more, `{"jsonrpc":`) }()
		response, err := server.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if took := time.Since(began); response.StatusCode != http.StatusBadRequest || took != bodyTimeout {
			t.Errorf("a body that does not end: %s after %v, want 400 after %v", response.Status, took, bodyTimeout)
		}
	})
}
