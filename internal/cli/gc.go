package cli

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// ballastSize is what makes collections rare while the heap is small, in bytes.
	ballastSize = 48 << 20
	// startPercent puts the first collection off until the heap has 56 MiB, 8 of them without the ballast: 14 times the 4 MiB
	// of the runtime. A server that has only started spends no time on collections.
	startPercent = 1400
	// busyPercent lets about 20 MiB of garbage gather, so that a busy server spends little of its time on collections.
	busyPercent = 40
	// calmPercent lets about 3 MiB gather.
	calmPercent = 5
	// gcInterval is how often a server that may be busy is looked at.
	gcInterval = 250 * time.Millisecond
	// busyBytes is what a busy server allocates within gcInterval.
	busyBytes = 2 << 20
)

// tuneGC sets the garbage collector for a server with a small heap, whose cost is time while it is busy and memory when it is
// not. A GOGC set by the user takes precedence. The returned function ends the tuning and releases the ballast.
func tuneGC(ctx context.Context, process *Process) (release func()) {
	if process.Getenv("GOGC") != "" {
		return func() {}
	}
	debug.SetGCPercent(startPercent)
	// Its pages are never written, so they take no physical memory. That holds for memory that was never used before: a later
	// ballast might be zeroed.
	ballast := make([]byte, ballastSize)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			whileBusy(ctx)
			debug.FreeOSMemory()
			debug.SetGCPercent(calmPercent)
			becomesBusy(ctx)
			debug.SetGCPercent(busyPercent)
		}
	}()
	return func() {
		cancel()
		<-ended
		runtime.KeepAlive(ballast)
	}
}

// whileBusy returns once little was allocated within an interval.
func whileBusy(ctx context.Context) {
	for allocated := newAllocation(); ; {
		if wait(ctx, time.After(gcInterval)); allocated.since() < busyBytes || ctx.Err() != nil {
			return
		}
		debug.SetGCPercent(busyPercent)
	}
}

// becomesBusy returns once two collections followed each other within an interval. Without collections it costs nothing.
func becomesBusy(ctx context.Context) {
	var last time.Time
	for ctx.Err() == nil {
		wait(ctx, nextCollection())
		now := time.Now()
		if now.Sub(last) < gcInterval {
			return
		}
		last = now
	}
}

func wait[T any](ctx context.Context, c <-chan T) {
	select {
	case <-c:
	case <-ctx.Done():
	}
}

// nextCollection returns a channel that is closed after the next collection.
func nextCollection() <-chan struct{} {
	over := make(chan struct{})
	runtime.AddCleanup(new([64]byte), func(over chan struct{}) { close(over) }, over)
	return over
}

// allocation counts the bytes that the process allocates.
type allocation struct {
	sample []metrics.Sample
	before uint64
}

func newAllocation() *allocation {
	a := &allocation{sample: []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}}
	a.since()
	return a
}

// since returns what was allocated since the last call.
func (a *allocation) since() uint64 {
	metrics.Read(a.sample)
	now := a.sample[0].Value.Uint64()
	allocated := now - a.before
	a.before = now
	return allocated
}
