package server

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
)

// queuedCalls tracks the calls that wait for a worker.
type queuedCalls struct {
	mu sync.Mutex
	// cancelled holds the queued calls by request ID; the value is whether the call was cancelled while it was queued.
	cancelled map[string]bool
	stopped   bool
}

// add adds a call; it reports false when the queue is full.
func (c *queuedCalls) add(id json.RawMessage) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.cancelled) >= stdioQueue-stdioWorkers {
		return false
	}
	c.cancelled[string(id)] = false
	return true
}

func (c *queuedCalls) cancel(id json.RawMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, queued := c.cancelled[string(id)]; queued {
		c.cancelled[string(id)] = true
	}
}

// remove removes a call when a worker starts it. The error is that it must not run any more.
func (c *queuedCalls) remove(id json.RawMessage) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	cancelled, queued := c.cancelled[string(id)]
	delete(c.cancelled, string(id))
	switch {
	case cancelled:
		return errCancelled
	case queued && c.stopped:
		return errNotBegun
	}
	return nil
}

// stop keeps the calls that are queued from running.
func (c *queuedCalls) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
}

// removeAll removes all calls and returns their IDs.
func (c *queuedCalls) removeAll() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := slices.Sorted(maps.Keys(c.cancelled))
	clear(c.cancelled)
	return ids
}

type queuedCallsKey struct{}

// withQueuedCalls stores in ctx the queued calls of a connection, for dequeueRequest.
func withQueuedCalls(ctx context.Context, queued *queuedCalls) context.Context {
	return context.WithValue(ctx, queuedCallsKey{}, queued)
}

// Errors of calls that were queued.
var (
	errCancelled = errors.New("the call was cancelled before it began")
	errNotBegun  = errors.New("the server stopped before the call began: nothing was done")
)

// dequeueRequest is the mcp-go hook that runs when a worker starts a request. Its error keeps the request from running.
func (s *Server) dequeueRequest(ctx context.Context, id, _ any) error {
	queued, ok := ctx.Value(queuedCallsKey{}).(*queuedCalls)
	if !ok {
		return nil
	}
	return queued.remove(s.hidden.raw(id))
}

// answerQueued answers the calls that no worker has started when mcp-go has stopped serving.
func (r *lineReader) answerQueued() {
	for _, id := range r.queued.removeAll() {
		rejected := &rpcError{id: json.RawMessage(id), code: codeOverloaded, text: errNotBegun.Error()}
		_, _ = r.out.Write(append(rejected.encode(), '\n'))
	}
}
