package server

import "context"

type stopKey struct{}

// withStop makes known to calls when the server no longer waits for them. Their requests' own context must not end
// then, because mcp-go writes no answer to a request whose context has ended.
func withStop(ctx, stop context.Context) context.Context {
	return context.WithValue(ctx, stopKey{}, stop)
}

// untilStopped returns a context that also ends when the server no longer waits, and a function to call at the end.
func untilStopped(ctx context.Context) (context.Context, func()) {
	stop, ok := ctx.Value(stopKey{}).(context.Context)
	if !ok {
		return ctx, func() {}
	}
	return until(ctx, stop)
}

// until returns a context that also ends with any of the others, and a function to call at the end.
func until(ctx context.Context, others ...context.Context) (context.Context, func()) {
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
