package rig

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Program describes how to start a process.
type Program struct {
	Path string
	Args []string
	// Env is its complete environment.
	Env []string
}

// Process is a running program: an MCP server, or the upstream.
type Process struct {
	command *exec.Cmd
	// URL is the address at which it listens, if it does.
	URL string
	// In is its stdin. Out is its stdout, nil when it speaks HTTP.
	In  io.WriteCloser
	Out io.Reader
	// logged is closed when its stderr has ended. Only then may log be read.
	logged chan struct{}
	log    tail
}

// tail keeps the last lines of a log. It must be read only when its writer has ended.
type tail struct{ lines []string }

func (t *tail) add(line string) {
	if t.lines = append(t.lines, line); len(t.lines) > 20 {
		t.lines = t.lines[1:]
	}
}

// StartHTTP starts a program that writes the address at which it listens to stderr.
func StartHTTP(ctx context.Context, program Program) (*Process, error) {
	p := &Process{}
	address, err := p.start(ctx, program, nil)
	if err != nil {
		return nil, err
	}
	select {
	case url, ok := <-address:
		if !ok {
			return nil, errors.Join(fmt.Errorf("%s ended before it listened", program.Path), p.Stop())
		}
		p.URL = url
		return p, nil
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), p.Stop())
	}
}

// StartStdio starts a program that speaks on stdin and stdout.
func StartStdio(ctx context.Context, program Program) (*Process, error) {
	p := &Process{}
	// Not StdoutPipe: Wait would close it before everything has been read.
	out, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe: %w", err)
	}
	p.Out = out
	_, err = p.start(ctx, program, in)
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, err
	}
	return p, nil
}

// start starts the program. The returned channel receives the address that the program writes to stderr, if it does.
func (p *Process) start(ctx context.Context, program Program, out *os.File) (<-chan string, error) {
	command := exec.CommandContext(ctx, program.Path, program.Args...) //nolint:gosec // the rig's caller names the program
	command.Env = program.Env
	if command.Env == nil {
		command.Env = []string{}
	}
	command.WaitDelay = 5 * time.Second
	if out != nil {
		command.Stdout = out
	}
	var err error
	if p.In, err = command.StdinPipe(); err != nil {
		return nil, fmt.Errorf("stdin: %w", err)
	}
	stderr, err := command.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("stderr: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	p.command, p.logged = command, make(chan struct{})
	address := make(chan string, 1)
	go func() {
		defer close(p.logged)
		defer close(address)
		p.readLog(stderr, address)
	}()
	return address, nil
}

var listens = regexp.MustCompile(`https?://\S+`)

func (p *Process) readLog(stderr io.Reader, address chan<- string) {
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if url := listens.FindString(lines.Text()); url != "" && p.log.lines == nil {
			address <- url
		}
		p.log.add(lines.Text())
	}
}

// Stop asks the process to end and waits for it. An error contains the end of its log.
func (p *Process) Stop() error {
	_ = p.In.Close() // it may have ended already
	if p.Out == nil {
		_ = p.command.Process.Signal(syscall.SIGTERM)
	}
	return p.wait()
}

// Kill ends the process at once.
func (p *Process) Kill() {
	_ = p.command.Process.Kill()
	_ = p.wait()
}

func (p *Process) wait() error {
	<-p.logged
	err := p.command.Wait()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", filepath.Base(p.command.Path), err, strings.Join(p.log.lines, "\n"))
	}
	if closer, ok := p.Out.(io.Closer); ok {
		_ = closer.Close()
	}
	return err
}

// CPU returns the processor time of the process. It reads schedstat, which is exact to the nanosecond; /proc/PID/stat
// has a resolution of 10 ms.
func (p *Process) CPU() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.command.Process.Pid))
	if err != nil || len(files) == 0 {
		return 0, errors.Join(errors.New("no schedstat in /proc"), err)
	}
	var total time.Duration
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue // a thread that has just ended
		}
		if err != nil {
			return 0, fmt.Errorf("schedstat: %w", err)
		}
		ran, _, _ := strings.Cut(string(raw), " ")
		ns, err := strconv.ParseInt(ran, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("schedstat: %w", err)
		}
		total += time.Duration(ns)
	}
	return total, nil
}

// Memory returns the resident memory of the process in bytes.
func (p *Process) Memory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	_, resident, _ := strings.Cut(string(status), "VmRSS:")
	resident, _, _ = strings.Cut(resident, " kB")
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(resident), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	return kilobytes << 10, nil
}
