package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/test/wire"
)

// noticed is the time after which a dead connection must be closed.
const noticed = 30 * time.Second

func ok(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	_, _ = io.WriteString(w, "ok")
}

func TestADeadConnectionIsClosedAndNothingIsRepeated(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		for name, idle := range map[string]time.Duration{"in use": 0, "idle": 20 * time.Second} {
			t.Run(method+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					n := wire.ServeHTTP2(t, http.HandlerFunc(ok))
					transport := on(t, n)
					mustExchange(t, transport, n.URL)
					time.Sleep(idle)
					n.Kill()
					began := time.Now()
					err := exchange(transport, newRequest(t.Context(), t, method, n.URL))
					if took := time.Since(began); err == nil || took > noticed || took < noticed/2 {
						t.Errorf("%s in a dead connection: error %v after %v, want one within %v", method, err, took, noticed)
					}
					if got := n.Dialed(); got != 1 {
						t.Errorf("%d connections after the failure, want 1: nothing is sent again", got)
					}
					began = time.Now()
					mustExchange(t, transport, n.URL)
					if got := time.Since(began); got != 0 || n.Dialed() != 2 {
						t.Errorf("the next request took %v over %d connections, want none and 2", got, n.Dialed())
					}
				})
			})
		}
	}
}

func TestAnIdleConnectionThatDiedIsLeftBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := wire.ServeHTTP2(t, http.HandlerFunc(ok))
		transport := on(t, n)
		mustExchange(t, transport, n.URL)
		n.Kill()
		time.Sleep(noticed + time.Second)
		began := time.Now()
		mustExchange(t, transport, n.URL)
		if got := time.Since(began); got != 0 {
			t.Errorf("a request after the death took %v, want no time", got)
		}
	})
}

// openStream opens a response that brings one byte, and another after an hour.
func openStream(t *testing.T) (*wire.Network, io.Reader) {
	t.Helper()
	n := wire.ServeHTTP2(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "1")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-time.After(time.Hour):
			_, _ = io.WriteString(w, "2")
		case <-r.Context().Done():
		}
	}))
	response, err := on(t, n).RoundTrip(newRequest(t.Context(), t, http.MethodPost, n.URL))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return n, response.Body
}

func TestAStreamInADeadConnectionFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n, body := openStream(t)
		_, _ = body.Read(make([]byte, 1))
		n.Kill()
		began := time.Now()
		_, err := io.ReadAll(body)
		if took := time.Since(began); err == nil || took > noticed {
			t.Errorf("a stream in a dead connection: error %v after %v, want one within %v", err, took, noticed)
		}
	})
}

func TestASilentStreamInALiveConnectionGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, body := openStream(t)
		if got, err := io.ReadAll(body); string(got) != "12" || err != nil {
			t.Errorf("a stream that was silent for an hour = %q, error %v, want 12", got, err)
		}
	})
}

// TestABodyThatCannotBeWritten sends more than the window of the server holds.
func TestABodyThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := wire.ServeHTTP2(t, http.HandlerFunc(ok))
		transport := on(t, n)
		mustExchange(t, transport, n.URL)
		n.Kill()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.URL, bytes.NewReader(make([]byte, 8<<20)))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := exchange(transport, request); err == nil || time.Since(began) > noticed {
			t.Errorf("a large body in a dead connection: error %v after %v, want one within %v", err, time.Since(began), noticed)
		}
	})
}

// idleConnections makes connections by requests at the same time. It works for HTTP/1.1 only.
func idleConnections(t *testing.T, transport *Transport, n *wire.Network, count int) {
	t.Helper()
	var requests sync.WaitGroup
	for range count {
		requests.Go(func() { mustExchange(t, transport, n.URL+"/together") })
	}
	requests.Wait()
	synctest.Wait()
	if got := n.Dialed(); got != count {
		t.Fatalf("%d connections, want %d", got, count)
	}
}

// together answers requests for /together after they have all arrived, and those for /never not at all.
func together(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/together":
		time.Sleep(time.Second)
	case "/never":
		<-r.Context().Done()
	}
	ok(w, r)
}

func TestConnectionsOfHTTP1ThatDiedTogetherFailOneRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := wire.ServeHTTP1(t, http.HandlerFunc(together))
		transport := on(t, n)
		idleConnections(t, transport, n, 3)
		n.Kill()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := exchange(transport, newRequest(ctx, t, http.MethodGet, n.URL)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the first request: error %v, want that of its deadline", err)
		}
		began := time.Now()
		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := exchange(transport, newRequest(ctx, t, http.MethodGet, n.URL)); err != nil || time.Since(began) != 0 {
			t.Errorf("the second request: error %v after %v, want a response at once", err, time.Since(began))
		}
	})
}

func TestACallerWhoLeavesClosesNoIdleConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := wire.ServeHTTP1(t, http.HandlerFunc(together))
		transport := on(t, n)
		idleConnections(t, transport, n, 3)
		gone := errors.New("the caller has gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		defer time.AfterFunc(unanswered+time.Second, func() { cancel(gone) }).Stop()
		if err := exchange(transport, newRequest(ctx, t, http.MethodGet, n.URL+"/never")); err == nil {
			t.Error("the request succeeded before it was cancelled")
		}
		mustExchange(t, transport, n.URL)
		if got := n.Dialed(); got != 3 {
			t.Errorf("%d connections, want 3", got)
		}
	})
}
