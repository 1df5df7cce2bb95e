package tools

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the snapshots and the pages that are generated")

// checkGenerated wants a file to hold what was generated; -update writes it.
func checkGenerated(t *testing.T, path, generated string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(generated), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	current, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(current), generated); diff != "" {
		t.Errorf("%s is not current; if the change is meant: make docs\n%s", path, diff)
	}
}
