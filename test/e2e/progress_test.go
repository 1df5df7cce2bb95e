package e2e_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// relayed are the events that progress passed on.
func relayed(came []progress) []event {
	var events []event
	for _, p := range came {
		if p.Meta.Event != nil {
			events = append(events, *p.Meta.Event)
		}
	}
	return events
}

// checkRelayed wants the progress of a run to be its events as the upstream wrote them, all and in order.
func checkRelayed(t *testing.T, x *exchange, result toolResult) {
	t.Helper()
	written := x.events(t)
	if diff := cmp.Diff(written, relayed(result.progress)); diff != "" {
		t.Errorf("events as written and as relayed (-want +got):\n%.4000s", diff)
	}
	if got := decode[outcome](t, result.Structured).Events; got != len(written) {
		t.Errorf("the outcome counts %d events, %d were written", got, len(written))
	}
}

func TestProgressIsCompleteAndInOrder(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		const n = 1000
		u := newSandbox(t, sandbox.Options{})
		c := open(t, kind, setup{base: u.url})
		c.create("counter")
		ran, result := c.run("invoke_agent", object{"key": "counter", "message": fmt.Sprintf("/count %d", n)})
		if ran.State != "completed" {
			t.Errorf("state %q: %s", ran.State, ran.Error)
		}
		if first := result.progress[0]; first.Message != "starting counter" || first.Meta.Event != nil {
			t.Errorf("the first progress is %+v", first)
		}
		var counted []string
		for _, line := range result.messages() {
			if _, err := strconv.Atoi(strings.TrimSpace(line)); err == nil {
				counted = append(counted, line)
			}
		}
		want := make([]string, n)
		for i := range want {
			want[i] = strconv.Itoa(i+1) + " "
		}
		if diff := cmp.Diff(want, counted); diff != "" {
			t.Errorf("numbers (-want +got):\n%.2000s", diff)
		}
		if !strings.HasPrefix(ran.OutputText, strings.Join(want, "")) {
			t.Errorf("the output lacks numbers: %.300q", ran.OutputText)
		}
		checkRelayed(t, u.requests("POST", "/v2/agents/counter/stream-task")[0], result)
		c.ping()
	})
}

func TestManyRunsDoNotMix(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		u := newSandbox(t, sandbox.Options{})
		c := open(t, kind, setup{base: u.url})
		c.create("counter")
		calls := make([]*call, 20)
		for i := range calls {
			calls[i] = c.begin("invoke_agent", object{"key": "counter", "message": fmt.Sprintf("/count 50\nrun <%d>", i)})
		}
		for i, call := range calls {
			result := c.succeeded("invoke_agent", call.result())
			told := fmt.Sprintf("run <%d>", i)
			if ran := decode[outcome](t, result.Structured); ran.State != "completed" || !strings.HasSuffix(ran.OutputText, "You wrote: "+told) {
				t.Errorf("%s got the outcome %q: %q", told, ran.State, ran.OutputText)
			}
			checkRelayed(t, u.runOf(told), result)
		}
		c.ping()
	})
}

// runOf is the streamed run whose message ends with the text.
func (u *upstream) runOf(told string) *exchange {
	u.t.Helper()
	for _, x := range u.requests("POST", "/v2/agents/counter/stream-task") {
		if body := decode[struct {
			Message struct{ Parts []struct{ Text string } }
		}](u.t, x.body); strings.HasSuffix(body.Message.Parts[0].Text, told) {
			return x
		}
	}
	u.t.Fatalf("no run was told %q", told)
	panic("unreachable")
}

func TestProgressIsLive(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		seen := make(chan struct{})
		u := newUpstream(t, scripted(t, func(s *script, _ string) {
			s.start()
			for i := range 10 {
				select {
				case <-seen:
				case <-s.request.Context().Done():
					return
				}
				s.say(fmt.Sprintf("step %d", i))
			}
			s.finish("arrived")
		}))
		c := open(t, kind, setup{base: u.url})
		call := c.begin("invoke_agent", object{"key": "walker", "message": "go"})
		call.awaitProgress("task task-go started")
		for i := range 10 {
			seen <- struct{}{}
			if line := call.nextProgress().Message; line != fmt.Sprintf("step %d", i) {
				t.Fatalf("after step %d came %q", i-1, line)
			}
		}
		if ran := decode[outcome](t, call.result().Structured); ran.OutputText != "arrived" {
			t.Errorf("output %q", ran.OutputText)
		}
	})
}

func TestProgressTokensOfEitherTypeComeBack(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c := open(t, kind, setup{base: newSandbox(t, sandbox.Options{}).url})
		c.create("counter")
		for _, token := range []string{`0`, `7`, `9007199254740991`, `"7"`, `"a \"quoted\" \u00e9"`} {
			call := c.beginWithToken(token, "invoke_agent", object{"key": "counter", "message": "hello"})
			if result := c.succeeded("invoke_agent", call.result()); len(result.progress) < 2 {
				t.Errorf("token %s: progress %v", token, result.messages())
			}
		}
	})
}
