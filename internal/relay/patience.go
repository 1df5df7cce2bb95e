package relay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// minNaming is how long the service may take to name the task of a run, even if the caller's patience is shorter: without the id
// of its task a run cannot be looked up.
const minNaming = 20 * time.Second

// errPatience is the cause with which a stream ends that options.Patience bounds. The run goes on.
var errPatience = errors.New("the patience with the stream is over")

// patience ends the stream of a run that goes on for longer than its caller wants to wait.
type patience struct {
	cancel context.CancelCauseFunc

	mu sync.Mutex
	// over reports that the time has passed, named that the task is known. The stream ends when both are true.
	over, named bool
}

// watchPatience cancels the stream with errPatience when options.Patience has passed since the call began, as soon as the task is
// known, and with orq.ErrCutOff when it is still not known after minNaming, too. The returned function lifts the bound.
func (r *run) watchPatience(cancel context.CancelCauseFunc, options *Options) (lift func()) {
	if options.Patience == 0 {
		return func() {}
	}
	p, onTask := &patience{cancel: cancel}, r.onTask
	r.onTask = func(taskID string) {
		if onTask != nil {
			onTask(taskID)
		}
		p.name()
	}
	longest := max(options.Patience, minNaming)
	over := time.AfterFunc(time.Until(options.began.Add(options.Patience)), p.end)
	last := time.AfterFunc(time.Until(options.began.Add(longest)), func() { p.giveUp(longest) })
	return func() {
		over.Stop()
		last.Stop()
	}
}

// name records that the task is known.
func (p *patience) name() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.named = true; p.over {
		p.cancel(errPatience)
	}
}

// end records that the time has passed.
func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over = true; p.named {
		p.cancel(errPatience)
	}
}

// giveUp cancels a stream that has not named the task after all that time.
func (p *patience) giveUp(after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.named {
		p.cancel(fmt.Errorf("%w: nothing named the task within %.0f s", orq.ErrCutOff, after.Seconds()))
	}
}

// recoveryWait returns how long the task may be polled for after its stream broke off: what is left of the patience at most; with
// 0 it is looked up once.
func (o *Options) recoveryWait() time.Duration {
	if o.Patience == 0 {
		return o.MaxWait
	}
	return min(o.MaxWait, max(time.Until(o.began.Add(o.Patience)), 0))
}
