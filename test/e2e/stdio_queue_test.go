package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// The number of calls that run at once over stdio, and of those that wait in the tests.
const (
	atOnce = 100
	queued = 200
)

// fillQueue starts more calls than run at once. It returns all of them, and the names of those that have reached the
// upstream.
func fillQueue(t *testing.T, w *gatedUpstream, c *client) (calls map[string]*call, running map[string]bool) {
	t.Helper()
	calls, running = map[string]*call{}, map[string]bool{}
	for i := range atOnce + queued {
		prompt := fmt.Sprintf("call %d", i)
		calls[prompt] = c.beginWithoutProgress("invoke_agent", object{"key": "walker", "message": prompt, "mode": "stream"})
	}
	for range atOnce {
		running[await(t, w.arrived, "one of the calls that run at once")] = true
	}
	return calls, running
}

// pingLimit is the longest that a ping may take.
func pingLimit() time.Duration {
	if built.Race {
		return 100 * time.Millisecond
	}
	return 50 * time.Millisecond
}

// checkPingTime measures the time of a ping. The best attempt counts, because other load delays everything.
func checkPingTime(t *testing.T, c *client) {
	t.Helper()
	best := time.Hour
	for range attempts {
		began := time.Now()
		c.ping()
		if best = min(best, time.Since(began)); best <= pingLimit() {
			return
		}
	}
	t.Errorf("a ping took %v at best, want at most %v", best, pingLimit())
}

func TestAPingIsAnsweredWhileCallsWait(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newGatedUpstream(t, a, atOnce+queued)
		c := open(t, overStdio, setup{base: w.url})
		calls, _ := fillQueue(t, w, c)
		checkPingTime(t, c)
		if n := len(w.starts("walker")); n != atOnce {
			t.Errorf("%d calls reached the upstream, want %d", n, atOnce)
		}
		w.finish(t, calls)
		if n := len(w.starts("walker")); n != atOnce+queued {
			t.Errorf("%d calls reached the upstream in all, want %d", n, atOnce+queued)
		}
	}, march, today)
}

func TestACancelIsHandledWhileCallsWait(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newGatedUpstream(t, a, atOnce+queued)
		c := open(t, overStdio, setup{base: w.url})
		calls, running := fillQueue(t, w, c)
		best, cancelled := time.Hour, 0
		for prompt := range running {
			began := time.Now()
			c.cancel(calls[prompt])
			if got := await(t, w.left, "the end of "+prompt); got != prompt {
				t.Fatalf("cancelled run = %s, want %s", got, prompt)
			}
			delete(calls, prompt)
			cancelled++
			// The next in the queue takes its place.
			await(t, w.arrived, "the next call")
			if best = min(best, time.Since(began)); best <= cancelLimit() || cancelled == attempts {
				break
			}
		}
		if best > cancelLimit() {
			t.Errorf("a run was cancelled after %v at best, want at most %v", best, cancelLimit())
		}
		w.finish(t, calls)
		if n := len(w.starts("walker")); n != atOnce+queued {
			t.Errorf("%d calls reached the upstream in all, want %d", n, atOnce+queued)
		}
	}, march, today)
}

func TestACallThatIsCancelledWhileItWaitsIsNotMade(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newGatedUpstream(t, a, atOnce+queued)
		c := open(t, overStdio, setup{base: w.url})
		calls, running := fillQueue(t, w, c)
		cancelled := map[string]bool{}
		for i := range atOnce + queued {
			if prompt := fmt.Sprintf("call %d", i); !running[prompt] && i%2 == 0 {
				cancelled[prompt] = true
				c.cancel(calls[prompt])
				delete(calls, prompt)
			}
		}
		// The notifications have been handled when a request sent after them is answered.
		c.ping()
		w.finish(t, calls)
		sent := w.starts("walker")
		wrongly := 0
		for _, x := range sent {
			if cancelled[promptOf(t, x.body)] {
				wrongly++
			}
		}
		if want := atOnce + queued - len(cancelled); wrongly > 0 || len(sent) != want {
			t.Errorf("%d calls reached the upstream, want %d; %d of the %d that were cancelled while they waited, want 0", len(sent), want, wrongly, len(cancelled))
		}
	}, march, today)
}
