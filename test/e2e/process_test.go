package e2e_test

import (
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// apiKey is the server's own key unless a test gives another. It must never be seen by a client or in a log.
const apiKey = "orq-e2e-key-5f0c1b"

// patience bounds every wait: whatever takes longer is not coming.
const patience = 30 * time.Second

// exitLimit is how long the program may take to end.
const exitLimit = 2 * time.Second

// program is the path of the built binary; TestMain sets it before any test runs.
var program string

func TestMain(m *testing.M) { built.Main(m, &program) }

// setup says how the program is started.
type setup struct {
	// base is the upstream's address.
	base string
	// key is the server's own; apiKey when empty.
	key string
	// keyless leaves the server without a key of its own.
	keyless bool
	// args are flags.
	args []string
	// secrets are texts that no client and no log may see, beside the key.
	secrets []string
	// exit is the code with which the program must end.
	exit int
}

func (s setup) ownKey() string {
	if s.key == "" {
		return apiKey
	}
	return s.key
}

// environment is all that the program gets: nothing of the test's own.
func (s setup) environment() []string {
	env := append(built.Environment(), "ORQ_BASE_URL="+s.base, "ORQ_MCP_LOG_LEVEL=debug")
	if !s.keyless {
		env = append(env, "ORQ_API_KEY="+s.ownKey())
	}
	return env
}

// process is one run of the program. It is ended with the test, and must then end well.
type process struct {
	t       *testing.T
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	stderr  *capture
	secrets []string
	exited  chan struct{}
}

// start runs a command of the program. What it writes to stdout goes to the given writer.
func start(t *testing.T, s setup, stdout io.Writer, command ...string) *process {
	t.Helper()
	cmd := exec.Command(program, append(command, s.args...)...)
	p := &process{t: t, cmd: cmd, stderr: newCapture(), secrets: append([]string{s.ownKey()}, s.secrets...), exited: make(chan struct{})}
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = s.environment(), t.TempDir(), stdout, p.stderr, 5*time.Second
	var err error
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		// The exit code is read from the process state.
		_ = cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.terminate()
		p.waitExit(exitLimit, s.exit)
		p.inspect()
	})
	return p
}

func (p *process) terminate() {
	select {
	case <-p.exited:
	default:
		// It may have ended since: then there is nobody to tell.
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
	}
}

// waitExit wants the process to end in time with the code. It never leaves it running.
func (p *process) waitExit(limit time.Duration, code int) {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(limit):
		p.t.Errorf("the program has not ended after %v", limit)
		_ = p.cmd.Process.Kill()
		<-p.exited
		return
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d (%v), want %d", got, p.cmd.ProcessState, code)
	}
}

// inspect looks through what the program has logged.
func (p *process) inspect() {
	logged := p.stderr.String()
	for _, secret := range p.secrets {
		if strings.Contains(logged, secret) {
			p.t.Errorf("stderr holds the secret %q", secret)
		}
	}
	for _, trouble := range []string{"DATA RACE", "panic", "goroutine "} {
		if strings.Contains(logged, trouble) {
			p.t.Errorf("stderr tells of trouble: %q", trouble)
		}
	}
	if p.t.Failed() {
		p.t.Logf("stderr:\n%s", logged)
	}
}

// capture keeps what is written to it, and lets a test wait for it.
type capture struct {
	mu      sync.Mutex
	text    strings.Builder
	written chan struct{}
}

func newCapture() *capture { return &capture{written: make(chan struct{})} }

func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text.Write(p)
	close(c.written)
	c.written = make(chan struct{})
	return len(p), nil
}

func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// await returns the first group of the pattern as soon as what was written matches it.
func (c *capture) await(t *testing.T, pattern string) string {
	t.Helper()
	wanted := regexp.MustCompile(pattern)
	limit := time.After(patience)
	for {
		c.mu.Lock()
		text, written := c.text.String(), c.written
		c.mu.Unlock()
		if found := wanted.FindStringSubmatch(text); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-written:
		case <-limit:
			t.Fatalf("nothing like %q was written:\n%s", pattern, text)
		}
	}
}
