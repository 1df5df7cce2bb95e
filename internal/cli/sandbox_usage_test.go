package cli

import (
	"strings"
	"testing"
)

func TestSandboxUsageConnectsToLoopbackForWildcardAddress(t *testing.T) {
	t.Parallel()
	for base, reachable := range map[string]string{
		"http://[::]:8586": "http://127.0.0.1:8586", "http://0.0.0.0:8586": "http://127.0.0.1:8586", "http://[::1]:8586": "http://[::1]:8586",
	} {
		got := sandboxUsage(base, true, modelFlags{}, "both")
		if !strings.Contains(got, "listens on "+base+"\n") || strings.Count(got, `"`+reachable) != 4 {
			t.Errorf("sandboxUsage(%q) = %q, want the base once and 4 commands for %s", base, got, reachable)
		}
	}
}

func TestSandboxUsageDependsOnModelServer(t *testing.T) {
	t.Parallel()
	for modelServer, commands := range map[string]bool{"": true, "http://127.0.0.1:11434/v1": false} {
		got := sandboxUsage("http://127.0.0.1:8586", false, modelFlags{ModelURL: modelServer}, "march")
		if strings.Contains(got, "/tool current_date") != commands || !strings.Contains(got, modelServer) {
			t.Errorf("sandboxUsage with model server %q = %q, want rule engine commands: %v, and the model server", modelServer, got, commands)
		}
	}
}

func TestSandboxUsageNamesTheModelOfAllAgents(t *testing.T) {
	t.Parallel()
	got := sandboxUsage("http://127.0.0.1:8586", false, modelFlags{ModelURL: "http://127.0.0.1:11434/v1", Model: "llama3.2"}, "both")
	if want := "The model llama3.2 of http://127.0.0.1:11434/v1 plays its agents"; !strings.Contains(got, want) {
		t.Errorf("sandboxUsage = %q, want %q", got, want)
	}
}
