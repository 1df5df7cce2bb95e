package cli

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestAnEmbeddedWorkspaceHasARandomKey(t *testing.T) {
	t.Parallel()
	process := &Process{Getenv: func(string) string { return "" }}
	start := func() (base, key string) {
		base, key, shutdown, err := localFlags{Empty: true}.startEmbedded(t.Context(), process, sandbox.Options{Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = shutdown() })
		return base, key
	}
	web := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	base, key := start()
	_, other := start()
	for bearer, want := range map[string]int{key: http.StatusOK, other: http.StatusUnauthorized, "sandbox": http.StatusUnauthorized} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/v2/agents", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+bearer)
		response, err := web.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("with the bearer token %q: %s, want %d", bearer, response.Status, want)
		}
	}
}
