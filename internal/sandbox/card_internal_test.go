package sandbox

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

func TestCardsHaveFiveSeconds(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"silence":        "",
		"half an answer": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, err := Open(Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				ours, theirs := net.Pipe()
				defer theirs.Close()
				s.cards.Transport = &http.Transport{
					DialContext:       func(context.Context, string, string) (net.Conn, error) { return ours, nil },
					DisableKeepAlives: true,
				}
				go func() {
					_, _ = theirs.Read(make([]byte, 4096))
					_, _ = theirs.Write([]byte(answer))
				}()
				start := time.Now()
				_, err = s.fetchCard(t.Context(), &store.Record{Agent: orq.Agent{A2A: &orq.A2AConfig{AgentURL: "http://far.example"}}})
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("took %v", took)
				}
				if err == nil || !strings.HasPrefix(err.Error(), "agent card: http://far.example/card cannot be re") || strings.Count(err.Error(), "far.example") != 1 {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}
