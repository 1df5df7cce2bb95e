package orq_test

import (
	"net/http"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestKeyIsOnePathSegment(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"scout":         "/v2/agents/scout/responses/scout",
		"scout@1.2.0":   "/v2/agents/scout@1.2.0/responses/scout@1.2.0",
		"a/b":           "/v2/agents/a%2Fb/responses/a%2Fb",
		"a b":           "/v2/agents/a%20b/responses/a%20b",
		"a?b#c":         "/v2/agents/a%3Fb%23c/responses/a%3Fb%23c",
		"100%":          "/v2/agents/100%25/responses/100%25",
		".":             "/v2/agents/%2E/responses/%2E",
		"..":            "/v2/agents/%2E%2E/responses/%2E%2E",
		"../../v1/keys": "/v2/agents/..%2F..%2Fv1%2Fkeys/responses/..%2F..%2Fv1%2Fkeys",
		"größe":         "/v2/agents/gr%C3%B6%C3%9Fe/responses/gr%C3%B6%C3%9Fe",
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			got := make(chan string, 1)
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got <- r.RequestURI
				answer(w, http.StatusOK, responseJSON)
			}))
			if _, err := client.GetAgentResponse(t.Context(), key, key); err != nil {
				t.Fatal(err)
			}
			if path := <-got; path != want {
				t.Errorf("path %s, want %s", path, want)
			}
		})
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"":                           "https://my.orq.ai/v2/agents/scout",
		"https://api.orq.ai":         "https://api.orq.ai/v2/agents/scout",
		"https://api.orq.ai//":       "https://api.orq.ai/v2/agents/scout",
		"http://localhost:8080/orq/": "http://localhost:8080/orq/v2/agents/scout",
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			var got string
			client := newClient(t, base, roundTrip(func(r *http.Request) (*http.Response, error) {
				got = r.URL.String()
				return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
			}))
			if err := client.DeleteAgent(t.Context(), "scout"); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("URL %s, want %s", got, want)
			}
		})
	}
}

func TestWrongBaseURLIsRefused(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"my.orq.ai":             `base URL "my.orq.ai": must look like https://my.orq.ai`,
		"ftp://my.orq.ai":       `base URL "ftp://my.orq.ai": must look like https://my.orq.ai`,
		"https://":              `base URL "https:": must look like https://my.orq.ai`,
		"ftp://u:pw@orq.ai?k=x": `base URL "ftp://orq.ai": must look like https://my.orq.ai`,
		"u:pw@orq.ai":           `base URL "an address that cannot be read": must look like https://my.orq.ai`,
		"https://u:pw@orq.ai":   "base URL: must hold neither user, query nor fragment",
		"https://orq.ai?key=x":  "base URL: must hold neither user, query nor fragment",
		"https://orq.ai#x":      "base URL: must hold neither user, query nor fragment",
	} {
		if _, err := orq.New(orq.Options{BaseURL: base}); err == nil || err.Error() != want {
			t.Errorf("New(%q) = %v, want %s", base, err, want)
		}
	}
}
