package server

import (
	"fmt"
	"net/http"
)

// callLimits bounds how many calls run at once, in total and for each caller.
type callLimits struct{ *budget[string] }

func newCallLimits(maxTotal, maxPerCaller int) callLimits {
	return callLimits{newBudget[string](int64(maxTotal), int64(maxPerCaller))}
}

// acquire counts one more call of caller, or returns an error when a limit is reached. Each acquired call must be released.
func (l callLimits) acquire(caller string) *rpcError {
	switch l.take(caller, 1) {
	case boundOfCaller:
		return &rpcError{
			status: http.StatusTooManyRequests, code: codeOverloaded, retryAfter: 1,
			text: fmt.Sprintf("this client has %d calls running, as many as it may (--max-session-calls); nothing was done, call again when one has ended", l.maxPerCaller),
		}
	case boundOfAll:
		return &rpcError{
			status: http.StatusServiceUnavailable, code: codeOverloaded, retryAfter: 1,
			text: fmt.Sprintf("the server has %d calls running, as many as it may (--max-calls); nothing was done, call again in a while", l.maxTotal),
		}
	}
	return nil
}

func (l callLimits) release(caller string) { l.giveBack(caller, 1) }
