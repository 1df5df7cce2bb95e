package server

import (
	"fmt"
	"net/http"
	"sync"
)

// callLimits bound how many calls run at once.
type callLimits struct {
	all, each int

	mu      sync.Mutex
	running int
	// by counts the running calls of each caller.
	by map[string]int
}

// begin counts a call of caller, or refuses it. Every begun call must be ended.
func (l *callLimits) begin(caller string) *refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.by[caller] >= l.each:
		return &refusal{
			status: http.StatusTooManyRequests, code: overloaded, retryAfter: 1,
			text: fmt.Sprintf("this client has %d calls running, as many as it may (--max-session-calls); nothing was done, call again when one has ended", l.each),
		}
	case l.running >= l.all:
		return &refusal{
			status: http.StatusServiceUnavailable, code: overloaded, retryAfter: 1,
			text: fmt.Sprintf("the server has %d calls running, as many as it may (--max-calls); nothing was done, call again in a while", l.all),
		}
	}
	l.running++
	l.by[caller]++
	return nil
}

func (l *callLimits) end(caller string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	if l.by[caller]--; l.by[caller] == 0 {
		delete(l.by, caller)
	}
}
