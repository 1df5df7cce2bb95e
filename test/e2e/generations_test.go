package e2e_test

import (
	"bufio"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestACancelledRunGoesOnInTheWorkspace cancels a call and looks at what became of its run.
func TestACancelledRunGoesOnInTheWorkspace(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		u := a.newSandbox(t, sandbox.Options{})
		c := open(t, kind, u.setup())
		c.create("walker")
		call := c.begin("invoke_agent", object{"key": "walker", "message": "/slow 1s\n/count 3"})
		task := ""
		for task == "" {
			_, task, _ = strings.Cut(strings.TrimSuffix(call.nextProgress().Message, " started"), "task ")
		}
		c.cancel(call)
		ran := decode[outcome](t, c.tool("get_agent_response", object{"key": "walker", "task_id": task, "wait_seconds": 20}).Structured)
		if ran.State != "completed" || ran.TaskID != task || !strings.HasPrefix(ran.OutputText, "1 2 3 ") {
			t.Errorf("outcome = %+v, want task %s, completed with all numbers", ran, task)
		}
		u.checkStartedOnce("walker")
	})
}

// TestATaskStaysWithItsGeneration runs on a workspace that has the operations of both, with servers that use one of them,
// and a server that uses both.
func TestATaskStaysWithItsGeneration(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		u := newSandbox(t, sandbox.Options{})
		old, current := open(t, kind, u.setup("--api", "agents")), open(t, kind, u.setup("--api", "responses"))
		either := open(t, kind, u.setup())
		old.create("scout")
		first, _ := old.run("invoke_agent", object{"key": "scout", "message": "one"})
		second, _ := current.run("invoke_agent", object{"key": "scout", "message": "one"})
		if strings.HasPrefix(first.TaskID, "resp_") || !strings.HasPrefix(second.TaskID, "resp_") {
			t.Fatalf("task ids = %s with --api=agents, %s with --api=responses, want the second with resp_ only", first.TaskID, second.TaskID)
		}
		for _, task := range []string{first.TaskID, second.TaskID} {
			looked := decode[outcome](t, either.tool("get_agent_response", object{"key": "scout", "task_id": task}).Structured)
			went, _ := either.run("invoke_agent", object{"key": "scout", "task_id": task, "message": "two"})
			if looked.State != "completed" || went.State != "completed" || strings.HasPrefix(went.TaskID, "resp_") != strings.HasPrefix(task, "resp_") {
				t.Errorf("task %s: looked up %+v, continued %+v, want both completed in the same generation", task, looked, went)
			}
		}
		sent := len(u.requestLines())
		const want = "The task_id belongs to the other generation of the orq.ai API, which this server may not use (--api), so nothing was sent. " +
			"Start a new task without task_id, or start the server with --api=auto."
		for task, c := range map[string]*client{first.TaskID: current, second.TaskID: old} {
			for tool, arguments := range map[string]object{
				"invoke_agent": {"key": "scout", "task_id": task, "message": "two"}, "get_agent_response": {"key": "scout", "task_id": task},
			} {
				if got := c.toolError(tool, arguments); got != want {
					t.Errorf("%s of %s = %q\nwant %q", tool, task, got, want)
				}
			}
		}
		if got := u.requestLines()[sent:]; len(got) > 0 {
			t.Errorf("requests for refused tasks = %v, want none", got)
		}
	})
}

// TestWhatOnlyOneGenerationShows runs a tool that needs approval. The stream of March reports the review; that of the
// Responses API has no events for approvals, so that only the use of the tool is seen.
func TestWhatOnlyOneGenerationShows(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		c.create("clerk", object{"tools": []any{object{"type": "current_date", "requires_approval": true}}})
		ran, result := c.run("invoke_agent", object{"key": "clerk", "message": "/tool current_date\nhello"})
		if ran.State != "completed" {
			t.Errorf("outcome = %+v, want completed", ran)
		}
		lines := result.messages()
		if !slices.Contains(lines, "tool current_date started") {
			t.Errorf("progress = %q, want the start of the tool in it", lines)
		}
		const review = "waiting for approval of current_date: decide in the orq.ai studio"
		if got := slices.Contains(lines, review); got == a.isToday() {
			t.Errorf("progress = %q, with %q: %v, want it on March only", lines, review, got)
		}
		const delta = "response.output_text.delta"
		words := slices.ContainsFunc(relayed(result.progress), func(e event) bool { return e.Type == delta })
		if words != a.isToday() {
			t.Errorf("an event is %s: %v, want it on the Responses API only", delta, words)
		}
	})
}

// TestAReaderThatStopsForAWhileLosesNoText reads nothing until the upstream has sent more than all buffers hold.
func TestAReaderThatStopsForAWhileLosesNoText(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		const pieces = 160
		padding := strings.Repeat("too much ", 4000)
		full := make(chan struct{})
		// Not newUpstream, which would record all of it.
		web := httptest.NewServer(a.uncheckedRuns(t, func(s *script, _ string) {
			s.start()
			for i := range pieces {
				s.thought(fmt.Sprintf("<%d> %s", i, padding))
				if i == floodSize/len(padding) {
					close(full)
				}
			}
			s.finish("done")
		}))
		t.Cleanup(web.Close)
		srv := serve(t, overHTTP, setup{base: web.URL})
		body := startFlood(t, srv, openSession(t, srv), 64<<10)
		await(t, full, "the flood")
		var text strings.Builder
		lines := bufio.NewScanner(body)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			m := decode[message](t, []byte(data))
			if m.isResponse() {
				break
			}
			text.WriteString(decode[progress](t, m.Params).newText())
		}
		for i, rest := 0, text.String(); i < pieces; i++ {
			mark := fmt.Sprintf("<%d> ", i)
			_, after, found := strings.Cut(rest, mark)
			if !found || !strings.HasPrefix(after, padding) {
				t.Fatalf("the text lacks %q with what follows it, or has it in another place; error of the reader: %v", mark, lines.Err())
			}
			rest = after[len(padding):]
		}
		if got, want := strings.Count(text.String(), padding), pieces; got != want {
			t.Errorf("the text has %d pieces, want %d", got, want)
		}
	}, march, today)
}

func TestLimitsOfARunEndIt(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		c.create("walker")
		arguments := object{"key": "walker", "message": "/slow 10m", "limits": object{"max_execution_time": 1}}
		if !a.isToday() {
			if got, want := c.toolError("invoke_agent", arguments), "limits: only the Responses API has them"; !strings.HasPrefix(got, want) {
				t.Errorf("invoke_agent = %q, want %q first", got, want)
			}
			return
		}
		ran, _ := c.run("invoke_agent", arguments)
		if ran.State != "completed" || ran.FinishReason != "max_execution_time" || !strings.HasPrefix(ran.TaskID, "resp_") {
			t.Errorf("outcome = %+v, want a run that its time limit has ended", ran)
		}
	})
}
