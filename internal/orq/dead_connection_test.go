package orq_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/test/wire"
)

// TestCallsInADeadConnection makes the HTTP/2 connection die before each operation. One that may be repeated arrives over a
// new connection; no other is sent again.
func TestCallsInADeadConnection(t *testing.T) {
	t.Parallel()
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var received atomic.Int64
				n := wire.ServeHTTP2(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					received.Add(1)
					_, _ = io.Copy(io.Discard, r.Body)
					respond(w, http.StatusBadRequest, `{"message":"arrived"}`)
				}))
				transport := orq.NewTransport()
				transport.DialContext, transport.TLSClientConfig, transport.Proxy = n.Dial, n.ClientTLS, nil
				t.Cleanup(transport.CloseIdleConnections)
				client := newClientOf(t, orq.APIAgents, n.URL, transport)
				_, _ = client.GetAgent(t.Context(), "scout")
				n.Kill()
				began, before := time.Now(), received.Load()
				_, err := op.call(t.Context(), client)
				if took := time.Since(began); err == nil || took > 31*time.Second {
					t.Fatalf("error %v after %v, want one within 31 s", err, took)
				}
				if arrived := received.Load() > before; arrived != op.repeatable || strings.HasSuffix(err.Error(), "arrived") != op.repeatable {
					t.Errorf("%d requests arrived, error %v, want it to arrive: %t", received.Load()-before, err, op.repeatable)
				}
			})
		})
	}
}
