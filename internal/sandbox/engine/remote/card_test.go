package remote

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestFetchCardTakesFiveSecondsAtMost(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"silence":        "",
		"half an answer": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := New()
				ours, theirs := net.Pipe()
				defer theirs.Close()
				e.cards.Transport = &http.Transport{
					DialContext:       func(context.Context, string, string) (net.Conn, error) { return ours, nil },
					DisableKeepAlives: true,
				}
				go func() {
					_, _ = theirs.Read(make([]byte, 4096))
					_, _ = theirs.Write([]byte(answer))
				}()
				start := time.Now()
				_, err := e.FetchCard(t.Context(), &orq.A2AConfig{AgentURL: "http://far.example"}, nil)
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("FetchCard took %v, want 5 s", took)
				}
				if err == nil || !strings.HasPrefix(err.Error(), "agent card: http://far.example/card cannot be re") || strings.Count(err.Error(), "far.example") != 1 {
					t.Errorf("FetchCard error = %v, want one that names the URL once", err)
				}
			})
		})
	}
}
