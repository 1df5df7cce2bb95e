package relay

import (
	"sync"
	"sync/atomic"
	"time"
)

// silence acts when nothing was heard for a while, and again after each further while. A sound costs no more than a
// look at the clock: the timer finds out late that there was one, and goes on for the rest.
type silence struct {
	after time.Duration
	// act returns whether to listen on.
	act   func() bool
	began time.Time
	// last is when something was heard, in nanoseconds since began.
	last atomic.Int64

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
}

func onSilence(after time.Duration, act func() bool) *silence {
	s := &silence{after: after, act: act, began: time.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timer = time.AfterFunc(after, s.check)
	return s
}

// heard reports a sound.
func (s *silence) heard() { s.last.Store(int64(time.Since(s.began))) }

func (s *silence) check() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return
	}
	quiet := time.Since(s.began) - time.Duration(s.last.Load())
	if quiet >= s.after {
		if s.stopped = !s.act(); s.stopped {
			return
		}
		s.heard()
		quiet = 0
	}
	s.timer.Reset(s.after - quiet)
}

// stop returns when act is not running and will not run.
func (s *silence) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.timer.Stop()
}
