package server

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestShutdownWaitsForRunningCall(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	address, transport := startAPI(t, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
		emptyAgentList(w, r)
	})
	s, _ := newServer(t, address, transport)
	ts := serveTCP(t, s)
	session := ts.openSession(t)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		const want = "There are no such agents"
		got, err := ts.post(t.Context(), session, callMessage(1, "list_agents", `{}`, ""))
		if err != nil || !strings.Contains(got.body, want) {
			t.Errorf("call: body %q, error %v; want a body with %q", got.body, err, want)
		}
	}()
	<-arrived
	ts.stop()
	waitUntilRefused(t, ts.address)
	select {
	case <-ts.ended:
		t.Errorf("ServeHTTP() = %v before the call has ended", ts.err)
	default:
	}
	close(release)
	<-answered
	<-ts.ended
	if ts.err != nil {
		t.Errorf("ServeHTTP() = %v, want nil", ts.err)
	}
}

func TestShutdownDoesNotWaitForConnectionsWithoutARequest(t *testing.T) {
	t.Parallel()
	address, transport := startAPI(t, emptyAgentList)
	s, _ := newServer(t, address, transport)
	ts := serveTCP(t, s)
	fresh, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", ts.address)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	ts.openSession(t) // on a connection that was accepted later
	stopped := time.Now()
	ts.stop()
	<-ts.ended
	if took := time.Since(stopped); ts.err != nil || took > 4*time.Second { // net/http waits for 5 s
		t.Errorf("ServeHTTP() = %v after %v, want nil at once", ts.err, took)
	}
}

// waitUntilRefused waits until address accepts no more connections.
func waitUntilRefused(t *testing.T, address string) {
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

func TestShutdownCancelsCallAfterDrain(t *testing.T) {
	t.Parallel()
	for _, drain := range []time.Duration{20 * time.Second, 0} {
		t.Run(drain.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { testDrain(t, drain) })
		})
	}
}

// testDrain stops a server while a call waits for a service that never responds.
func testDrain(t *testing.T, drain time.Duration) {
	t.Helper()
	arrived := make(chan struct{})
	s, _ := newServer(t, "http://orq.test", hangingTransport{arrived})
	ts := servePipe(t, s, HTTPOptions{Drain: drain})
	session := ts.openSession(t)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		got, err := ts.post(t.Context(), session, callMessage(1, "get_agent", `{"key": "k"}`, ""))
		if err == nil && got.status == http.StatusOK && !strings.Contains(got.body, `"isError":true`) {
			t.Errorf("call: body %q, want an error", got.body)
		}
	}()
	<-arrived
	began := time.Now()
	ts.stop()
	<-ts.ended
	if ts.err != nil {
		t.Errorf("ServeHTTP() = %v, want nil", ts.err)
	}
	if took := time.Since(began); took < drain || took > drain+2*time.Second {
		t.Errorf("stopped after %v, want %v to %v", took, drain, drain+2*time.Second)
	}
	<-answered
}

func TestServeHTTPReturnsListenerError(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", nil)
	listener := newPipeListener()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.ServeHTTP(t.Context(), listener, HTTPOptions{}); err == nil {
		t.Error("ServeHTTP() = nil, want an error")
	}
}
