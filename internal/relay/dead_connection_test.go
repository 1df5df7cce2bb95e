package relay_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/test/wire"
)

// TestARunWhoseConnectionDiedIsLookedUpInAnother streams a run over HTTP/2 in a connection that dies without a sign.
func TestARunWhoseConnectionDiedIsLookedUpInAnother(t *testing.T) {
	t.Parallel()
	for name, stall := range map[string]time.Duration{"noticed before a stall": 0, "looked up in the dead connection first": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := wire.ServeHTTP2(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						_ = json.NewEncoder(w).Encode(completed())
						return
					}
					w.Header().Set("Content-Type", "text/event-stream")
					_, _ = io.WriteString(w, `data: {"type":"agents.execution_started","timestamp":"2026-03-24T09:30:00Z","data":{"agent_task_id":"t1","trace_id":"tr1","workspace_id":"w"}}`+"\n\n")
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				}))
				transport := orq.NewTransport()
				transport.DialContext, transport.TLSClientConfig, transport.Proxy = n.Dial, n.ClientTLS, nil
				t.Cleanup(transport.CloseIdleConnections)
				client, err := orq.New(orq.Options{BaseURL: n.URL, APIKey: "test-key-1", Transport: transport, API: orq.APIAgents})
				if err != nil {
					t.Fatal(err)
				}
				defer time.AfterFunc(time.Second, n.Kill).Stop()
				var progress lines
				began := time.Now()
				outcome, err := relay.Follow(t.Context(), func(ctx context.Context) orq.Events {
					return client.StreamAgent(ctx, "a1", orq.InvokeRequest{})
				}, &progress, &relay.Options{AgentKey: "a1", Stall: stall, Lookup: func(ctx context.Context, taskID string) (*orq.AgentResponse, error) {
					return client.GetAgentResponse(ctx, "a1", taskID)
				}})
				if took := time.Since(began); err != nil || outcome.State != relay.StateCompleted || took > 31*time.Second {
					t.Errorf("outcome %+v, error %v after %v, want %s within 31 s", outcome, err, took, relay.StateCompleted)
				}
				if n.Dialed() != 2 || !slices.Contains(progress, "the stream broke off: looking up the outcome of task t1") {
					t.Errorf("%d connections, progress %q, want 2 and the lookup", n.Dialed(), progress)
				}
			})
		})
	}
}
