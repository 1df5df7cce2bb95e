package server

import (
	"fmt"
	"net/http"
	"sync"
)

// caller is on whose account a call runs, and how many it may run at once.
type caller struct {
	name  string
	limit int
}

// callLimits bound how many calls run at once.
type callLimits struct {
	all int

	mu      sync.Mutex
	running int
	// by counts the running calls of each caller.
	by map[string]int
}

// begin counts a call, or refuses it. Every begun call must be ended.
func (l *callLimits) begin(from caller) *refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.by[from.name] >= from.limit:
		return &refusal{
			status: http.StatusTooManyRequests, code: overloaded, retryAfter: 1,
			text: fmt.Sprintf("this client has %d calls running, as many as it may (--max-session-calls, --max-calls); nothing was done, call again when one has ended", from.limit),
		}
	case l.running >= l.all:
		return &refusal{
			status: http.StatusServiceUnavailable, code: overloaded, retryAfter: 1,
			text: fmt.Sprintf("the server has %d calls running, as many as it may (--max-calls); nothing was done, call again in a while", l.all),
		}
	}
	l.running++
	l.by[from.name]++
	return nil
}

func (l *callLimits) end(from caller) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	if l.by[from.name]--; l.by[from.name] == 0 {
		delete(l.by, from.name)
	}
}
