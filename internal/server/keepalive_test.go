package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// tardy is a transport that takes its time for an answer.
type tardy struct {
	takes time.Duration
	answering
}

func (t tardy) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(t.takes)
	return t.answering.RoundTrip(r)
}

func TestASilentAnswerIsKeptAlive(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		takes    time.Duration
		accept   string
		comments int
		media    string
	}{
		"a quick one":                       {14 * time.Second, "application/json, text/event-stream", 0, "application/json"},
		"a slow one":                        {40 * time.Second, "application/json, text/event-stream", 2, "text/event-stream"},
		"for a client that takes no stream": {40 * time.Second, "application/json", 0, "application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _ := newServer(t, "http://orq.test", tardy{c.takes, answering{"application/json", agentJSON()}})
				listener := &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- s.ServeHTTP(ctx, listener, HTTPOptions{}) }()
				r := &running{address: "127.0.0.1", web: &http.Client{Transport: &http.Transport{DialContext: listener.dial}}}
				session := r.begin(t)
				request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1"+MCPPath, strings.NewReader(callOf(1, "get_agent", `{"key": "k"}`, "")))
				if err != nil {
					t.Fatal(err)
				}
				prepare(request, session)
				request.Header.Set("Accept", c.accept)
				response, err := r.web.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(response.Body)
				response.Body.Close()
				if err != nil || !strings.HasPrefix(response.Header.Get("Content-Type"), c.media) || !strings.Contains(string(body), "01K0TOOL2") {
					t.Errorf("answered %q with %s, %v", response.Header.Get("Content-Type"), body, err)
				}
				if n := strings.Count(string(body), ": keepalive\n\n"); n != c.comments {
					t.Errorf("%d comments, want %d", n, c.comments)
				}
				r.web.CloseIdleConnections()
				stop()
				if err := <-ended; err != nil {
					t.Errorf("ServeHTTP: %v", err)
				}
			})
		})
	}
}
