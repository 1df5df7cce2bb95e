package tools

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestGetAgentResponseArgumentErrors(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "get_agent_response", []mistake{
		{"no task of a caller that started none", `{"key": "support"}`, "task_id: required, because no run of agent support that you started is remembered; " +
			"one is for an hour, for the session or, without sessions, the API key that started it. orq.ai's invoke_agent and run_agent return the task_id"},
	})
}

// remembering returns a workspace with the agents support and sales, for a caller whose runs are remembered.
func remembering(t *testing.T) *service {
	t.Helper()
	s := workspace(t)
	s.succeed(t, "create_agent", simpleAgent)
	s.succeed(t, "create_agent", strings.Replace(simpleAgent, "support", "sales", 1))
	s.call.Runs, s.call.Caller = NewRecentRuns(), Caller{Session: "one"}
	return s
}

func TestWithoutTaskIDTheNewestRunOfTheCallerIsMeant(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]string{
		"streamed":   `{"key": "support", "message": "hello", "mode": "stream"}`,
		"background": `{"key": "support", "message": "hello", "mode": "background"}`,
		"awaited":    `{"key": "support", "message": "hello"}`,
		"a version":  `{"key": "support@1.0.0", "message": "hello"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := remembering(t)
			s.succeed(t, "invoke_agent", `{"key": "support", "message": "an earlier one"}`)
			_, started := s.succeed(t, "invoke_agent", start)
			s.succeed(t, "invoke_agent", `{"key": "sales", "message": "of another agent"}`)
			text, found := s.succeed(t, "get_agent_response", `{"key": "support", "wait_seconds": 10}`)
			if found["task_id"] != started["task_id"] {
				t.Errorf("task_id = %v, want %v", found["task_id"], started["task_id"])
			}
			want := fmt.Sprintf("No task_id was given: this is task %s, the newest run of support that you started, 0 s ago.", started["task_id"])
			if !strings.Contains(text, want) {
				t.Errorf("text = %q, want in it %q", text, want)
			}
		})
	}
}

func TestARunOfAnotherCallerIsNotMeant(t *testing.T) {
	t.Parallel()
	s := remembering(t)
	s.succeed(t, "invoke_agent", `{"key": "support", "message": "hello"}`)
	for _, other := range []Caller{{}, {Session: "two"}, {Key: "one"}, {Session: "one", Key: "another"}} {
		s.call.Caller = other
		if text := s.refused(t, "get_agent_response", `{"key": "support"}`); !strings.Contains(text, "no run of agent support that you started is remembered") {
			t.Errorf("%+v: %s; want that no run is remembered", other, text)
		}
	}
}

func TestARunThatWasRefusedIsNotTheNewest(t *testing.T) {
	t.Parallel()
	s := remembering(t)
	_, started := s.succeed(t, "invoke_agent", `{"key": "support", "message": "hello"}`)
	s.refused(t, "invoke_agent", `{"key": "support", "message": "hello", "task_id": "none"}`)
	if _, found := s.succeed(t, "get_agent_response", `{"key": "support"}`); found["task_id"] != started["task_id"] {
		t.Errorf("task_id = %v, want %v", found["task_id"], started["task_id"])
	}
}

// A caller that gave up asks while its stream is still open, and after it was cancelled.
func TestATaskIsRememberedAsSoonAsItIsNamed(t *testing.T) {
	t.Parallel()
	opened, named := make(chan struct{}), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			answer(w, http.StatusOK, fmt.Sprintf(responseJSON, "in_progress"))
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		opened <- struct{}{}
		<-named
		answer(w, http.StatusOK, `data: {"type":"agents.execution_started","timestamp":"2026-03-24T10:00:00Z","data":{"agent_task_id":"t1","workspace_id":"w","trace_id":"t"}}`+"\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	s.call.Runs, s.call.Caller = NewRecentRuns(), Caller{Session: "one"}
	ctx, giveUp := context.WithCancel(t.Context())
	ended, lines := make(chan struct{}), &lineWaiter{line: "task t1 started", seen: make(chan struct{})}
	go func() {
		defer close(ended)
		call := s.call
		call.Progress = lines
		toolNamed(t, "invoke_agent").Answer(ctx, &call, []byte(`{"key": "support", "message": "hello"}`))
	}()
	<-opened
	if text := s.refused(t, "get_agent_response", `{"key": "support"}`); !strings.Contains(text, "has not named the task of the newest run of agent support, which you started ") {
		t.Errorf("before the task has a name: %s", text)
	}
	close(named)
	<-lines.seen
	check := func(when string) {
		if text, _ := s.succeed(t, "get_agent_response", `{"key": "support"}`); !strings.Contains(text, "this is task t1") {
			t.Errorf("%s: %s; want task t1", when, text)
		}
	}
	check("while the stream is open")
	giveUp()
	<-ended
	check("after the call was cancelled")
}

// lineWaiter is a progress sink that closes seen at a line.
type lineWaiter struct {
	line string
	seen chan struct{}
}

func (l *lineWaiter) Send(progress relay.Progress) error {
	if progress.Message == l.line {
		close(l.seen)
	}
	return nil
}

func TestARunIsRememberedForAnHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		runs, caller := NewRecentRuns(), Caller{Session: "one"}
		runs.start(caller, "support").named("t1")
		time.Sleep(recentRunsFor - time.Nanosecond)
		if task, _, err := runs.newest(caller, "support"); task != "t1" {
			t.Errorf("within the hour: %v, want t1", err)
		}
		time.Sleep(time.Nanosecond)
		if task, _, err := runs.newest(caller, "support"); err == nil {
			t.Errorf("after an hour: %s, want an error", task)
		}
	})
}
