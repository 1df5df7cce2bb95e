package server

import (
	"context"
	"net/http"
	"strings"
)

type keyKey struct{}

// withRequestKey makes the request's own API key known to its calls. It refuses a header of another form: such a caller
// must not act with the server's key unawares.
func withRequestKey(ctx context.Context, r *http.Request) (context.Context, bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return ctx, true
	}
	scheme, key, _ := strings.Cut(header, " ")
	key = strings.TrimSpace(key)
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return ctx, false
	}
	return context.WithValue(ctx, keyKey{}, key), true
}

// keyFrom is the API key the caller brought; empty when it brought none.
func keyFrom(ctx context.Context) string {
	key, _ := ctx.Value(keyKey{}).(string)
	return key
}
