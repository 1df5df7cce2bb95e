package server

const (
	// bodyBudget bounds the memory of all bodies that are being read or parsed, in bytes: sixteen of the largest by default,
	// which a busy server does not come near, because a body is here for as long as it takes to arrive.
	bodyBudget = 64 << 20
	// smallBody is what each body takes outside of the budget, in bytes, as the buffers of its connection do: most messages
	// whole, so that they pass while large ones use the budget up.
	smallBody = 16 << 10
)

// bodyLimits bounds the memory of unfinished bodies, in bytes. A caller may take half of it.
type bodyLimits = budget[callerID]

// newBodyLimits returns limits under which a body of maxBody bytes fits.
func newBodyLimits(maxBody int64) *bodyLimits {
	total := max(bodyBudget, 2*(maxBody+1))
	return newBudget[callerID](total, total/2)
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
	if s.limits.take(s.caller, more) != noBound {
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
