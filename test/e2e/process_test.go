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

// apiKey is the server's API key unless a test sets another. It must appear in no message to a client and in no log.
const apiKey = "orq-e2e-key-5f0c1b"

// waitTimeout is the limit of every wait. A test fails when it is exceeded.
const waitTimeout = 30 * time.Second

// exitLimit is how long the program may take to exit.
const exitLimit = 2 * time.Second

// program is the path of the built binary; TestMain sets it before any test runs.
var program string

func TestMain(m *testing.M) { built.Main(m, &program) }

// setup describes how the program is started.
type setup struct {
	// base is the URL of the upstream.
	base string
	// env are variables of the environment beside those for the other fields.
	env []string
	// key is the server's API key; apiKey when empty.
	key string
	// keyless starts the server without an API key.
	keyless bool
	// args are flags of the command.
	args []string
	// secrets are strings that must appear in no message to a client and in no log, in addition to the key.
	secrets []string
	// exit is the expected exit code.
	exit int
}

func (s setup) ownKey() string {
	if s.key == "" {
		return apiKey
	}
	return s.key
}

// environment returns the complete environment of the program. It inherits nothing from the test.
func (s setup) environment() []string {
	env := append(append(built.Environment(), s.env...), "ORQ_BASE_URL="+s.base, "ORQ_MCP_LOG_LEVEL=debug")
	if !s.keyless {
		env = append(env, "ORQ_API_KEY="+s.ownKey())
	}
	return env
}

// process is a running program. At the end of the test it is terminated, and must exit in time with the expected code.
type process struct {
	t       *testing.T
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	stderr  *capture
	secrets []string
	exited  chan struct{}
}

// start runs a command of the program, with stdout as its standard output.
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
		p.checkLog()
	})
	return p
}

func (p *process) terminate() {
	select {
	case <-p.exited:
	default:
		// An error means that it has exited in the meantime.
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
	}
}

// waitExit checks that the process exits within limit with the code. It kills a process that does not.
func (p *process) waitExit(limit time.Duration, code int) {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(limit):
		p.t.Errorf("the program has not exited after %v", limit)
		_ = p.cmd.Process.Kill()
		<-p.exited
		return
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code = %d (%v), want %d", got, p.cmd.ProcessState, code)
	}
}

// checkLog checks that the log contains no secret, panic or data race.
func (p *process) checkLog() {
	logged := p.stderr.String()
	for _, secret := range p.secrets {
		if strings.Contains(logged, secret) {
			p.t.Errorf("stderr contains the secret %q", secret)
		}
	}
	for _, trouble := range []string{"DATA RACE", "panic", "goroutine "} {
		if strings.Contains(logged, trouble) {
			p.t.Errorf("stderr contains %q", trouble)
		}
	}
	if p.t.Failed() {
		p.t.Logf("stderr:\n%s", logged)
	}
}

// capture is a writer that keeps what is written, and can wait for a pattern in it.
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

// await waits until the captured text matches the pattern and returns its last group.
func (c *capture) await(t *testing.T, pattern string) string {
	t.Helper()
	want := regexp.MustCompile(pattern)
	limit := time.After(waitTimeout)
	for {
		c.mu.Lock()
		text, written := c.text.String(), c.written
		c.mu.Unlock()
		if found := want.FindStringSubmatch(text); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-written:
		case <-limit:
			t.Fatalf("captured text does not match %q:\n%s", pattern, text)
		}
	}
}
