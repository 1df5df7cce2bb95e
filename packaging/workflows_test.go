package packaging

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestActionsArePinned wants a commit for each action, because tags can be moved, and beside it the version for people.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`uses: [\w./-]+@[0-9a-f]{40} # v[\d.]+$`)
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d workflows, error %v, want some", len(files), err)
	}
	for _, file := range files {
		for line := range strings.Lines(read(t, file)) {
			if line = strings.TrimSpace(line); strings.Contains(line, "uses:") && !pinned.MatchString(line) {
				t.Errorf("%s: %s, want a commit and a version", file, line)
			}
		}
	}
}
