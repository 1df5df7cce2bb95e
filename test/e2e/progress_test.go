package e2e_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// relayed returns the events that progress contains.
func relayed(received []progress) []event {
	var events []event
	for _, p := range received {
		if p.Meta.Event != nil {
			events = append(events, p.Meta.Event.event)
		}
	}
	return events
}

// unmerged is relayed for a reader that may have been slow: what an event has merged is taken from the events sent.
func unmerged(received []progress, sent []event) []event {
	var events []event
	for _, p := range received {
		switch from := len(events); {
		case p.Meta.Event == nil:
		case p.Meta.Event.Merged == 0:
			events = append(events, p.Meta.Event.event)
		case from+p.Meta.Event.Merged <= len(sent) && sent[from].Type == p.Meta.Event.Type:
			events = append(events, sent[from:from+p.Meta.Event.Merged]...)
		}
	}
	return events
}

// checkRelayed checks that progress contains all events of the run, in order and as the upstream sent them.
func checkRelayed(t *testing.T, x *exchange, result toolResult) {
	t.Helper()
	want := x.events(t)
	if diff := cmp.Diff(want, unmerged(result.progress, want)); diff != "" {
		t.Errorf("relayed events (-want +got):\n%.4000s", diff)
	}
	if got := decode[outcome](t, result.Structured).Events; got != len(want) {
		t.Errorf("events in the outcome = %d, want %d", got, len(want))
	}
}

func TestProgressIsCompleteAndInOrder(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		const n = 1000
		u := a.newSandbox(t, sandbox.Options{})
		c := open(t, kind, u.setup())
		c.create("counter")
		ran, result := c.run("invoke_agent", object{"key": "counter", "message": fmt.Sprintf("/count %d", n)})
		if ran.State != "completed" {
			t.Errorf("state = %q, error %q, want completed", ran.State, ran.Error)
		}
		if first := result.progress[0]; first.Message != "starting counter" || first.Meta.Event != nil {
			t.Errorf("first progress = %+v, want %q without an event", first, "starting counter")
		}
		var counted []string
		for _, p := range result.progress {
			if _, err := strconv.Atoi(strings.TrimSpace(p.newText())); err == nil {
				counted = append(counted, p.newText())
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
			t.Errorf("output = %.300q, want all numbers in it", ran.OutputText)
		}
		checkRelayed(t, u.starts("counter")[0], result)
		c.ping()
	})
}

func TestManyRunsDoNotMix(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		u := a.newSandbox(t, sandbox.Options{})
		c := open(t, kind, u.setup())
		c.create("counter")
		calls := make([]*call, 20)
		for i := range calls {
			calls[i] = c.begin("invoke_agent", object{"key": "counter", "message": fmt.Sprintf("/count 50\nrun <%d>", i)})
		}
		for i, call := range calls {
			result := c.mustSucceed("invoke_agent", call.result())
			prompt := fmt.Sprintf("run <%d>", i)
			if ran := decode[outcome](t, result.Structured); ran.State != "completed" || !strings.HasSuffix(ran.OutputText, "You wrote: "+prompt) {
				t.Errorf("%s: outcome = %s with output %q, want completed with its own message", prompt, ran.State, ran.OutputText)
			}
			checkRelayed(t, u.runOf(prompt), result)
		}
		c.ping()
	})
}

// runOf returns the streamed run whose message ends with prompt.
func (u *upstream) runOf(prompt string) *exchange {
	u.t.Helper()
	for _, x := range u.starts("counter") {
		if strings.HasSuffix(promptOf(u.t, x.body), prompt) {
			return x
		}
	}
	u.t.Fatalf("no run has the message %q", prompt)
	panic("unreachable")
}

func TestProgressIsLive(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		seen := make(chan struct{})
		u := a.newUpstream(t, a.scriptedRuns(t, func(s *script, _ string) {
			s.start()
			for i := range 10 {
				select {
				case <-seen:
				case <-s.request.Context().Done():
					return
				}
				s.thought(fmt.Sprintf("step %d", i))
			}
			s.finish("arrived")
		}))
		c := open(t, kind, u.setup())
		call := c.begin("invoke_agent", object{"key": "walker", "message": "go"})
		call.awaitProgress("task " + a.task("go") + " started")
		for i := range 10 {
			seen <- struct{}{}
			if got, want := call.nextProgress().newText(), fmt.Sprintf("step %d", i); got != want {
				t.Fatalf("progress = %q, want %q", got, want)
			}
		}
		if ran := decode[outcome](t, call.result().Structured); ran.OutputText != "arrived" {
			t.Errorf("output = %q, want %q", ran.OutputText, "arrived")
		}
	})
}

func TestProgressTokensOfEitherTypeComeBack(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, setup{base: a.newSandbox(t, sandbox.Options{}).url})
		c.create("counter")
		for _, token := range []string{`0`, `7`, `9007199254740991`, `"7"`, `"a \"quoted\" \u00e9"`} {
			call := c.beginWithToken(token, "invoke_agent", object{"key": "counter", "message": "hello"})
			if result := c.mustSucceed("invoke_agent", call.result()); len(result.progress) < 2 {
				t.Errorf("token %s: progress = %v, want at least 2 messages", token, result.messages())
			}
		}
	})
}
