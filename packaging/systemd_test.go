package packaging

import (
	"os/exec"
	"strings"
	"testing"
)

const unitProgram = "/usr/local/bin/orq-mcp"

// TestTheUnitIsRightAndConfined has systemd itself check the unit, and rate what the service may do: 0 is nothing, 10 all.
func TestTheUnitIsRightAndConfined(t *testing.T) {
	t.Parallel()
	analyze := lookUp(t, "systemd-analyze")
	unit := write(t, t.TempDir(), "orq-mcp.service", strings.ReplaceAll(read(t, "../examples/systemd/orq-mcp.service"), unitProgram, program))
	for _, args := range [][]string{
		{"verify", "--recursive-errors=no", unit},
		{"security", "--offline=true", "--threshold=15", unit}, // 1.5
	} {
		if out, err := exec.Command(analyze, args...).CombinedOutput(); err != nil {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, out)
		}
	}
}

func TestTheUnitsCommandServes(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(read(t, "../examples/systemd/orq-mcp.service")) {
		if command, ok := strings.CutPrefix(strings.TrimSpace(line), "ExecStart="); ok {
			words := strings.Fields(command)
			if words[0] != unitProgram {
				t.Errorf("ExecStart runs %s, want %s", words[0], unitProgram)
			}
			checkHealth(t, serve(t, nil, anyPort(words[1:])...))
			return
		}
	}
	t.Error("the unit has no ExecStart")
}
