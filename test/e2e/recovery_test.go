package e2e_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// page is what a proxy puts in the place of an answer.
const page = "<!DOCTYPE html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n"

// faults are the ways in which a stream ends before its time. Each is played after the client has heard all that was
// said until then.
func faults() map[string]func(s *script) {
	return map[string]func(s *script){
		"the connection is closed": func(s *script) { s.hangUp() },
		"the connection is reset":  func(s *script) { s.reset() },
		"the stream ends":          func(*script) {},
		"an event is cut":          func(s *script) { s.raw(`data: {"type": "event.agents.thought", "timest`) },
		"a page comes in between":  func(s *script) { s.raw(page) },
		"a page comes as an event": func(s *script) { s.raw("data: " + strings.ReplaceAll(page, "\n", "\ndata: ") + "\n\n") },
		"an event is no JSON":      func(s *script) { s.raw("data: Internal Server Error\n\n") },
		"an event has no type":     func(s *script) { s.raw("data: {\"error\": \"oops\"}\n\n") },
		"the service fails": func(s *script) {
			s.send(orq.EventError, &orq.StreamError{Error: "the worker has gone", Code: "500"})
			s.hangUp()
		},
	}
}

// raw writes what is no event.
func (s *script) raw(text string) {
	_, _ = io.WriteString(s.w, text)
	_ = http.NewResponseController(s.w).Flush()
}

// reset breaks the connection in the way of a machine that has gone.
func (s *script) reset() {
	conn, _, err := http.NewResponseController(s.w).Hijack()
	if err == nil {
		err = conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
	if err != nil {
		s.t.Errorf("reset: %v", err)
	}
}

// breaking serves runs that say half an answer and then suffer a fault, once the test lets it come, and lookups.
func breaking(t *testing.T, heard <-chan struct{}, fault func(*script), lookup http.HandlerFunc) *upstream {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("POST /", improvised(t, func(s *script, _ string) {
		s.start()
		s.say("Half an ")
		s.say("answer")
		select {
		case <-heard:
			fault(s)
		case <-s.request.Context().Done():
		}
	}))
	mux.Handle("GET /v2/agents/{key}/responses/{task}", lookup)
	return newUpstream(t, mux)
}

// found is the answer to a lookup.
func found(t *testing.T, status, text string) string {
	t.Helper()
	response := orq.AgentResponse{ID: "response", TaskID: "task-x", Status: status, Model: "openai/gpt-4o", Output: []orq.Message{}}
	if text != "" {
		response.Output = []orq.Message{{Kind: "message", MessageID: "m", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)}}}
	}
	return string(encode(t, response))
}

func TestAFaultOfTheStreamIsRecovered(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		for name, fault := range faults() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				heard := make(chan struct{})
				u := breaking(t, heard, fault, answerJSON(http.StatusOK, found(t, orq.ResponseCompleted, "Half an answer, and the other half")))
				c := open(t, kind, setup{base: u.url})
				call := c.begin("invoke_agent", object{"key": "scout", "message": "x"})
				call.awaitProgress("answer")
				close(heard)
				result := c.succeeded("invoke_agent", call.result())
				if ran := decode[outcome](t, result.Structured); ran.State != "completed" || ran.TaskID != "task-x" || ran.OutputText != "Half an answer, and the other half" {
					t.Errorf("outcome %+v", ran)
				}
				checkLookup(t, u, result)
			})
		}
	})
}

// checkLookup wants the run to have been started once and looked up, and its caller to have been told.
func checkLookup(t *testing.T, u *upstream, result toolResult) {
	t.Helper()
	if n := len(u.requests("POST", "/v2/agents/scout/stream-task")); n != 1 {
		t.Errorf("the run was started %d times", n)
	}
	if len(u.requests("GET", "/v2/agents/scout/responses/task-x")) == 0 {
		t.Error("the task was not looked up")
	}
	if lines, want := result.messages(), "the stream broke off: looking up the outcome of task task-x"; !slices.Contains(lines, want) {
		t.Errorf("progress lacks %q: %q", want, lines)
	}
}

func TestAFaultThatCannotBeRecoveredTellsAllThereIs(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		for name, fault := range faults() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				heard := make(chan struct{})
				u := breaking(t, heard, fault, answerJSON(http.StatusForbidden, `{"message": "out of order"}`))
				c := open(t, kind, setup{base: u.url})
				call := c.begin("invoke_agent", object{"key": "scout", "message": "x"})
				call.awaitProgress("answer")
				close(heard)
				result := call.result()
				for _, part := range []string{"task-x", "get_agent_response", "out of order", "Half an answer"} {
					if !strings.Contains(result.text(), part) {
						t.Errorf("the error lacks %q:\n%s", part, result.text())
					}
				}
				if !result.IsError {
					t.Errorf("a run without an end succeeded: %s", result.text())
				}
				checkLookup(t, u, result)
			})
		}
	})
}

// stalling serves runs that fall silent, and lookups by which they work at first, and then have ended. left is closed
// when a silent stream was left.
func stalling(t *testing.T) (u *upstream, left chan struct{}) {
	t.Helper()
	silent, left := make(chan struct{}), make(chan struct{})
	close(silent)
	var looks atomic.Int64
	u = breaking(t, silent, func(s *script) {
		<-s.request.Context().Done()
		close(left)
	}, func(w http.ResponseWriter, r *http.Request) {
		status := orq.ResponseCompleted
		if looks.Add(1) == 1 {
			status = orq.ResponseInProgress
		}
		answerJSON(http.StatusOK, found(t, status, "The whole answer"))(w, r)
	})
	return u, left
}

// TestAStreamThatStallsIsLookedUp has a stream say nothing more, not even that it lives.
func TestAStreamThatStallsIsLookedUp(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		u, left := stalling(t)
		c := open(t, kind, setup{base: u.url, args: []string{"--stall-timeout", "300ms"}})
		result := c.succeeded("invoke_agent", c.begin("invoke_agent", object{"key": "scout", "message": "x"}).result())
		if ran := decode[outcome](t, result.Structured); ran.State != "completed" || ran.OutputText != "The whole answer" {
			t.Errorf("outcome %+v", ran)
		}
		await(t, left, "the end of the stalled stream")
		checkLookup(t, u, result)
	})
}

func TestACallFromTheCommandLineOutlivesAStall(t *testing.T) {
	t.Parallel()
	u, left := stalling(t)
	out := newCapture()
	p := start(t, setup{base: u.url, args: []string{"--stall-timeout", "300ms"}}, out, "call", "invoke_agent", "key=scout", "message=x")
	p.waitExit(patience, 0)
	await(t, left, "the end of the stalled stream")
	if !strings.Contains(out.String(), "The whole answer") {
		t.Errorf("printed %q", out)
	}
}

// TestAStreamThatBringsNothingGoesOn says for a while that it lives, and nothing else. Its task cannot be looked up.
func TestAStreamThatBringsNothingGoesOn(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		const stall = time.Second
		heard := make(chan struct{})
		u := breaking(t, heard, func(s *script) {
			// What is measured is the time between two signs of life.
			ticker := time.NewTicker(stall / 10)
			defer ticker.Stop()
			for range 30 {
				select {
				case <-ticker.C:
					s.comment("alive")
				case <-s.request.Context().Done():
					return
				}
			}
			s.finish("done")
		}, answerJSON(http.StatusNotFound, `{"code": "404", "message": "unknown"}`))
		c := open(t, kind, setup{base: u.url, args: []string{"--stall-timeout", stall.String()}})
		call := c.begin("invoke_agent", object{"key": "scout", "message": "x"})
		close(heard)
		if ran := decode[outcome](t, c.succeeded("invoke_agent", call.result()).Structured); ran.State != "completed" || ran.OutputText != "done" {
			t.Errorf("outcome %+v", ran)
		}
	})
}

// TestALongTextIsNotLostWithTheStream breaks a stream that has said more than fits a buffer.
func TestALongTextIsNotLostWithTheStream(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		const n = 500
		mux := http.NewServeMux()
		mux.Handle("POST /", improvised(t, func(s *script, _ string) {
			s.start()
			for i := range n {
				s.say(fmt.Sprintf("%d ", i))
			}
			s.hangUp()
		}))
		mux.Handle("GET /", answerJSON(http.StatusNotFound, `{"code": "404", "message": "out of order"}`))
		c := open(t, kind, setup{base: newUpstream(t, mux).url})
		result := c.begin("invoke_agent", object{"key": "scout", "message": "x"}).result()
		var want strings.Builder
		for i := range n {
			fmt.Fprintf(&want, "%d ", i)
		}
		if !result.IsError || !strings.Contains(result.text(), strings.TrimSpace(want.String())) {
			t.Errorf("isError %v, text\n%.3000s", result.IsError, result.text())
		}
	})
}
