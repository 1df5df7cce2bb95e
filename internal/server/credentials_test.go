package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestWithAPIKey(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]struct {
		key string
		ok  bool
	}{
		"": {"", true}, "Bearer k1": {"k1", true}, "bearer k1": {"k1", true}, "BEARER  k1 ": {"k1", true},
		"Bearer": {"", false}, "Bearer ": {"", false}, "Basic azE6": {"", false}, "k1": {"", false}, "BearerX k1": {"", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
		r.Header.Set("Authorization", header)
		ctx, ok := withAPIKey(t.Context(), r)
		if got := apiKeyFrom(ctx); got != want.key || ok != want.ok {
			t.Errorf("withAPIKey with Authorization %q = %q, %v; want %q, %v", header, got, ok, want.key, want.ok)
		}
	}
	if got := apiKeyFrom(t.Context()); got != "" {
		t.Errorf("apiKeyFrom without a request = %q, want none", got)
	}
}

func TestMalformedAuthorizationIsUnauthorized(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, MCPPath, nil)
	request.Header.Set("Authorization", "raw-key")
	newTestHandler(t, http.NotFound, HTTPOptions{}).ServeHTTP(recorder, request)
	const want = "the Authorization header must be: Bearer <orq.ai API key>\n"
	if got := recorder.Body.String(); recorder.Code != http.StatusUnauthorized || got != want {
		t.Errorf("status %d, body %q; want %d, %q", recorder.Code, got, http.StatusUnauthorized, want)
	}
	if got := recorder.Header().Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate = %q, want %q", got, "Bearer")
	}
}
