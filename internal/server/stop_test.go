package server

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestARunningCallEndsBeforeTheServerDoes(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	address, transport := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
		noAgents(w, r)
	})
	s, _ := newServer(t, address, transport)
	r := serveHTTP(t, s)
	session := r.begin(t)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		got, err := r.post(t.Context(), session, callOf(1, "list_agents", `{}`, ""))
		if err != nil || !strings.Contains(got.body, "There are no such agents") {
			t.Errorf("the call was answered %q, %v", got.body, err)
		}
	}()
	<-arrived
	r.stop()
	refused(t, r.address)
	select {
	case <-r.ended:
		t.Errorf("the server stopped before its call: %v", r.err)
	default:
	}
	close(release)
	<-answered
	<-r.ended
	if r.err != nil {
		t.Errorf("ServeHTTP: %v", r.err)
	}
}

// refused waits until no connection is taken any more.
func refused(t *testing.T, address string) {
	t.Helper()
	dialer := net.Dialer{}
	for t.Context().Err() == nil {
		conn, err := dialer.DialContext(t.Context(), "tcp", address)
		if err != nil {
			return
		}
		conn.Close()
	}
}

// pipes is a listener within the process, whose connections a synctest bubble can see.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.dialed <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.dialed:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (*pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// hanging is a transport that answers nothing until its request is given up.
type hanging struct{ arrived chan struct{} }

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	close(h.arrived)
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

func TestACallThatOutlastsTheDrainIsEnded(t *testing.T) {
	t.Parallel()
	for _, drain := range []time.Duration{20 * time.Second, 0} {
		t.Run(drain.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { outlast(t, drain) })
		})
	}
}

// outlast stops a server while a call waits for a service that does not answer.
func outlast(t *testing.T, drain time.Duration) {
	t.Helper()
	arrived := make(chan struct{})
	s, _ := newServer(t, "http://orq.test", hanging{arrived})
	listener := &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- s.ServeHTTP(ctx, listener, HTTPOptions{Drain: drain}) }()
	r := &running{address: "127.0.0.1", web: &http.Client{Transport: &http.Transport{DialContext: listener.dial}}}
	defer r.web.CloseIdleConnections()
	session := r.begin(t)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		got, err := r.post(t.Context(), session, callOf(1, "get_agent", `{"key": "k"}`, ""))
		if err == nil && got.status == http.StatusOK && !strings.Contains(got.body, `"isError":true`) {
			t.Errorf("the call was answered as a success: %q", got.body)
		}
	}()
	<-arrived
	began := time.Now()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("ServeHTTP: %v", err)
	}
	if took := time.Since(began); took < drain || took > drain+2*time.Second {
		t.Errorf("stopped after %v, want %v", took, drain)
	}
	<-answered
}

func TestAListenerThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", nil)
	listener := &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.ServeHTTP(t.Context(), listener, HTTPOptions{}); err == nil {
		t.Error("ServeHTTP: no error")
	}
}
