package tools

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const modeAuto = "auto"

func TestRunModes(t *testing.T) {
	t.Parallel()
	const (
		task   = "POST /v2/agents/support/task"
		stream = "POST /v2/agents/support/stream-task"
	)
	for name, each := range map[string]struct {
		arguments     string
		progress      bool
		first         string // the first request
		state         string
		progressLines []string // the first and the last
	}{
		"auto without progress":       {`"mode": "auto"`, false, task, "completed", nil},
		"no mode, no progress":        {`"wait_seconds": 50`, false, task, "completed", nil},
		"auto with progress":          {`"mode": "auto"`, true, stream, "completed", []string{"starting support", "finished: stop"}},
		"no mode, but progress":       {`"wait_seconds": 50`, true, stream, "completed", []string{"starting support", "finished: stop"}},
		"stream without progress":     {`"mode": "stream"`, false, stream, "completed", nil},
		"stream with progress":        {`"mode": "stream"`, true, stream, "completed", []string{"starting support", "finished: stop"}},
		"background without progress": {`"mode": "background"`, false, task, "working", nil},
		"background with progress":    {`"mode": "background"`, true, task, "working", []string{"starting support"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			s.succeed(t, "create_agent", simpleAgent)
			s.forget()
			sink := &recorder{}
			if each.progress {
				s.call.Progress = sink
			}
			_, structure := s.succeed(t, "invoke_agent", `{"key": "support", "message": "hello", `+each.arguments+`}`)
			if structure["state"] != each.state || s.lines()[0] != each.first {
				t.Errorf("state = %v after requests %v, want %s, first request %s", structure["state"], s.lines(), each.state, each.first)
			}
			lines := sink.lines()
			if len(lines) > 1 {
				lines = []string{lines[0], lines[len(lines)-1]}
			}
			if diff := cmp.Diff(each.progressLines, lines); diff != "" {
				t.Errorf("progress differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStreamedRunReportsEachStep(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	sink := &recorder{}
	s.call.Progress = sink
	_, structure := s.succeed(t, "run_agent", `{"key": "runner", "role": "r", "instructions": "i", "model": "m",
		"tools": [{"type": "current_date"}], "message": "/count 2\n/tool current_date\nhello"}`)
	var lines []string
	for _, line := range sink.lines() {
		line, _, _ = strings.Cut(line, " in ")
		line, _, _ = strings.Cut(line, " - current_date returned")
		lines = append(lines, strings.ReplaceAll(line, fmt.Sprint(structure["task_id"]), "T"))
	}
	want := []string{
		"starting runner", "task T started", "agent runner started on m", "named: /count 2", "message added to the conversation",
		"1", "1 2", "iteration 1: thinking", "tool current_date started", "tool current_date finished",
		"i You wrote: hello", "finished: stop",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("progress differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"POST /v2/agents/stream-run"}, s.lines()); diff != "" {
		t.Errorf("requests differ (-want +got):\n%s", diff)
	}
}

func TestContinuedTaskProgress(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", simpleAgent)
	_, first := s.succeed(t, "invoke_agent", `{"key": "support", "message": "hello"}`)
	sink := &recorder{}
	s.call.Progress = sink
	_, second := s.succeed(t, "invoke_agent", fmt.Sprintf(`{"key": "support", "message": "again", "task_id": %q}`, first["task_id"]))
	if first["task_id"] != second["task_id"] {
		t.Errorf("task_id = %v, want %v", second["task_id"], first["task_id"])
	}
	if got, want := sink.lines()[0], fmt.Sprintf("continuing task %s of support", first["task_id"]); got != want {
		t.Errorf("first progress line = %q, want %q", got, want)
	}
}

func TestWaitSeconds(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		tool, arguments string
		lasts, took     time.Duration // of the run, and of the call
		state           string
	}{
		"less than a minute by default": {"invoke_agent", `"message": "m"`, time.Hour, 48 * time.Second, "working"},
		"as long as requested":          {"invoke_agent", `"message": "m", "wait_seconds": 120`, time.Hour, 120 * time.Second, "working"},
		"not at all":                    {"invoke_agent", `"message": "m", "wait_seconds": 0`, time.Hour, 0, "working"},
		"until it ends":                 {"invoke_agent", `"message": "m"`, 2 * time.Second, 2 * time.Second, "completed"},
		"single lookup":                 {"get_agent_response", `"task_id": "t1"`, time.Hour, 0, "working"},
		"lookup that waits":             {"get_agent_response", `"task_id": "t1", "wait_seconds": 7`, time.Hour, 7 * time.Second, "working"},
		"lookup until it ends":          {"get_agent_response", `"task_id": "t1", "wait_seconds": 7`, 3 * time.Second, 3 * time.Second, "completed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
					status := "in_progress"
					if time.Since(began) >= each.lasts {
						status = "completed"
					}
					if r.Method == http.MethodGet {
						answer(w, http.StatusOK, fmt.Sprintf(responseJSON, status))
						return
					}
					answer(w, http.StatusOK, taskJSON)
				})
				text, structure := s.succeed(t, each.tool, `{"key": "support", `+each.arguments+`}`)
				if took := time.Since(began); took != each.took || structure["state"] != each.state {
					t.Errorf("state = %v after %v, want %s after %v", structure["state"], took, each.state, each.took)
				}
				const next = "Still running: call orq.ai's get_agent_response with key=support and task_id=t1."
				if strings.Contains(text, next) != (each.state == "working") {
					t.Errorf("text = %s\nwant the hint to get_agent_response in it: %t", text, each.state == "working")
				}
			})
		})
	}
}

func TestStartTimeCountsAsWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				answer(w, http.StatusOK, fmt.Sprintf(responseJSON, "in_progress"))
				return
			}
			time.Sleep(20 * time.Second)
			answer(w, http.StatusOK, taskJSON)
		})
		s.succeed(t, "invoke_agent", `{"key": "support", "message": "m"}`)
		if took := time.Since(began); took != 48*time.Second {
			t.Errorf("took %v, want 48 s in all", took)
		}
	})
}

// silent is a transport that never gets a response.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestUnansweredStartTimesOut(t *testing.T) {
	t.Parallel()
	for arguments, seconds := range map[string]int{`"mode": "auto"`: 48, `"wait_seconds": 0`: 20, `"wait_seconds": 90`: 90} {
		t.Run(arguments, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				s := &service{}
				s.connect(t, "http://orq.test", silent{})
				text := textOf(t, s.use(t, "invoke_agent", `{"key": "support", "message": "m", `+arguments+`}`))
				want := fmt.Sprintf("The request to orq.ai for agent support failed: no answer within %d s. The run may have started all the same and was not started again: it may act and cost money, so ask before you call again.", seconds)
				if took := time.Since(began); text != want || took != time.Duration(seconds)*time.Second {
					t.Errorf("after %v: %s\nwant after %d s: %s", took, text, seconds, want)
				}
			})
		})
	}
}

// invokeWithoutLookups starts a run, which takes some time, on a service that answers no lookup. It returns the result and how long
// the call took.
func invokeWithoutLookups(t *testing.T, start time.Duration) (fields, time.Duration) {
	t.Helper()
	began := time.Now()
	s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			<-r.Context().Done()
			return
		}
		time.Sleep(start)
		answer(w, http.StatusOK, taskJSON)
	})
	_, structure := s.succeed(t, "invoke_agent", `{"key": "support", "message": "m"}`)
	return structure, time.Since(began)
}

// TestUnansweredLookupEndsWithTheWait checks that a lookup without a response does not extend the call.
func TestUnansweredLookupEndsWithTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		if structure, took := invokeWithoutLookups(t, 0); took != 48*time.Second || structure["state"] != "working" {
			t.Errorf("state = %v after %v, want working after 48 s", structure["state"], took)
		}
	})
}

func TestBackgroundRunIsPickedUpLater(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", simpleAgent)
	_, started := s.succeed(t, "invoke_agent", `{"key": "support", "message": "hello", "mode": "background"}`)
	text, structure := s.succeed(t, "get_agent_response", fmt.Sprintf(`{"key": "support", "task_id": %q, "wait_seconds": 60}`, started["task_id"]))
	if structure["state"] != "completed" || structure["finish_reason"] != "stop" || !strings.HasPrefix(text, "[sandbox]") {
		t.Errorf("get_agent_response = %v, text %s\nwant a completed run", structure, text)
	}
}

func TestPausedRunContinuesWithToolResults(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{modeAuto, modeStream} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			s.succeed(t, "create_agent", strings.Replace(simpleAgent, "{", `{"tools": [{"type": "function", "key": "refund"}],`, 1))
			text, paused := s.succeed(t, "invoke_agent", `{"key": "support", "mode": "`+mode+`", "message": "/tool refund {\"order\": 7}\nhello"}`)
			pending, _ := paused["pending_tool_calls"].([]any)
			if paused["state"] != "input_required" || len(pending) != 1 {
				t.Fatalf("invoke_agent = %v, want input_required with 1 pending call", paused)
			}
			call, _ := pending[0].(fields)
			if call["name"] != "refund" || call["arguments"] != `{"order":7}` {
				t.Errorf("pending call = %v, want refund of order 7", call)
			}
			next := fmt.Sprintf("Answer each of pending_tool_calls: call orq.ai's invoke_agent with key=support, task_id=%s and tool_results=[{tool_call_id, result}].", paused["task_id"])
			if paused["next"] != next || !strings.Contains(text, next) {
				t.Errorf("next = %q, want %q, in both forms", paused["next"], next)
			}
			_, ended := s.succeed(t, "invoke_agent", fmt.Sprintf(`{"key": "support", "task_id": %q, "mode": %q, "tool_results": [{"tool_call_id": %q, "result": {"refunded": 12}}]}`,
				paused["task_id"], mode, call["id"]))
			if output, _ := ended["output_text"].(string); ended["state"] != "completed" || !strings.Contains(output, `refund returned {"refunded":12}`) {
				t.Errorf("invoke_agent = %v, want completed with the tool result in its output", ended)
			}
		})
	}
}

func TestBlockingRunReportsPendingToolCalls(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", strings.Replace(simpleAgent, "{", `{"tools": [{"type": "function", "key": "refund"}],`, 1))
	_, structure := s.succeed(t, "invoke_agent", `{"key": "support", "mode": "background", "configuration": {"blocking": true}, "message": "/tool refund"}`)
	if pending, _ := structure["pending_tool_calls"].([]any); structure["state"] != "input_required" || len(pending) != 1 {
		t.Errorf("invoke_agent = %v, want input_required with 1 pending call", structure)
	}
}

func TestFailedRunIsNoToolError(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{modeAuto, modeStream} {
		s := workspace(t)
		s.succeed(t, "create_agent", simpleAgent)
		_, structure := s.succeed(t, "invoke_agent", `{"key": "support", "mode": "`+mode+`", "message": "/count 2\n/fail out of luck"}`)
		if structure["state"] != "failed" || structure["error"] != "out of luck" || structure["output_text"] != "1 2 " {
			t.Errorf("mode %s: invoke_agent = %v, want failed, out of luck, with the output so far", mode, structure)
		}
	}
}

func TestLongOutputCanBeReadInParts(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"polled":              `"mode": "auto"`,
		"streamed":            `"mode": "stream"`,
		"blocking":            `"mode": "background", "configuration": {"blocking": true}`,
		"blocking and polled": `"configuration": {"blocking": true}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			s.call.TextLimit = 100
			s.succeed(t, "create_agent", simpleAgent)
			_, result := s.succeed(t, "invoke_agent", `{"key": "support", "message": "/count 200", `+arguments+`}`)
			var whole strings.Builder
			for {
				output, _ := result["output_text"].(string)
				whole.WriteString(output)
				if len(output) > 100 {
					t.Errorf("output_text has %d bytes, want at most 100", len(output))
				}
				if result["truncated"] != true {
					break
				}
				next, _ := result["next"].(string)
				hint := fmt.Sprintf("output_text was cut: orq.ai's get_agent_response with key=support, task_id=%s and offset=%d shows what follows.", result["task_id"], whole.Len())
				if !strings.HasPrefix(next, hint) || output == "" {
					t.Fatalf("next = %q after %d bytes, want prefix %q", next, len(output), hint)
				}
				_, result = s.succeed(t, "get_agent_response", fmt.Sprintf(`{"key": "support", "task_id": %q, "offset": %d}`, result["task_id"], whole.Len()))
			}
			var want strings.Builder
			for i := range 200 {
				fmt.Fprintf(&want, "%d ", i+1)
			}
			if !strings.HasPrefix(whole.String(), want.String()) {
				t.Errorf("output in parts = %q, want prefix %q", whole.String(), want.String())
			}
		})
	}
}

func TestCancelledProgressEndsTheCall(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", simpleAgent)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.call.Progress = cancelling{cancel}
	result := toolNamed(t, "invoke_agent").Handle(ctx, &s.call, []byte(`{"key": "support", "message": "/slow 10m"}`))
	if got := textOf(t, result); !result.IsError || got != "The call for agent support was cancelled before it finished. "+
		"The run may have started all the same and was not started again: it may act and cost money, so ask before you call again." {
		t.Errorf("error = %q, want a cancelled call", got)
	}
}

// TestLateStartShortensTheLastLookup checks that the last lookup does not extend the call, however late it begins.
func TestLateStartShortensTheLastLookup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		if structure, took := invokeWithoutLookups(t, 47*time.Second); took > 50*time.Second || structure["state"] != "working" || structure["task_id"] != "t1" {
			t.Errorf("invoke_agent = %v after %v, want t1 working within 50 s", structure, took)
		}
	})
}

// TestFailedLookupKeepsTheTask checks that the caller gets the task of a run that cannot be looked up: the run continues and costs
// money.
func TestFailedLookupKeepsTheTask(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"not found yet": 404, "forbidden": 403, "failing": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						answer(w, status, `{"message": "not now"}`)
						return
					}
					answer(w, http.StatusOK, taskJSON)
				})
				text := textOf(t, s.use(t, "invoke_agent", `{"key": "support", "message": "m"}`))
				if !strings.Contains(text, "t1") || !strings.Contains(text, "get_agent_response") {
					t.Errorf("text = %s\nwant the task t1 and get_agent_response", text)
				}
			})
		})
	}
}

func TestPatienceBoundsStreamedRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mode     string
		progress bool
	}{
		"with progress":            {"auto", true},
		"streamed, without a sink": {"stream", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			s.succeed(t, "create_agent", simpleAgent)
			s.call.StreamPatience = 100 * time.Millisecond
			if c.progress {
				s.call.Progress = &recorder{}
			}
			text, got := s.succeed(t, "invoke_agent", `{"key":"support","message":"/slow 10m","mode":"`+c.mode+`"}`)
			if got["state"] != "working" || !strings.Contains("\n"+text, "\nstate: working; task_id: ") {
				t.Errorf("result = %s, want a run that works", text)
			}
		})
	}
}
