package sandbox_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestAProxyMayReachAWorkspaceWithAKey(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{Key: "right"})
	for key, want := range map[string]int{"right": 200, "wrong": 403} {
		r := w.request("GET", "/v2/agents", nil)
		r.Host = "agents.example"
		r.Header.Set("Authorization", "Bearer "+key)
		if status, body := w.send(r); status != want {
			t.Errorf("Host agents.example with the key %s: status %d, want %d: %s", key, status, want, body)
		}
	}
}

func TestPagesOfOtherSitesCannotUseTheSandbox(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	for name, test := range map[string]struct {
		method, path, host, origin string
		want                       int
	}{
		"a page of another site":        {"GET", "/v2/agents", "", "http://evil.example", 403},
		"a name that was rebound":       {"GET", "/v2/agents", "evil.example", "", 403},
		"a page of a rebound name":      {"POST", "/v2/agents", "evil.example", "http://evil.example", 403},
		"a rebound name, Responses API": {"POST", "/v3/router/responses", "evil.example", "", 403},
		"a rebound name, no route":      {"GET", "/", "evil.example", "", 403},
		"a page of this machine":        {"GET", "/v2/agents", "", "http://localhost:6274", 200},
		"localhost":                     {"GET", "/v2/agents", "localhost:8586", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.request(test.method, test.path, nil)
			if test.host != "" {
				r.Host = test.host
			}
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			status, body := w.send(r)
			if status != test.want || test.want == 403 && !strings.Contains(string(body), "is not allowed") {
				t.Errorf("status = %d, want %d, and if refused the reason: %s", status, test.want, body)
			}
		})
	}
}
