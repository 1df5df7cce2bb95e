// Package idle detects that nothing has happened for a while, on paths where noting that something did must be cheap.
package idle

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Timer calls a function when there was no activity for a while, and again after each further while. It is safe for
// concurrent use.
type Timer struct {
	after   time.Duration
	fn      func() bool
	created time.Time
	// last is when there was activity, in nanoseconds since created.
	last atomic.Int64

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
	// panicked is the reason and the stack of a panic of fn.
	panicked string
}

// NewTimer calls fn, on a goroutine of its own, whenever there was no activity for that long, until fn returns false or
// Stop is called. fn must not call Stop.
func NewTimer(after time.Duration, fn func() (goOn bool)) *Timer {
	t := &Timer{after: after, fn: fn, created: time.Now()}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timer = time.AfterFunc(after, t.check)
	return t
}

// Reset records activity. It only stores the time; the timer re-arms when it fires.
func (t *Timer) Reset() { t.last.Store(int64(time.Since(t.created))) }

func (t *Timer) check() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return
	}
	idle := time.Since(t.created) - time.Duration(t.last.Load())
	if idle >= t.after {
		if t.stopped = !t.call(); t.stopped {
			return
		}
		t.Reset()
		idle = 0
	}
	t.timer.Reset(t.after - idle)
}

// call keeps a panic of fn, which nobody could recover on a timer's goroutine, for Stop.
func (t *Timer) call() (goOn bool) {
	defer func() {
		if reason := recover(); reason != nil {
			t.panicked = fmt.Sprintf("%v\n%s", reason, debug.Stack())
			goOn = false
		}
	}()
	return t.fn()
}

// Stop ends the timer. When it returns, fn is not running and will not run. If fn has panicked, Stop panics with the
// reason and the stack.
func (t *Timer) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	t.timer.Stop()
	if reason := t.panicked; reason != "" {
		t.panicked = ""
		panic(reason)
	}
}
