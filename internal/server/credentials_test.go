package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWithAPIKey(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]struct {
		key string
		ok  bool
	}{
		"": {"", true}, "Bearer ${ORQ_API_KEY}": {"", false}, "Bearer Bearer k1": {"", false}, `Bearer "k1"`: {"", false}, "Bearer k1": {"k1", true}, "bearer k1": {"k1", true}, "BEARER  k1 ": {"k1", true},
		"Bearer": {"", false}, "Bearer ": {"", false}, "Basic azE6": {"", false}, "k1": {"", false}, "BearerX k1": {"", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
		r.Header.Set("Authorization", header)
		ctx, err := withAPIKey(t.Context(), r)
		if got := apiKeyFrom(ctx); got != want.key || (err == nil) != want.ok {
			t.Errorf("withAPIKey with Authorization %q = %q, %v; want %q, ok %v", header, got, err, want.key, want.ok)
		}
	}
	if got := apiKeyFrom(t.Context()); got != "" {
		t.Errorf("apiKeyFrom without a request = %q, want none", got)
	}
}

func TestMalformedAuthorizationIsUnauthorized(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"raw-key":                  "the Authorization header must be: Bearer <orq.ai API key>\n",
		"Bearer ${ORQ_API_KEY}":    "the API key in the Authorization header is a placeholder for a variable that nothing has filled in; ",
		"Bearer your-orq-api-key":  "the API key in the Authorization header is a placeholder from an example, not a key; ",
		`Bearer "orq-secret-key"`:  "the API key in the Authorization header is in quotes, ",
		"Bearer Bearer orq-secret": "the API key in the Authorization header begins with Bearer, ",
	} {
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, MCPPath, nil)
		request.Header.Set("Authorization", header)
		newTestHandler(t, http.NotFound, HTTPOptions{}).ServeHTTP(recorder, request)
		if got := recorder.Body.String(); recorder.Code != http.StatusUnauthorized || !strings.HasPrefix(got, want) || strings.Contains(got, "secret") {
			t.Errorf("Authorization %q: status %d, body %q; want %d, %q", header, recorder.Code, got, http.StatusUnauthorized, want)
		}
		if got := recorder.Header().Get("WWW-Authenticate"); got != "Bearer" {
			t.Errorf("WWW-Authenticate = %q, want %q", got, "Bearer")
		}
	}
}
