package tools

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// streamed is an upstream of one generation whose runs send events and end. Lookups get the answer.
func streamed(today bool, events, lookup string, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		isToday := strings.HasPrefix(r.URL.Path, "/v3/")
		switch {
		case isToday != today:
			http.NotFound(w, r)
		case r.Method == http.MethodPost:
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, events)
		default:
			answer(w, status, lookup)
		}
	}
}

// TestRunIsReportedAtOnce covers streams that end without the result of their run. Waiting would reveal no more.
func TestRunIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	const (
		began      = `data: {"type":"agents.execution_started","data":{"agent_task_id":"t1","trace_id":"tr"}}` + "\n\n"
		approval   = began + `data: {"type":"event.agents.action_review_requested","data":{"agent_tool_call_id":"c1","tool":{"key":"purge","action_type":"http"}}}` + "\n\n"
		timeout    = began + `data: {"type":"agents.timeout","data":{"message":"the stream timed out after 5 s"}}` + "\n\n"
		done       = "data: [DONE]"
		beganToday = `data: {"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}}` + "\n\n"
		request    = `{"type":"mcp_approval_request","id":"r1","name":"transfer"}`
		running    = `{"status":"in_progress","output":[]}`
		lookAgain  = "call orq.ai's get_agent_response with key=support and task_id="
		onPurge    = "Waiting for approval of purge: a person decides in the orq.ai studio."
		onTransfer = "Waiting for approval of transfer: a person decides in the orq.ai studio."
		answered   = `data: {"type":"event.agents.inactive","data":{"last_message":"FORTY-TWO","finish_reason":"stop"}}` + "\n\n"
	)
	for name, c := range map[string]struct {
		today  bool
		events string
		status int
		lookup string
		state  string
		texts  []string
	}{
		"timeout, running":           {false, timeout + done, 200, running, "working", []string{"the stream timed out after 5 s", lookAgain + "t1"}},
		"timeout, unknown task":      {false, timeout + done, 404, `{"message":"Response not found"}`, "failed", []string{"the stream timed out after 5 s", lookAgain + "t1"}},
		"timeout, no end":            {false, timeout, 500, `{"message":"the database is away"}`, "failed", []string{"the stream timed out after 5 s", lookAgain + "t1"}},
		"approval":                   {false, approval + done, 404, `{"message":"Response not found"}`, "working", []string{onPurge, lookAgain + "t1"}},
		"approval, no end":           {false, approval, 404, `{"message":"Response not found"}`, "working", []string{onPurge, lookAgain + "t1", "Response not found"}},
		"approval, no end, running":  {false, approval, 200, running, "working", []string{onPurge, lookAgain + "t1"}},
		"approval of today":          {true, beganToday + `data: {"type":"response.output_item.done","item":` + request + "}\n\n" + done, 404, `{"error":{"message":"no"}}`, "working", []string{onTransfer, lookAgain + "resp_1"}},
		"approval of today, no end":  {true, beganToday + `data: {"type":"response.output_item.done","item":` + request + "}\n\n", 404, `{"error":{"message":"no"}}`, "working", []string{onTransfer, lookAgain + "resp_1"}},
		"approval, completed today":  {true, `data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[` + request + "]}}\n\n" + done, 404, "", "working", []string{onTransfer, lookAgain + "resp_1"}},
		"timeout of today":           {true, beganToday + `data: {"type":"agents.timeout","data":{"message":"the stream timed out after 5 s"}}` + "\n\n" + done, 200, `{"id":"resp_1","status":"in_progress"}`, "working", []string{"the stream timed out after 5 s", lookAgain + "resp_1"}},
		"answer, no end, no task":    {false, began + answered, 404, `{"message":"Response not found"}`, "completed", []string{"FORTY-TWO", "the stream broke off", "Response not found"}},
		"answer, no end, no service": {false, began + answered, 500, `{"message":"the database is away"}`, "completed", []string{"FORTY-TWO", "the stream broke off", "its task could not be looked up: "}},
		"answer, no end, odd lookup": {false, began + answered, 200, `{}`, "completed", []string{"FORTY-TWO", "the stream broke off", "the answer has no status"}},
		"odd messages":               {false, began + "data: {}\n\ndata: null\n\ndata: keep-alive\n\n" + answered + done, 404, "", "completed", []string{"FORTY-TWO", "messages of the stream that are no events and were passed over: 3"}},
		"an error object":            {false, began + `data: {"error":{"message":"the model is overloaded"}}` + "\n\n" + done, 404, "", "failed", []string{"the model is overloaded"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serveInBubble(t, streamed(c.today, c.events, c.lookup, c.status))
				sink := &recorder{}
				s.call.Progress = sink
				started := time.Now()
				text, structure := s.succeed(t, "invoke_agent", `{"key": "support", "message": "hello"}`)
				if structure["state"] != c.state {
					t.Errorf("state = %v, want %s: %s", structure["state"], c.state, text)
				}
				for _, want := range c.texts {
					if !strings.Contains(text, want) {
						t.Errorf("text = %s\nwant %q in it", text, want)
					}
				}
				if took := time.Since(started); took > 2*time.Second {
					t.Errorf("it took %v, want at most that of one short lookup", took)
				}
			})
		})
	}
}

// TestUnknownStatusIsNamed covers the operations whose answers state how a run stands.
func TestUnknownStatusIsNamed(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"archived", "COMPLETED", "completed ", "expired", "success"} {
		for name, c := range map[string]struct {
			today                   bool
			task, lookup, arguments string
			tool, named             string
		}{
			"background":            {false, `{"id":"t1","status":{"state":"` + status + `"}}`, "", `{"key":"support","message":"x","mode":"background"}`, "invoke_agent", "state"},
			"background, today":     {true, `{"id":"resp_1","status":"` + status + `","output":[]}`, "", `{"key":"support","message":"x","mode":"background"}`, "invoke_agent", "state"},
			"without progress":      {false, `{"id":"t1","status":{"state":"submitted"}}`, `{"status":"` + status + `","output":[]}`, `{"key":"support","message":"x"}`, "invoke_agent", "status"},
			"looked up":             {false, "", `{"status":"` + status + `","output":[]}`, `{"key":"support","task_id":"t1","wait_seconds":40}`, "get_agent_response", "status"},
			"looked up, today":      {true, "", `{"id":"resp_1","status":"` + status + `","output":[]}`, `{"key":"support","task_id":"resp_1","wait_seconds":40}`, "get_agent_response", "status"},
			"reason, looked up":     {false, "", `{"status":"completed","finish_reason":"` + status + `","output":[]}`, `{"key":"support","task_id":"t1"}`, "get_agent_response", "finish_reason"},
			"incomplete, looked up": {true, "", `{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"` + status + `"}}`, `{"key":"support","task_id":"resp_1"}`, "get_agent_response", "finish_reason"},
		} {
			t.Run(name+" "+status, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
						switch {
						case strings.HasPrefix(r.URL.Path, "/v3/") != c.today:
							http.NotFound(w, r)
						case r.Method == http.MethodPost:
							answer(w, http.StatusOK, c.task)
						default:
							answer(w, http.StatusOK, c.lookup)
						}
					})
					started := time.Now()
					text, structure := s.succeed(t, c.tool, c.arguments)
					if want := c.named + ` "` + status + `" is not known`; structure["state"] != "failed" || structure["error"] != want {
						t.Errorf("state %v, error %v, want failed, %s: %s", structure["state"], structure["error"], want, text)
					}
					if again := "call orq.ai's get_agent_response with key=support"; strings.Contains(text, again) != (c.named != "finish_reason") {
						t.Errorf("text = %s\nwant %q in it: %t", text, again, c.named != "finish_reason")
					}
					if took := time.Since(started); took > 0 {
						t.Errorf("it took %v, want no waiting", took)
					}
				})
			})
		}
	}
}

// TestAnswersThatCannotBeUsed checks what callers read when a successful answer lacks what it must hold.
func TestAnswersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	const agent = `"key":"support","role":"r","description":"d","instructions":"i","model":"m"`
	for _, c := range []struct{ tool, arguments, answer, want string }{
		{"create_agent", "{" + agent + "}", "{}", "orq.ai's answer for agent support cannot be used: POST /v2/agents: 200 but the answer has no _id and no key: {}. The agent support may have been created all the same: check with orq.ai's get_agent before you call again."},
		{"create_agent", "{" + agent + "}", "null", "orq.ai's answer for agent support cannot be used: POST /v2/agents: 200 but not the JSON expected: null. The agent support may have been created all the same: check with orq.ai's get_agent before you call again."},
		{"list_agents", "{}", "{}", "orq.ai's answer cannot be used: GET /v2/agents: 200 but the answer has no data that is a list and no has_more that is true or false: {}. Check ORQ_BASE_URL, then try again."},
		{"invoke_agent", `{"key":"support","message":"x"}`, `{"id":"t7"}`, `orq.ai's answer for agent support cannot be used: POST /v2/agents/{key}/task: 200 but the answer has no status.state: {"id":"t7"}. The run may have started all the same and was not started again: call orq.ai's get_agent_response with key=support and task_id=t7.`},
		{"invoke_agent", `{"key":"support","message":"x"}`, `{"error":"password s3cr3t-value is wrong"}`, `orq.ai's answer for agent support cannot be used: POST /v2/agents/{key}/task: 200 but the answer is an error: password s3cr3t-value is wrong. ` + mayHaveStarted},
		{"invoke_agent", `{"key":"support","message":"x","variables":{"password":"s3cr3t-value"}}`, `{"error":"password s3cr3t-value is wrong"}`, `orq.ai's answer for agent support cannot be used: POST /v2/agents/{key}/task: 200 but the answer is an error: password *** is wrong. ` + mayHaveStarted},
		{"delete_agent", `{"key":"support","confirm":"support"}`, `{"error":"not allowed"}`, "orq.ai's answer for agent support cannot be used: DELETE /v2/agents/{agent_key}: 200 but the answer is an error: not allowed. The agent support may have been deleted all the same: check with orq.ai's get_agent before you call again."},
		{"get_agent_response", `{"key":"support","task_id":"t1"}`, `{"task_id":"t1","output":[]}`, `orq.ai's answer for agent support cannot be used: GET /v2/agents/{agent_key}/responses/{task_id}: 200 but the answer has no status: {"task_id":"t1","output":[]}. Check ORQ_BASE_URL, then try again.`},
	} {
		s := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, c.answer) })
		if got := s.refused(t, c.tool, c.arguments); got != c.want {
			t.Errorf("%s answered with %s:\n%s\nwant\n%s", c.tool, c.answer, got, c.want)
		}
	}
}

// TestAnAgentThatMayHaveBeenCreated covers run_agent on today's API, which creates the agent before the run.
func TestAnAgentThatMayHaveBeenCreated(t *testing.T) {
	t.Parallel()
	s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet:
			answer(w, http.StatusNotFound, `{"message":"Agent not found"}`)
		case r.URL.Path == "/v2/agents":
			answer(w, http.StatusCreated, `{"status":"live"}`)
		default:
			http.NotFound(w, r)
		}
	})
	const want = `orq.ai's answer for agent support cannot be used: POST /v2/agents: 201 but the answer has no _id and no key: {"status":"live"}. ` +
		"The agent support may have been created or changed all the same, but its run did not start: check with orq.ai's get_agent before you call again."
	if got := s.refused(t, "run_agent", `{"key":"support","role":"r","description":"d","instructions":"i","model":"m","message":"x"}`); got != want {
		t.Errorf("error = %s\nwant %s", got, want)
	}
}
