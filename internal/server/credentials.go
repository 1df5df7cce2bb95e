package server

import (
	"context"
	"net/http"
	"strings"
)

type keyKey struct{}

// withRequestKey makes the request's own API key known to its calls.
func withRequestKey(ctx context.Context, r *http.Request) context.Context {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	key = strings.TrimSpace(key)
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return ctx
	}
	return context.WithValue(ctx, keyKey{}, key)
}

// keyFrom is the API key the caller brought; empty when it brought none.
func keyFrom(ctx context.Context) string {
	key, _ := ctx.Value(keyKey{}).(string)
	return key
}
