package server

import (
	"fmt"
	"net/http"
	"sync"
)

// callLimits bounds how many calls run at once, in total and for each caller.
type callLimits struct {
	maxTotal, maxPerCaller int

	mu    sync.Mutex
	total int
	// perCaller holds the number of running calls by caller; callers without any have no entry.
	perCaller map[string]int
}

func newCallLimits(maxTotal, maxPerCaller int) *callLimits {
	return &callLimits{maxTotal: maxTotal, maxPerCaller: maxPerCaller, perCaller: map[string]int{}}
}

// acquire counts one more call of caller, or returns an error when a limit is reached. Each acquired call must be released.
func (l *callLimits) acquire(caller string) *rpcError {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.perCaller[caller] >= l.maxPerCaller:
		return &rpcError{
			status: http.StatusTooManyRequests, code: codeOverloaded, retryAfter: 1,
			text: fmt.Sprintf("this client has %d calls running, as many as it may (--max-session-calls); nothing was done, call again when one has ended", l.maxPerCaller),
		}
	case l.total >= l.maxTotal:
		return &rpcError{
			status: http.StatusServiceUnavailable, code: codeOverloaded, retryAfter: 1,
			text: fmt.Sprintf("the server has %d calls running, as many as it may (--max-calls); nothing was done, call again in a while", l.maxTotal),
		}
	}
	l.total++
	l.perCaller[caller]++
	return nil
}

func (l *callLimits) release(caller string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.perCaller[caller]--; l.perCaller[caller] == 0 {
		delete(l.perCaller, caller)
	}
}
