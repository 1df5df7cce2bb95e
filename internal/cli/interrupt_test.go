package cli_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

// interruptingWriter interrupts the program when a text has been written to it.
type interruptingWriter struct {
	mu        sync.Mutex
	all       bytes.Buffer
	at        string
	interrupt func()
}

func (w *interruptingWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.all.Write(p)
	if strings.Contains(w.all.String(), w.at) {
		w.interrupt()
	}
	return n, err
}

// runInterrupted runs the program until it has written the text at to stderr, and returns the exit code and stderr.
func runInterrupted(t *testing.T, at, key string, in io.Reader, args ...string) (int, string) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	stderr := &interruptingWriter{at: at, interrupt: interrupt}
	code := cli.Run(ctx, args, cli.Process{
		In: in, Out: io.Discard, Err: stderr, Getenv: func(name string) string { return map[string]string{"ORQ_API_KEY": key}[name] },
	})
	return code, stderr.all.String()
}

// newEndlessRun returns a service whose runs go on.
func newEndlessRun(t *testing.T) string {
	t.Helper()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: {\"type\":\"agents.execution_started\",\"timestamp\":\"2026-01-05T09:30:00Z\",\"data\":{\"agent_task_id\":\"01TASK\",\"workspace_id\":\"w\",\"trace_id\":\"t\",\"agentId\":\"a\",\"agent_manifest_id\":\"m\",\"modelId\":\"m\",\"instructions\":\"i\",\"agent_key\":\"a\",\"input\":\"x\",\"model_id\":\"m\",\"stream\":true}}\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(func() {
		service.CloseClientConnections()
		service.Close()
	})
	return service.URL
}

func TestAnInterruptedCallTellsHowToLook(t *testing.T) { //nolint:paralleltest // one stdio server per process
	base := newEndlessRun(t)
	code, stderr := runInterrupted(t, "task 01TASK started", "sk-test", strings.NewReader(""),
		"call", "invoke_agent", "key=a", "message=x", "--base-url", base, "--api", "agents")
	want := "Interrupted: the run goes on at the server. Look:\n  orq-mcp call get_agent_response key=a task_id=01TASK --wait --base-url " + base + " --api agents\n"
	if code != 130 || !strings.HasSuffix(stderr, want) {
		t.Errorf("exit code %d, stderr %q, want 130 and %q at its end", code, stderr, want)
	}
}

func TestAnInterruptedWaitTellsHowToLook(t *testing.T) { //nolint:paralleltest // one stdio server per process
	looked := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			_, _ = io.WriteString(w, `{"id":"01TASK","contextId":"c","kind":"task","status":{"state":"submitted","timestamp":"2026-01-05T09:30:00Z"},"metadata":{}}`)
			return
		}
		close(looked)
		<-r.Context().Done()
	}))
	t.Cleanup(func() {
		service.CloseClientConnections()
		service.Close()
	})
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		<-looked
		interrupt()
	}()
	var stderr bytes.Buffer
	code := cli.Run(ctx, []string{"call", "invoke_agent", "key=a", "message=x", "mode=background", "--wait", "--base-url", service.URL, "--api", "agents"}, cli.Process{
		In: strings.NewReader(""), Out: io.Discard, Err: &stderr, Getenv: func(name string) string { return map[string]string{"ORQ_API_KEY": "sk-test"}[name] },
	})
	if want := "orq-mcp call get_agent_response key=a task_id=01TASK --wait"; code != 130 || !strings.Contains(stderr.String(), want) {
		t.Errorf("exit code %d, stderr %q, want 130 and %q", code, stderr.String(), want)
	}
}

func TestAnInterruptedSandboxEndsItsRun(t *testing.T) { //nolint:paralleltest // one stdio server per process
	code, stderr := runInterrupted(t, "starting a", "", strings.NewReader(""),
		"call", "run_agent", "key=a", "role=r", "instructions=i", "model=m/m", "message=/sleep 60", "--sandbox")
	if want := "Interrupted: the sandbox has ended with this call, and the run with it.\n"; code != 130 || !strings.HasSuffix(stderr, want) {
		t.Errorf("exit code %d, stderr %q, want 130 and %q at its end", code, stderr, want)
	}
}

func TestReadingStdinCanBeInterrupted(t *testing.T) { //nolint:paralleltest // one stdio server per process
	in, out := io.Pipe()
	defer func() { _ = out.Close() }()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	for _, arguments := range [][]string{{"--json", "-"}, {"search=-"}} {
		code := cli.Run(ctx, append([]string{"call", "list_agents", "--sandbox"}, arguments...), cli.Process{
			In: in, Out: io.Discard, Err: io.Discard, Getenv: func(string) string { return "" },
		})
		if code != 130 {
			t.Errorf("call %q = %d, want 130", arguments, code)
		}
	}
}
