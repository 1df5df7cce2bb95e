package cli

import (
	"runtime"
	"runtime/debug"
)

// thrift makes the collector run as often as a heap of 48 MiB would need it, which is seldom for a small heap, and early
// for a large one: a call leaves little behind, and thousands of streams little garbage. A GOGC of the user's wins.
func thrift(process *Process) (end func()) {
	if process.Getenv("GOGC") != "" {
		return func() {}
	}
	// It is never touched, and so takes no memory.
	ballast := make([]byte, 48<<20)
	debug.SetGCPercent(15)
	return func() { runtime.KeepAlive(ballast) }
}
