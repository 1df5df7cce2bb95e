package server

import (
	"context"
	"net/http"
	"strings"
)

type apiKeyContextKey struct{}

// withAPIKey returns ctx with the API key of the request's Authorization header, or ctx itself when there is no such
// header. It reports false for a header of another form than "Bearer <key>": such a caller must not act with the server's
// own key unknowingly.
func withAPIKey(ctx context.Context, r *http.Request) (context.Context, bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return ctx, true
	}
	scheme, key, _ := strings.Cut(header, " ")
	key = strings.TrimSpace(key)
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return ctx, false
	}
	return context.WithValue(ctx, apiKeyContextKey{}, key), true
}

// apiKeyFrom returns the API key of the caller; "" when the caller sent none.
func apiKeyFrom(ctx context.Context) string {
	key, _ := ctx.Value(apiKeyContextKey{}).(string)
	return key
}
