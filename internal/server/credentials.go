package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

type apiKeyContextKey struct{}

// withAPIKey returns ctx with the API key of the request's Authorization header, or ctx itself when there is no such
// header. It returns an error for a header of another form than "Bearer <key>", because such a caller must not act with
// the server's own key unknowingly, and for a key that is none, such as a placeholder.
func withAPIKey(ctx context.Context, r *http.Request) (context.Context, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return ctx, nil
	}
	scheme, key, _ := strings.Cut(header, " ")
	key = strings.TrimSpace(key)
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return ctx, errors.New("the Authorization header must be: Bearer <orq.ai API key>")
	}
	if err := apikey.Check(key); err != nil {
		return ctx, fmt.Errorf("the API key in the Authorization header %w", err)
	}
	return context.WithValue(ctx, apiKeyContextKey{}, key), nil
}

// apiKeyFrom returns the API key of the caller; "" when the caller sent none.
func apiKeyFrom(ctx context.Context) string {
	key, _ := ctx.Value(apiKeyContextKey{}).(string)
	return key
}

type sessionIDContextKey struct{}

// withSessionID returns ctx with the id of the session to which a call belongs.
func withSessionID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, sessionIDContextKey{}, id)
}

// callerFrom returns whose call ctx is of: that of a session, since protocol 2026-07-28 over HTTP of an API key, or of nobody known.
func callerFrom(ctx context.Context) tools.Caller {
	id, _ := ctx.Value(sessionIDContextKey{}).(string)
	return tools.Caller{Session: id, Key: apiKeyFrom(ctx)}
}
