package relay

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Silence acts when nothing was heard for a while, and again after each further while. A sound costs no more than a
// look at the clock: the timer finds out late that there was one, and goes on for the rest.
type Silence struct {
	after time.Duration
	act   func() bool
	began time.Time
	// last is when something was heard, in nanoseconds since began.
	last atomic.Int64

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
	// panicked is the reason and the stack of a panic of act.
	panicked string
}

// OnSilence calls act, which returns whether to listen on, after each while of silence until Stop.
func OnSilence(after time.Duration, act func() bool) *Silence {
	s := &Silence{after: after, act: act, began: time.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timer = time.AfterFunc(after, s.check)
	return s
}

// Heard reports a sound.
func (s *Silence) Heard() { s.last.Store(int64(time.Since(s.began))) }

func (s *Silence) check() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return
	}
	quiet := time.Since(s.began) - time.Duration(s.last.Load())
	if quiet >= s.after {
		if s.stopped = !s.guarded(); s.stopped {
			return
		}
		s.Heard()
		quiet = 0
	}
	s.timer.Reset(s.after - quiet)
}

// guarded keeps a panic of act from ending the process: nobody recovers a timer's goroutine.
func (s *Silence) guarded() (listenOn bool) {
	defer func() {
		if reason := recover(); reason != nil {
			s.panicked = fmt.Sprintf("%v\n%s", reason, debug.Stack())
			listenOn = false
		}
	}()
	return s.act()
}

// Stop returns when act is not running and will not run. A panic of act goes on here.
func (s *Silence) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.timer.Stop()
	if reason := s.panicked; reason != "" {
		s.panicked = ""
		panic(reason)
	}
}
