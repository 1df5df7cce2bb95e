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
		shown := greeting(base, true)
		if !strings.Contains(shown, "listens on "+base+"; ") || strings.Count(shown, `"`+near) != 4 {
			t.Errorf("for %s:\n%s", base, shown)
		}
	}
}
