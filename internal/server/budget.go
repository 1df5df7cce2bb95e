package server

import "sync"

// budget bounds what callers take and give back, for each caller and in total.
type budget[Caller comparable] struct {
	maxTotal, maxPerCaller int64

	mu    sync.Mutex
	total int64
	// perCaller holds what callers have; those without anything have no entry.
	perCaller map[Caller]int64
}

// bound is a bound of a budget.
type bound int

const (
	noBound bound = iota
	boundOfCaller
	boundOfAll
)

func newBudget[Caller comparable](maxTotal, maxPerCaller int64) *budget[Caller] {
	return &budget[Caller]{maxTotal: maxTotal, maxPerCaller: maxPerCaller, perCaller: map[Caller]int64{}}
}

// check returns the bound that keeps caller from taking n more now.
func (b *budget[Caller]) check(caller Caller, n int64) bound {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.exceeded(caller, n)
}

// exceeded is check for a caller of it that holds the lock.
func (b *budget[Caller]) exceeded(caller Caller, n int64) bound {
	switch {
	case b.perCaller[caller]+n > b.maxPerCaller:
		return boundOfCaller
	case b.total+n > b.maxTotal:
		return boundOfAll
	}
	return noBound
}

// take counts n more for caller, unless a bound keeps it from that, which it returns. What is taken must be given back.
func (b *budget[Caller]) take(caller Caller, n int64) bound {
	b.mu.Lock()
	defer b.mu.Unlock()
	if kept := b.exceeded(caller, n); kept != noBound {
		return kept
	}
	b.total += n
	b.perCaller[caller] += n
	return noBound
}

func (b *budget[Caller]) giveBack(caller Caller, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total -= n
	if b.perCaller[caller] -= n; b.perCaller[caller] == 0 {
		delete(b.perCaller, caller)
	}
}
