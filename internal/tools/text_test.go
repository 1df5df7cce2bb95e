package tools

import "testing"

func TestPluralize(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 agents", 1: "1 agent", 2: "2 agents"} {
		if got := pluralize(n, "agent"); got != want {
			t.Errorf("pluralize(%d, %q) = %q, want %q", n, "agent", got, want)
		}
	}
}
