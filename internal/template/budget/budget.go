// Package budget bounds what the evaluation of an untrusted text may cost: steps, bytes, depth and time.
package budget

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Limits are the bounds of a budget. A field that is 0 has its default.
type Limits struct {
	// Steps bounds the work: a node of a template that is evaluated, an item that is visited, or 64 bytes that are read. The
	// default is 500,000, some 50 ms.
	Steps int
	// Bytes bounds the texts, numbers and lists that are made on the way, the finished text included. The default is 16 MiB.
	Bytes int
	// Output bounds the finished text, in bytes. The default is 1 MiB.
	Output int
	// Depth bounds nesting: of the template, of calls and of values. The default is 200.
	Depth int
	// Time bounds the evaluation by the clock. The default is two seconds.
	Time time.Duration
}

// withDefaults returns the limits with the defaults of what is 0.
func (l Limits) withDefaults() Limits {
	defaults := Limits{Steps: 500_000, Bytes: 16 << 20, Output: 1 << 20, Depth: 200, Time: 2 * time.Second}
	for _, field := range []struct{ value, byDefault *int }{
		{&l.Steps, &defaults.Steps}, {&l.Bytes, &defaults.Bytes}, {&l.Output, &defaults.Output}, {&l.Depth, &defaults.Depth},
	} {
		if *field.value == 0 {
			*field.value = *field.byDefault
		}
	}
	if l.Time == 0 {
		l.Time = defaults.Time
	}
	return l
}

// ErrStopped is why an evaluation ends whose context has ended.
var ErrStopped = errors.New("it was stopped")

// ExceededError names the bound that an evaluation has exceeded.
type ExceededError struct{ bound string }

// Error returns a sentence about the evaluation.
func (e *ExceededError) Error() string { return "it " + e.bound }

// checkEvery is the number of steps between two looks at the clock and the context.
const checkEvery = 256

// Budget counts down what is left. It may pay for several evaluations, one after another; it belongs to one goroutine.
type Budget struct {
	limits Limits

	steps, bytes int
	time         time.Duration // left when the current evaluation started
	depth        int
	unchecked    int // steps since the last look at the clock

	ctx     context.Context
	started time.Time
}

// New returns a budget of which nothing is spent.
func New(limits Limits) *Budget {
	limits = limits.withDefaults()
	return &Budget{limits: limits, steps: limits.Steps, bytes: limits.Bytes, time: limits.Time}
}

// Start begins an evaluation, which fails once ctx has ended. It must be followed by Stop.
func (b *Budget) Start(ctx context.Context) {
	b.ctx, b.started, b.depth, b.unchecked = ctx, time.Now(), 0, checkEvery
}

// Stop ends an evaluation. Time does not count until the next one.
func (b *Budget) Stop() {
	b.time -= time.Since(b.started)
	b.ctx = nil
}

// Spend pays for steps. The error is an *ExceededError, or the cause of the end of the context.
func (b *Budget) Spend(steps int) error {
	b.steps -= steps
	b.unchecked += steps
	if b.steps >= 0 && b.unchecked < checkEvery {
		return nil
	}
	return b.check()
}

// check looks at the steps, the context and the clock.
func (b *Budget) check() error {
	b.unchecked = 0
	if b.steps < 0 {
		b.steps = 0
		return &ExceededError{fmt.Sprintf("takes more than %d steps", b.limits.Steps)}
	}
	if b.ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ErrStopped, context.Cause(b.ctx))
	}
	if time.Since(b.started) > b.time {
		return &ExceededError{fmt.Sprintf("takes longer than %v", b.limits.Time)}
	}
	return nil
}

// Scan pays for reading n bytes.
func (b *Budget) Scan(n int) error { return b.Spend(1 + n/64) }

// Allocate pays for n bytes that are made on the way, before they are made.
func (b *Budget) Allocate(n int) error {
	if n < 0 || n > b.bytes {
		b.bytes = 0
		return &ExceededError{fmt.Sprintf("makes more than %d bytes on the way", b.limits.Bytes)}
	}
	b.bytes -= n
	return b.Spend(n / 64)
}

// Output checks the size of a finished text, in bytes.
func (b *Budget) Output(size int) error {
	if size > b.limits.Output {
		return &ExceededError{fmt.Sprintf("makes more than %d bytes", b.limits.Output)}
	}
	return nil
}

// Enter goes one level deeper; Leave must follow, also after an error.
func (b *Budget) Enter() error {
	if b.depth++; b.depth > b.limits.Depth {
		return &ExceededError{fmt.Sprintf("is nested deeper than %d levels", b.limits.Depth)}
	}
	return b.Spend(1)
}

// Leave comes back from levels.
func (b *Budget) Leave(levels int) { b.depth -= levels }
