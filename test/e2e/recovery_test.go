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

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// page is the body of an error response of a proxy.
const page = "<!DOCTYPE html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n"

// faults returns the ways in which a stream breaks. Each happens after the client has received the text sent before.
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
			s.breakDown("the worker has gone")
			s.hangUp()
		},
	}
}

// raw writes text that is no event.
func (s *script) raw(text string) {
	_, _ = io.WriteString(s.w, text)
	_ = http.NewResponseController(s.w).Flush()
}

// reset resets the TCP connection; over HTTP/2, whose connections have many streams, the stream.
func (s *script) reset() {
	if s.api.isHTTP2() {
		s.hangUp()
	}
	conn, _, err := http.NewResponseController(s.w).Hijack()
	if err == nil {
		err = conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
	if err != nil {
		s.t.Errorf("reset: %v", err)
	}
}

// newFailingUpstream serves runs that send half an answer and, after received is closed, break with fault. lookup handles
// lookups of their tasks.
func newFailingUpstream(t *testing.T, a api, received <-chan struct{}, fault func(*script), lookup http.HandlerFunc) *upstream {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("POST /", a.uncheckedRuns(t, func(s *script, _ string) {
		s.start()
		s.thought("Half an ")
		s.thought("answer")
		select {
		case <-received:
			fault(s)
		case <-s.request.Context().Done():
		}
	}))
	mux.Handle("GET "+a.lookupPath("{key}", "{task}"), lookup)
	return a.newUpstream(t, mux)
}

func TestAFaultOfTheStreamIsRecovered(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		for name, fault := range faults() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				received := make(chan struct{})
				u := newFailingUpstream(t, a, received, fault, answerJSON(http.StatusOK, a.foundTask(t, orq.ResponseCompleted, "Half an answer, and the other half")))
				c := open(t, kind, u.setup())
				call := c.begin("invoke_agent", object{"key": "scout", "message": "x"})
				call.awaitProgress("Half an answer")
				close(received)
				result := c.mustSucceed("invoke_agent", call.result())
				if ran := decode[outcome](t, result.Structured); ran.State != "completed" || ran.TaskID != a.task("x") || ran.OutputText != "Half an answer, and the other half" {
					t.Errorf("outcome = %+v, want %s completed with the whole output", ran, a.task("x"))
				}
				checkLookup(t, u, result)
			})
		}
	})
}

// checkLookup checks that the run was started once, that it was looked up, and that progress reported the lookup.
func checkLookup(t *testing.T, u *upstream, result toolResult) {
	t.Helper()
	u.checkStartedOnce("scout")
	if len(u.requests("GET", u.api.lookupPath("scout", u.api.task("x")))) == 0 {
		t.Error("the task was not looked up")
	}
	if lines, want := result.messages(), "the stream broke off: looking up the outcome of task "+u.api.task("x"); !slices.Contains(lines, want) {
		t.Errorf("progress = %q, want %q in it", lines, want)
	}
}

// checkStartedOnce checks that the agent was run once, over the upstream's version of HTTP.
func (u *upstream) checkStartedOnce(key string) {
	u.t.Helper()
	started := u.starts(key)
	if len(started) != 1 {
		u.t.Errorf("the run was started %d times, want once", len(started))
		return
	}
	if want := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[u.api.isHTTP2()]; started[0].proto != want {
		u.t.Errorf("the run was started over %s, want %s", started[0].proto, want)
	}
}

func TestAnUnrecoverableStreamErrorContainsTaskAndText(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		for name, fault := range faults() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				received := make(chan struct{})
				u := newFailingUpstream(t, a, received, fault, answerJSON(http.StatusForbidden, `{"message": "out of order"}`))
				c := open(t, kind, u.setup())
				call := c.begin("invoke_agent", object{"key": "scout", "message": "x"})
				call.awaitProgress("Half an answer")
				close(received)
				result := call.result()
				for _, part := range []string{a.task("x"), "get_agent_response", "out of order", "Half an answer"} {
					if !strings.Contains(result.text(), part) {
						t.Errorf("error = %s\nwant %q in it", result.text(), part)
					}
				}
				if !result.IsError {
					t.Errorf("a run without an end succeeded, want an error: %s", result.text())
				}
				checkLookup(t, u, result)
			})
		}
	})
}

// newStallingUpstream serves runs that stop sending without an end. Lookups report them as running once, and then as
// completed. left is closed when the request of the stream is cancelled.
func newStallingUpstream(t *testing.T, a api) (u *upstream, left chan struct{}) {
	t.Helper()
	silent, left := make(chan struct{}), make(chan struct{})
	close(silent)
	var looks atomic.Int64
	u = newFailingUpstream(t, a, silent, func(s *script) {
		<-s.request.Context().Done()
		close(left)
	}, func(w http.ResponseWriter, r *http.Request) {
		status := orq.ResponseCompleted
		if looks.Add(1) == 1 {
			status = orq.ResponseInProgress
		}
		answerJSON(http.StatusOK, a.foundTask(t, status, "The whole answer"))(w, r)
	})
	return u, left
}

// TestAStreamThatStallsIsLookedUp stops sending on a stream, comments included.
func TestAStreamThatStallsIsLookedUp(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		u, left := newStallingUpstream(t, a)
		c := open(t, kind, u.setup("--stall-timeout", "300ms"))
		result := c.mustSucceed("invoke_agent", c.begin("invoke_agent", object{"key": "scout", "message": "x"}).result())
		if ran := decode[outcome](t, result.Structured); ran.State != "completed" || ran.OutputText != "The whole answer" {
			t.Errorf("outcome = %+v, want completed with output %q", ran, "The whole answer")
		}
		await(t, left, "the end of the stalled stream")
		checkLookup(t, u, result)
	})
}

func TestACallFromTheCommandLineOutlivesAStall(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		u, left := newStallingUpstream(t, a)
		out := newCapture()
		p := start(t, u.setup("--stall-timeout", "300ms"), out, "call", "invoke_agent", "key=scout", "message=x")
		p.waitExit(waitTimeout, 0)
		await(t, left, "the end of the stalled stream")
		if !strings.Contains(out.String(), "The whole answer") {
			t.Errorf("stdout = %q, want the whole answer in it", out)
		}
	}, march, today)
}

// TestKeepAliveCommentsPreventAStall sends only comments for a while. The task cannot be looked up.
func TestKeepAliveCommentsPreventAStall(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		const stall = time.Second
		received := make(chan struct{})
		u := newFailingUpstream(t, a, received, func(s *script) {
			// The ticker sets the time between two comments, which is what the server measures.
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
		}, answerJSON(http.StatusNotFound, a.failure("unknown")))
		c := open(t, kind, u.setup("--stall-timeout", stall.String()))
		call := c.begin("invoke_agent", object{"key": "scout", "message": "x"})
		close(received)
		if ran := decode[outcome](t, c.mustSucceed("invoke_agent", call.result()).Structured); ran.State != "completed" || ran.OutputText != "done" {
			t.Errorf("outcome = %+v, want completed with output %q", ran, "done")
		}
	})
}

// TestALongTextIsNotLostWithTheStream breaks a stream after more text than a buffer holds.
func TestALongTextIsNotLostWithTheStream(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		const n = 500
		mux := http.NewServeMux()
		mux.Handle("POST /", a.uncheckedRuns(t, func(s *script, _ string) {
			s.start()
			for i := range n {
				s.thought(fmt.Sprintf("%d ", i))
			}
			s.hangUp()
		}))
		mux.Handle("GET /", answerJSON(http.StatusNotFound, a.failure("out of order")))
		c := open(t, kind, a.newUpstream(t, mux).setup())
		result := c.begin("invoke_agent", object{"key": "scout", "message": "x"}).result()
		var want strings.Builder
		for i := range n {
			fmt.Fprintf(&want, "%d ", i)
		}
		if !result.IsError || !strings.Contains(result.text(), strings.TrimSpace(want.String())) {
			t.Errorf("result: isError %v, text\n%.3000s\nwant an error with all numbers", result.IsError, result.text())
		}
	})
}

func TestACutStreamIsRecovered(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		u := a.newSandbox(t, sandbox.Options{})
		c := open(t, kind, u.setup())
		c.create("scout")
		ran, result := c.run("invoke_agent", object{"key": "scout", "message": "/count 2\n/drop\n/count 2\nhello"})
		if ran.State != "completed" || !strings.HasPrefix(ran.OutputText, "1 2 1 2 ") || !strings.HasSuffix(ran.OutputText, "You wrote: hello") {
			t.Errorf("outcome = %+v, want completed with all of the output", ran)
		}
		if lines, want := result.messages(), "the stream broke off: looking up the outcome of task "+ran.TaskID; !slices.Contains(lines, want) {
			t.Errorf("progress = %q, want %q in it", lines, want)
		}
		u.checkStartedOnce("scout")
	})
}

func TestTheErrorOfACutStreamContainsTheReceivedText(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		runs := a.scriptedRuns(t, func(s *script, _ string) {
			s.start()
			s.thought("Half an ")
			s.thought("answer")
			s.hangUp()
		})
		mux := http.NewServeMux()
		mux.Handle("POST /", runs)
		mux.Handle("GET "+a.lookupPath("{key}", "{task}"), contract.CheckAll(t, answerJSON(404, a.failure("out of order"))))
		c := open(t, kind, a.newUpstream(t, mux).setup())
		result := c.begin("invoke_agent", object{"key": "scout", "message": "x"}).result()
		want := "The event stream for agent scout broke off before its end and its outcome could not be fetched: the connection ended early; " +
			a.lookupOperation() + ": 404 out of order. " +
			"The run may still go on: call orq.ai's get_agent_response with key=scout and task_id=" + a.task("x") + ".\n" +
			"Received until then:\nHalf an answer"
		if !result.IsError || result.text() != want {
			t.Errorf("result: isError %v, text\n%s\nwant an error with\n%s", result.IsError, result.text(), want)
		}
	})
}
