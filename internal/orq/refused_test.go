package orq_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/transport"
)

// TestARequestThatWasRefusedUnprocessed expects of every operation that it is tried again, and that its error does not leave
// open whether it was carried out.
func TestARequestThatWasRefusedUnprocessed(t *testing.T) {
	t.Parallel()
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				client := newClientOf(t, orq.APIAgents, "https://example.com", roundTrip(func(*http.Request) (*http.Response, error) {
					attempts++
					return nil, fmt.Errorf("%w: http2: Transport: cannot retry err", transport.ErrUnprocessed)
				}))
				_, err := op.call(t.Context(), client)
				if attempts != maxAttempts || !errors.Is(err, orq.ErrNotSent) {
					t.Errorf("%d attempts, error %v, want %d and ErrNotSent", attempts, err, maxAttempts)
				}
				const want = "example.com has too many requests or is shutting down: it refused the request without processing it"
				if !strings.HasSuffix(err.Error(), want) {
					t.Errorf("error = %v, want it to end with %q", err, want)
				}
			})
		})
	}
}

// TestMoreRunsThanAConnectionTakes starts runs at once over the first connection to a server that allows few streams.
func TestMoreRunsThanAConnectionTakes(t *testing.T) {
	t.Parallel()
	const callers = 50
	for _, streams := range []int{1, 10, 100} {
		t.Run(fmt.Sprint(streams), func(t *testing.T) {
			t.Parallel()
			var received atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				received.Add(1)
				respond(w, http.StatusOK, `{"id":"t1","contextId":"c","kind":"task","status":{"state":"submitted"}}`)
			}))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.EnableHTTP2, server.Config.HTTP2 = true, &http.HTTP2Config{MaxConcurrentStreams: streams}
			server.StartTLS()
			t.Cleanup(server.Close)
			sender := orq.NewTransport()
			sender.TLSClientConfig, sender.Proxy = server.Client().Transport.(*http.Transport).TLSClientConfig, nil
			t.Cleanup(sender.CloseIdleConnections)
			client := newClientOf(t, orq.APIAgents, server.URL, sender)
			var group sync.WaitGroup
			for range callers {
				group.Go(func() {
					if _, err := client.InvokeAgent(t.Context(), "scout", orq.InvokeRequest{}); err != nil {
						t.Errorf("InvokeAgent: %v", err)
					}
				})
			}
			group.Wait()
			if got := received.Load(); got != callers {
				t.Errorf("%d runs started, want %d", got, callers)
			}
		})
	}
}
