package cli_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

// newTerminal returns a terminal, and what reads what is written to it.
func newTerminal(t *testing.T) (terminal, reader *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine gives no terminal: %v", err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	fd := int(reader.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = terminal.Close() })
	return terminal, reader
}

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
