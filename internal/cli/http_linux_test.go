package cli_test

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

func TestHTTPSaysHowAClientConnects(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{"--sandbox": " --sandbox", "": ""} {
		terminal, reader := newTerminal(t)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan int, 1)
		go func() {
			ended <- cli.Run(ctx, append([]string{"http", "--addr", "127.0.0.1:0"}, strings.Fields(flags)...), cli.Process{
				In: strings.NewReader(""), Out: io.Discard, Err: terminal, Getenv: func(string) string { return "" },
			})
		}()
		lines := bufio.NewScanner(reader)
		lines.Scan()
		address, found := strings.CutPrefix(lines.Text(), "orq-mcp listens on ")
		lines.Scan()
		if got := lines.Text(); !found || got != "To connect a client: orq-mcp install CLIENT --http "+address+want {
			t.Errorf("%q: got %q after %q, want %q at the end", flags, got, address, want)
		}
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("%q: exit code %d, want 0", flags, code)
		}
	}
}
