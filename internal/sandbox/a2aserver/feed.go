package a2aserver

import (
	"context"
	"iter"
	"sync"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// feed is a turn that is followed: it keeps the events so far, so that clients can come and go, and a slow one delays
// neither the turn nor the others.
type feed struct {
	handle *run.Handle

	mu      sync.Mutex
	events  []spec.Event
	changed chan struct{} // closed when there is more
	ended   bool
}

// followTurn returns the feed of a turn that has started, which begins with its task.
func (s *Server) followTurn(h *run.Handle, task *spec.Task) *feed {
	f := &feed{handle: h, events: []spec.Event{task}, changed: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.feeds[h.TaskID] = f
	if s.closed {
		go s.run(f, task)
	} else {
		s.wg.Go(func() { s.run(f, task) })
	}
	return f
}

// run adds the events of a turn to its feed until it has ended.
func (s *Server) run(f *feed, task *spec.Task) {
	_ = f.handle.Follow(context.Background(), newTranslator(f, task)) // a stream that is dropped ends like any other
	f.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.feeds[f.handle.TaskID] == f {
		delete(s.feeds, f.handle.TaskID)
	}
}

// feed returns that of a task, nil when no turn is followed.
func (s *Server) feed(taskID string) *feed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.feeds[taskID]
}

// add adds an event, unless the feed has ended: a stream that is dropped may leave a message behind.
func (f *feed) add(event spec.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return
	}
	f.events = append(f.events, event)
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *feed) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	close(f.changed)
}

// follow yields all events of the turn, until it has ended or ctx does.
func (f *feed) follow(ctx context.Context) iter.Seq2[spec.Event, error] {
	return func(yield func(spec.Event, error) bool) {
		for next := 0; ; {
			f.mu.Lock()
			events, changed, ended := f.events[next:], f.changed, f.ended
			f.mu.Unlock()
			for _, event := range events {
				if !yield(event, nil) {
					return
				}
			}
			next += len(events)
			if ended {
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}
}
