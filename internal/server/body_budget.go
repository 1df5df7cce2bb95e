package server

import "sync"

const (
	// bodyBudget bounds the memory of all bodies that are being read or parsed, in bytes: sixteen of the largest by default,
	// which a busy server does not come near, because a body is here for as long as it takes to arrive.
	bodyBudget = 64 << 20
	// smallBody is what each body takes outside of the budget, in bytes, as the buffers of its connection do: most messages
	// whole, so that they pass while large ones use the budget up.
	smallBody = 16 << 10
)

// bodyLimits bounds the memory of unfinished bodies, for each caller and in total. A caller may take half of it.
type bodyLimits struct {
	maxTotal, maxPerCaller int64

	mu    sync.Mutex
	total int64
	// perCaller holds the bytes by caller; callers without any have no entry.
	perCaller map[callerID]int64
}

// newBodyLimits returns limits under which a body of maxBody bytes fits.
func newBodyLimits(maxBody int64) *bodyLimits {
	total := max(bodyBudget, 2*(maxBody+1))
	return &bodyLimits{maxTotal: total, maxPerCaller: total / 2, perCaller: map[callerID]int64{}}
}

// fits reports whether n more bytes of caller fit now.
func (l *bodyLimits) fits(caller callerID, n int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hasRoom(caller, n)
}

// hasRoom is fits for a caller of it that holds the lock.
func (l *bodyLimits) hasRoom(caller callerID, n int64) bool {
	return l.perCaller[caller]+n <= l.maxPerCaller && l.total+n <= l.maxTotal
}

// take counts n more bytes of caller, and reports whether they fit. What is taken must be returned.
func (l *bodyLimits) take(caller callerID, n int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.hasRoom(caller, n) {
		return false
	}
	l.total += n
	l.perCaller[caller] += n
	return true
}

func (l *bodyLimits) giveBack(caller callerID, n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total -= n
	if l.perCaller[caller] -= n; l.perCaller[caller] == 0 {
		delete(l.perCaller, caller)
	}
}

// bodyShare is what one body takes of the limits.
type bodyShare struct {
	limits *bodyLimits
	caller callerID
	taken  int64
}

// grow takes what a buffer of size bytes needs more than now, and reports whether it fits.
func (s *bodyShare) grow(size int) bool {
	more := int64(size) - smallBody - s.taken
	if more <= 0 {
		return true
	}
	if !s.limits.take(s.caller, more) {
		return false
	}
	s.taken += more
	return true
}

// release returns all that was taken.
func (s *bodyShare) release() {
	if s.taken > 0 {
		s.limits.giveBack(s.caller, s.taken)
		s.taken = 0
	}
}
