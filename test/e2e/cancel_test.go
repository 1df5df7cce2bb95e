package e2e_test

import (
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// cancelLimit is how long a run may go on upstream when nobody waits for it any more.
func cancelLimit() time.Duration {
	if built.Race {
		return 200 * time.Millisecond
	}
	return 100 * time.Millisecond
}

// watched is an upstream whose runs wait: "wait" until its caller has left, "other" until the test lets it end.
type watched struct {
	*upstream
	// left tells when the request of a waiting run ended.
	left    chan time.Time
	release chan struct{}
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{left: make(chan time.Time, 1), release: make(chan struct{})}
	w.upstream = newUpstream(t, scripted(t, func(s *script, told string) {
		s.start()
		if told == "wait" {
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

// attempts at a measurement: the best one counts, because a busy machine delays everything.
const attempts = 5

// checkLeaving measures how long after leave the upstream's request ends. begin starts a run; leave abandons it.
func (w *watched) checkLeaving(t *testing.T, begin func() *call, leave func(*call)) {
	t.Helper()
	best := time.Hour
	for range attempts {
		call := begin()
		call.awaitProgress("task task-wait started")
		abandoned := time.Now()
		leave(call)
		select {
		case left := <-w.left:
			best = min(best, left.Sub(abandoned))
		case <-time.After(patience):
			t.Fatal("the upstream's request goes on")
		}
		if best <= cancelLimit() {
			return
		}
	}
	t.Errorf("the upstream's request ended %v after its caller had left, at best; want %v", best, cancelLimit())
}

func waiting(c *client) *call {
	return c.begin("invoke_agent", object{"key": "walker", "message": "wait"})
}

// checkOther has a run on the same session that must not notice.
func (w *watched) checkOther(t *testing.T, c *client) func() {
	t.Helper()
	other := c.begin("invoke_agent", object{"key": "walker", "message": "other"})
	other.awaitProgress("task task-other started")
	return func() {
		t.Helper()
		close(w.release)
		if ran := decode[outcome](t, c.succeeded("invoke_agent", other.result()).Structured); ran.OutputText != "went on" {
			t.Errorf("the other run ended with %q", ran.OutputText)
		}
	}
}

func TestACancelledCallEndsTheRunsStream(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		w := newWatched(t)
		c := open(t, kind, setup{base: w.url})
		endOther := w.checkOther(t, c)
		w.checkLeaving(t, func() *call { return waiting(c) }, func(call *call) {
			c.cancel(call)
		})
		endOther()
	})
}

func TestCancellingWhatHasEndedIsHarmless(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		w := newWatched(t)
		close(w.release)
		c := open(t, kind, setup{base: w.url})
		call := c.begin("invoke_agent", object{"key": "walker", "message": "other"})
		call.result()
		c.cancel(call)
		c.notify("notifications/cancelled", object{"requestId": "never used"})
		c.ping()
	})
}

func TestADisconnectedCallEndsTheRunsStream(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	c := open(t, overHTTP, setup{base: w.url})
	endOther := w.checkOther(t, c)
	w.checkLeaving(t, func() *call { return waiting(c) }, func(call *call) { call.forget() })
	endOther()
}

func TestTheEndOfStdinEndsTheRunsStream(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	var c *client
	w.checkLeaving(t, func() *call {
		c = open(t, overStdio, setup{base: w.url})
		return waiting(c)
	}, func(*call) {
		if err := c.server.stdin.Close(); err != nil {
			t.Error(err)
		}
	})
	c.server.waitExit(exitLimit, 0)
}

func TestSIGTERMEndsTheRunsStreamOverStdio(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	var c *client
	w.checkLeaving(t, func() *call {
		c = open(t, overStdio, setup{base: w.url})
		return waiting(c)
	}, func(*call) { c.server.terminate() })
	c.server.waitExit(exitLimit, 0)
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
