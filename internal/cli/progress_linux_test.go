package cli_test

import (
	"bufio"
	"fmt"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

// linesAt returns what a call writes to a terminal, up to the line that ends the answer.
func linesAt(t *testing.T, env map[string]string) string {
	t.Helper()
	terminal, reader := newTerminal(t)
	code := cli.Run(t.Context(), []string{"call", "invoke_agent", "--sandbox", "key=billing-agent", "message=Hello"}, cli.Process{
		In: strings.NewReader(""), Out: terminal, Err: terminal, Getenv: func(name string) string { return env[name] },
	})
	if code != 0 {
		t.Errorf("exit code = %d, want 0", code)
	}
	_, _ = fmt.Fprintln(terminal, "end of the call")
	var all strings.Builder
	for lines := bufio.NewScanner(reader); lines.Scan() && lines.Text() != "end of the call"; {
		all.WriteString(lines.Text() + "\n")
	}
	return all.String()
}

func TestProgressIsDimmedWhereTheAnswerFollows(t *testing.T) {
	t.Parallel()
	got := linesAt(t, nil)
	for _, want := range []string{"\x1b[2mstarting billing-agent\n\x1b[0m", "finished: stop\n\x1b[0m[sandbox] This is"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
	if got := linesAt(t, map[string]string{"NO_COLOR": "1"}); strings.Contains(got, "\x1b") || strings.Count(got, "You wrote: Hello") != 2 {
		t.Errorf("got %q with NO_COLOR, want the answer twice and no colour", got)
	}
}
