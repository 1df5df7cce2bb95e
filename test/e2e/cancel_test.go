package e2e_test

import (
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// cancelLimit is how long the upstream request of an abandoned run may stay open.
func cancelLimit() time.Duration {
	if built.Race {
		return 200 * time.Millisecond
	}
	return 100 * time.Millisecond
}

// waitingUpstream is an upstream whose runs wait: the run "wait" until its request is cancelled, others until release.
type waitingUpstream struct {
	*upstream
	// left receives the time at which the request of a run "wait" was cancelled.
	left    chan time.Time
	release chan struct{}
}

func newWaitingUpstream(t *testing.T, a api) *waitingUpstream {
	t.Helper()
	w := &waitingUpstream{left: make(chan time.Time, 1), release: make(chan struct{})}
	w.upstream = a.newUpstream(t, a.scriptedRuns(t, func(s *script, prompt string) {
		s.start()
		if prompt == "wait" {
			<-s.request.Context().Done()
			w.left <- time.Now()
			s.hangUp()
		}
		select {
		case <-w.release:
			s.finish("went on")
		case <-s.request.Context().Done():
		}
	}))
	return w
}

// attempts is the number of attempts at a measurement. The best one counts, because other load delays everything.
const attempts = 5

// checkAbandon measures the time from leave, which abandons the run started by begin, to the cancellation of its upstream request.
func (w *waitingUpstream) checkAbandon(t *testing.T, begin func() *call, leave func(*call)) {
	t.Helper()
	best := time.Hour
	for range attempts {
		call := begin()
		call.awaitProgress("task " + w.api.task("wait") + " started")
		abandoned := time.Now()
		leave(call)
		select {
		case left := <-w.left:
			best = min(best, left.Sub(abandoned))
		case <-time.After(waitTimeout):
			t.Fatal("the upstream request is not cancelled")
		}
		if best <= cancelLimit() {
			return
		}
	}
	t.Errorf("the upstream request was cancelled after %v at best, want at most %v", best, cancelLimit())
}

// waiting starts a run that waits until its request is cancelled.
func waiting(c *client) *call {
	return c.begin("invoke_agent", object{"key": "walker", "message": "wait"})
}

// checkOther starts another run on the session. The returned function checks that it completes.
func (w *waitingUpstream) checkOther(t *testing.T, c *client) func() {
	t.Helper()
	other := c.begin("invoke_agent", object{"key": "walker", "message": "other"})
	other.awaitProgress("task " + w.api.task("other") + " started")
	return func() {
		t.Helper()
		close(w.release)
		if ran := decode[outcome](t, c.mustSucceed("invoke_agent", other.result()).Structured); ran.OutputText != "went on" {
			t.Errorf("output of the other run = %q, want %q", ran.OutputText, "went on")
		}
	}
}

func TestACancelledCallEndsTheRunsStream(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		w := newWaitingUpstream(t, a)
		c := open(t, kind, w.setup())
		endOther := w.checkOther(t, c)
		w.checkAbandon(t, func() *call { return waiting(c) }, func(call *call) {
			c.cancel(call)
		})
		endOther()
	})
}

func TestCancellingAnEndedCallHasNoEffect(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		w := newWaitingUpstream(t, a)
		close(w.release)
		c := open(t, kind, w.setup())
		call := c.begin("invoke_agent", object{"key": "walker", "message": "other"})
		call.result()
		c.cancel(call)
		c.notify("notifications/cancelled", object{"requestId": "never used"})
		c.ping()
	})
}

func TestADisconnectedCallEndsTheRunsStream(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newWaitingUpstream(t, a)
		c := open(t, overHTTP, w.setup())
		endOther := w.checkOther(t, c)
		w.checkAbandon(t, func() *call { return waiting(c) }, func(call *call) { call.abandon() })
		endOther()
	}, march, today)
}

// checkEnd checks that a server on stdio that is ended ends the stream of its run, and exits.
func checkEnd(t *testing.T, a api, end func(*server)) {
	t.Helper()
	w := newWaitingUpstream(t, a)
	var c *client
	w.checkAbandon(t, func() *call {
		c = open(t, overStdio, w.setup())
		return waiting(c)
	}, func(*call) { end(c.server) })
	c.server.waitExit(exitLimit, 0)
}

func TestTheEndOfStdinEndsTheRunsStream(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		checkEnd(t, a, func(s *server) {
			if err := s.stdin.Close(); err != nil {
				t.Error(err)
			}
		})
	}, march, today)
}

func TestSIGTERMEndsTheRunsStreamOverStdio(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		checkEnd(t, a, func(s *server) { s.terminate() })
	}, march, today, marchHTTP2, todayHTTP2)
}

func TestAnIdleServerStopsAtOnce(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c := open(t, kind, setup{base: "http://127.0.0.1:9"})
		c.ping()
		c.server.terminate()
		c.server.waitExit(exitLimit, 0)
	})
}
