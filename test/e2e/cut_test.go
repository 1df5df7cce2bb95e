package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestACutStreamIsRecovered(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		u := newSandbox(t, sandbox.Options{})
		c := open(t, kind, setup{base: u.url})
		c.create("scout")
		ran, result := c.run("invoke_agent", object{"key": "scout", "message": "/count 2\n/drop\n/count 2\nhello"})
		if ran.State != "completed" || !strings.HasPrefix(ran.OutputText, "1 2 1 2 ") || !strings.HasSuffix(ran.OutputText, "You wrote: hello") {
			t.Errorf("outcome %+v", ran)
		}
		if lines, want := result.messages(), "the stream broke off: looking up the outcome of task "+ran.TaskID; !slices.Contains(lines, want) {
			t.Errorf("progress lacks %q: %q", want, lines)
		}
		if n := len(u.requests("POST", "/v2/agents/scout/stream-task")); n != 1 {
			t.Errorf("the run was started %d times", n)
		}
	})
}

func TestWhatACutStreamSaidIsNotLost(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		runs := scripted(t, func(s *script, _ string) {
			s.start()
			s.say("Half an ")
			s.say("answer")
			s.hangUp()
		})
		mux := http.NewServeMux()
		mux.Handle("POST /", runs)
		mux.Handle("GET /v2/agents/{key}/responses/{task}", contract.Check(t, answerJSON(404, `{"code": "404", "message": "out of order"}`)))
		c := open(t, kind, setup{base: newUpstream(t, mux).url})
		result := c.begin("invoke_agent", object{"key": "scout", "message": "x"}).result()
		want := "The event stream broke off and its outcome could not be fetched: the event stream broke off before its end: unexpected EOF; " +
			"GET /v2/agents/{agent_key}/responses/{task_id}: 404 out of order. " +
			"The run may still go on: call get_agent_response with key=scout and task_id=task-x.\n" +
			"Received until then:\nHalf an answer"
		if !result.IsError || result.text() != want {
			t.Errorf("isError %v, text\n%s\nwant\n%s", result.IsError, result.text(), want)
		}
	})
}
