package cli

import (
	"runtime"
	"runtime/debug"
)

// tuneGC sets the garbage collector for a server with a small heap: a ballast of 48 MiB makes collections rare while the
// heap is small, and a GC percentage of 15 keeps a large heap from growing far beyond its live data. A GOGC set by the user
// takes precedence. The returned function releases the ballast.
//
// The ballast counts only once a collection has seen it, so it is allocated after the first one that the heap asks for. A
// server that has only started does not get that far, and spends no time on it.
func tuneGC(process *Process) (release func()) {
	if process.Getenv("GOGC") != "" {
		return func() {}
	}
	ballast := make(chan []byte, 1)
	collected := new([64]byte)
	runtime.AddCleanup(collected, func(ballast chan<- []byte) {
		// Its pages are never written, so they take no physical memory.
		ballast <- make([]byte, 48<<20)
		debug.SetGCPercent(15)
	}, ballast)
	return func() { runtime.KeepAlive(ballast) }
}
