package chat

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/transport"
	"github.com/orq-mcp/orq-mcp/test/wire"
)

func TestAnAnswerWhoseConnectionDiedEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := wire.ServeHTTP2(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}))
		c := New(Options{URL: n.URL + "/v1"})
		own := c.http.Transport.(*transport.Transport)
		own.DialContext, own.TLSClientConfig, own.Proxy = n.Dial, n.ClientTLS, nil
		t.Cleanup(c.Close)
		defer time.AfterFunc(time.Second, n.Kill).Stop()
		began := time.Now()
		done, err := c.Ask(t.Context(), &orq.AgentModel{ID: "m"}, Request{})
		if took := time.Since(began); err == nil || took > 31*time.Second || done.Text() != "Hi" {
			t.Errorf("Ask = %v, error %v after %v, want what was received and an error within 31 s", done, err, took)
		}
	})
}
