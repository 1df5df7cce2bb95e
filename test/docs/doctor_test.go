package docs_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// TestTheChecksOfDoctorAreDocumented compares the table of the checks with a report.
func TestTheChecksOfDoctorAreDocumented(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(program, "doctor", "--sandbox", "--output", "json")
	cmd.Env = append(built.Environment(), "HOME="+t.TempDir())
	out, err := cmd.Output()
	var report struct{ Checks []struct{ ID string } }
	if err == nil {
		err = json.Unmarshal(out, &report)
	}
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, check := range report.Checks {
		want = append(want, check.ID)
	}
	_, section, _ := strings.Cut(read(t, "docs/troubleshooting.md"), "| check | what it looks at |")
	section, _, _ = strings.Cut(section, "\n\n")
	for _, row := range parse("docs/troubleshooting.md", "| check | what it looks at |"+section).rows {
		got = append(got, code(row.cells[0])...)
	}
	if diff := cmp.Diff(slices.Compact(want), got); diff != "" {
		t.Errorf("checks in docs/troubleshooting.md (-want +got):\n%s", diff)
	}
}
