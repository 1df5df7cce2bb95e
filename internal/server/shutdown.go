package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// shutdown lets running calls finish for up to drain, then cancels them. It returns nil when web stopped serving because of
// the shutdown; serveErr receives the error of web.Serve.
func shutdown(web *http.Server, drain time.Duration, cancelCalls context.CancelCauseFunc, serveErr <-chan error) error {
	deadline, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := web.Shutdown(deadline); err != nil {
		cancelCalls(errors.New("the server is stopping"))
		final, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if web.Shutdown(final) != nil {
			_ = web.Close()
		}
	}
	if err := <-serveErr; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve http: %w", err)
	}
	return nil
}

type callLifetimeKey struct{}

// withCallLifetime stores in ctx the context whose end cancels the calls of a request: that of its session, or of the
// server. The request's own context must not end with it, because mcp-go writes no response to a request whose context has
// ended.
func withCallLifetime(ctx, lifetime context.Context) context.Context {
	return context.WithValue(ctx, callLifetimeKey{}, lifetime)
}

// callContext returns a context that also ends with the lifetime stored in ctx, and a function that must be called to
// release it.
func callContext(ctx context.Context) (context.Context, func()) {
	lifetime, ok := ctx.Value(callLifetimeKey{}).(context.Context)
	if !ok {
		return ctx, func() {}
	}
	return withParents(ctx, lifetime)
}

// withParents returns a child of ctx that also ends with any of the others, with the same cause, and a function that must
// be called to release it.
func withParents(ctx context.Context, others ...context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	var unlink []func() bool
	for _, other := range others {
		unlink = append(unlink, context.AfterFunc(other, func() { cancel(context.Cause(other)) }))
	}
	return ctx, func() {
		for _, each := range unlink {
			each()
		}
		cancel(nil)
	}
}
