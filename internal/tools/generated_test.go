package tools

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the snapshots and the generated documents")

// checkGenerated checks that a file has the generated content. With -update it writes the file instead.
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
		t.Errorf("%s is out of date; if the change is intended, run make docs (-want +got):\n%s", path, diff)
	}
}
