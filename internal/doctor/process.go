package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
)

const (
	// endTime is how long a program may take to end by itself, once its input has ended.
	endTime = 200 * time.Millisecond
	// maxComplaint is how much is kept of what a program writes to stderr, in bytes.
	maxComplaint = 4 << 10
	// maxAnswers is how much is read of what a server answers in all, in bytes: it may never end.
	maxAnswers = 8 << 20
)

// program is a program to start, with all its variables as NAME=VALUE.
type program struct {
	path, folder string
	args, env    []string
}

// greetProgram starts a program, greets it and ends it with all that it has started. The error of one that has ended by itself
// has the first line of what it wrote to stderr.
func (d *doctor) greetProgram(all context.Context, p program) (served, error) {
	ctx, cancel := context.WithTimeout(all, d.startTime)
	defer cancel()
	input, toProgram, err := os.Pipe()
	if err != nil {
		return served{}, err
	}
	fromProgram, output, err := os.Pipe()
	if err != nil {
		return served{}, errors.Join(err, input.Close(), toProgram.Close())
	}
	defer fromProgram.Close() //nolint:errcheck // it was only read
	var complaint complaint
	command := exec.Command(p.path, p.args...) //nolint:gosec,noctx // the person's own client starts it, too; it is ended below, with its group
	command.Dir, command.Env, command.WaitDelay = p.folder, p.env, endTime
	command.Stdin, command.Stdout, command.Stderr = input, output, &complaint
	ownGroup(command)
	err = command.Start()
	_, _ = input.Close(), output.Close()
	if err != nil {
		return served{}, errors.Join(err, toProgram.Close())
	}
	ended := make(chan struct{})
	go func() {
		err = command.Wait()
		close(ended)
		cancel()
	}()
	c := client.NewClient(transport.NewIO(io.LimitReader(fromProgram, maxAnswers), toProgram, io.NopCloser(nothing{})))
	found, failed := d.greet(ctx, c)
	endedItself := failed != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) && endsWithin(ended, endTime)
	_ = c.Close() // ends the input of the program
	if !endsWithin(ended, endTime) {
		killGroup(command)
		<-ended
	}
	killGroup(command) // what it has left behind
	switch {
	case failed == nil:
		return found, nil
	case endedItself:
		return served{}, fmt.Errorf("it ended without an answer (%s)%s", exitOf(err), complaint.quoted())
	case errors.Is(all.Err(), context.DeadlineExceeded):
		return served{}, fmt.Errorf("it had not listed its tools when the %v for all checks were over%s", d.patience, complaint.quoted())
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return served{}, fmt.Errorf("it did not list its tools within %v%s", d.startTime, complaint.quoted())
	case errors.Is(failed, transport.ErrTransportClosed):
		return served{}, fmt.Errorf("it does not speak MCP on stdout%s", complaint.quoted())
	}
	return served{}, fmt.Errorf("%w%s", failed, complaint.quoted())
}

// endsWithin waits for the end of a program, and reports whether it came in time.
func endsWithin(ended <-chan struct{}, atMost time.Duration) bool {
	patience := time.NewTimer(atMost)
	defer patience.Stop()
	select {
	case <-ended:
		return true
	case <-patience.C:
		return false
	}
}

// exitOf describes how a program has ended.
func exitOf(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

// complaint keeps the beginning of what a program writes to stderr. It is safe for concurrent use.
type complaint struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer. It takes everything.
func (c *complaint) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text = append(c.text, p[:min(len(p), maxComplaint-len(c.text))]...)
	return len(p), nil
}

// quoted returns the first line that is not empty, after a colon.
func (c *complaint) quoted() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for line := range strings.Lines(string(c.text)) {
		if line = strings.TrimSpace(line); line != "" {
			return ": " + strings.ToValidUTF8(line, "")
		}
	}
	return ""
}
