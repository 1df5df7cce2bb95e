package cli

import (
	"runtime"
	"runtime/debug"
)

const (
	// ballastSize is what makes collections rare while the heap is small, in bytes.
	ballastSize = 48 << 20
	// gcPercent keeps a large heap from growing far beyond its live data.
	gcPercent = 15
	// startPercent puts the first collection off until the heap has 56 MiB, 8 of them without the ballast: 14 times the 4 MiB
	// of the runtime. A server that has only started spends no time on collections.
	startPercent = 1400
)

// tuneGC sets the garbage collector for a server with a small heap: a ballast, and gcPercent after the first collection, which
// counts the ballast for the first time. A GOGC set by the user takes precedence. The returned function releases the ballast.
func tuneGC(process *Process) (release func()) {
	if process.Getenv("GOGC") != "" {
		return func() {}
	}
	debug.SetGCPercent(startPercent)
	// Its pages are never written, so they take no physical memory. That holds for memory that was never used before: a later
	// ballast might be zeroed.
	ballast := make([]byte, ballastSize)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, gcPercent)
	return func() { runtime.KeepAlive(ballast) }
}
