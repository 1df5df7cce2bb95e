package cli

import (
	"strings"
	"testing"
)

func TestLinesOfASandboxThatListensEverywhereAskThisMachine(t *testing.T) {
	t.Parallel()
	for base, near := range map[string]string{
		"http://[::]:8586": "http://127.0.0.1:8586", "http://0.0.0.0:8586": "http://127.0.0.1:8586", "http://[::1]:8586": "http://[::1]:8586",
	} {
		shown := greeting(base, true, "")
		if !strings.Contains(shown, "listens on "+base+"\n") || strings.Count(shown, `"`+near) != 4 {
			t.Errorf("for %s:\n%s", base, shown)
		}
	}
}

func TestTheLinesAreForWhoPlaysTheAgents(t *testing.T) {
	t.Parallel()
	for modelServer, commands := range map[string]bool{"": true, "http://127.0.0.1:11434/v1": false} {
		shown := greeting("http://127.0.0.1:8586", false, modelServer)
		if strings.Contains(shown, "/tool current_date") != commands || !strings.Contains(shown, modelServer) {
			t.Errorf("with the model server %q:\n%s", modelServer, shown)
		}
	}
}
