package e2e_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestPatienceReturnsARunThatStillWorks leaves a run at orq.ai, and asks for its end without a task id.
func TestPatienceReturnsARunThatStillWorks(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		u, left := newStallingUpstream(t, a)
		c := open(t, kind, u.setup("--stream-patience", "300ms"))
		result := c.mustSucceed("invoke_agent", c.begin("invoke_agent", object{"key": "scout", "message": "x"}).result())
		await(t, left, "the end of the stream")
		task := u.api.task("x")
		early := decode[outcome](t, result.Structured)
		if early.State != "working" || early.TaskID != task || !strings.Contains(early.Next, "get_agent_response with key=scout and task_id="+task) {
			t.Errorf("outcome = %+v, want task %s, working, and how to look it up", early, task)
		}
		if lines := strings.Split(result.text(), "\n"); !strings.HasPrefix(lines[len(lines)-1], "state: working; task_id: "+task+"; ") {
			t.Errorf("the text ends with %q, want the state and the task", lines[len(lines)-1])
		}
		if looked := len(u.requests("GET", u.api.lookupPath("scout", task))); looked > 0 {
			t.Errorf("the task was looked up %d times, want 0", looked)
		}
		ended := decode[outcome](t, c.tool("get_agent_response", object{"key": "scout", "wait_seconds": 30}).Structured)
		if ended.State != "completed" || ended.TaskID != task || ended.OutputText != "The whole answer" {
			t.Errorf("outcome = %+v, want task %s, completed", ended, task)
		}
		u.checkStartedOnce("scout")
	})
}

func TestPatienceOfACallFromTheCommandLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags          []string
		exit           int
		stdout, stderr string
	}{
		"without --wait": {nil, 4, "", "Still working. Look:\n  orq-mcp call get_agent_response key=scout task_id="},
		"with --wait":    {[]string{"--wait"}, 0, "The whole answer\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onAPIs(t, func(t *testing.T, a api) {
				u, left := newStallingUpstream(t, a)
				s := u.setup(append([]string{"--stream-patience", "300ms"}, c.flags...)...)
				s.exit = c.exit
				out := newCapture()
				p := start(t, s, out, "call", "invoke_agent", "key=scout", "message=x")
				p.waitExit(waitTimeout, c.exit)
				await(t, left, "the end of the stream")
				if !strings.Contains(out.String(), c.stdout) || !strings.Contains(p.stderr.String(), c.stderr) {
					t.Errorf("stdout = %q, stderr = %q, want %q and %q", out, p.stderr, c.stdout, c.stderr)
				}
				u.checkStartedOnce("scout")
			}, march, today)
		})
	}
}

// TestPatienceWithTheSandbox leaves a run of the embedded workspace, which goes on.
func TestPatienceWithTheSandbox(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		u := newSandbox(t, sandbox.Options{})
		c := open(t, kind, u.setup("--stream-patience", "300ms"))
		c.create("scout")
		early := decode[outcome](t, c.mustSucceed("invoke_agent", c.begin("invoke_agent", object{"key": "scout", "message": "/slow 5s\n/count 5"}).result()).Structured)
		ended := decode[outcome](t, c.tool("get_agent_response", object{"key": "scout", "wait_seconds": 60}).Structured)
		if early.State != "working" || ended.State != "completed" || ended.TaskID != early.TaskID || !strings.HasPrefix(ended.OutputText, "1 2 3 4 5 ") {
			t.Errorf("outcomes = %+v, then %+v, want working, then completed with all numbers", early, ended)
		}
	})
}
