package orq_test

import (
	"net/http"
	"testing"
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
				respond(w, http.StatusOK, responseJSON)
			}))
			if _, err := client.GetAgentResponse(t.Context(), key, key); err != nil {
				t.Fatal(err)
			}
			if path := <-got; path != want {
				t.Errorf("path = %s, want %s", path, want)
			}
		})
	}
}
