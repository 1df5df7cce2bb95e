package sandbox_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestSubAgentsRunOnTheModelWithTheirTools(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		replyCalls(modelCall{"c1", "call_sub_agent", `{"agent_key":"clock","input":"What day is it?"}`}),
		replyCalls(modelCall{"c1", "current_date", ""}, modelCall{"c2", "ask_user", "{}"}),
		replyText("It is Monday."),
		replyText("Monday, I hear."))
	w := openWith(t, f)
	w.create("clock", toolSettings(object{"type": "current_date"}, object{"type": "function", "key": "ask_user"}), object{
		"instructions": "Tell the time to {{who}} in {{zone}}.", "model": "x/tiny", "variables": object{"zone": "UTC", "who": "nobody"},
		"description": "Knows the time",
	})
	w.create("boss", with(toolSettings(object{"type": "call_sub_agent"}), object{
		"team_of_agents": []object{{"key": "clock"}}, "instructions": "Be exact in {{zone}}.",
	}))
	events := w.play("boss", say("Which day is it?", object{"variables": object{"who": "Ann"}}))
	want := []string{execStarted, started, named, created, thought, toolStarted, handedOff, toolStarted, toolDone, toolStarted, toolFailed, toolDone, thought, inactive}
	if diff := cmp.Diff(want, types(events)); diff != "" {
		t.Error(diff)
	}
	asked := f.requests(4)
	if got := asked[0].Tools["call_sub_agent"].Description; !strings.HasSuffix(got, "The team:\n- clock: Knows the time") {
		t.Errorf("description %q", got)
	}
	if asked[1].Body["model"] != "tiny" || asked[2].Body["model"] != "tiny" || asked[3].Body["model"] != "gpt-4o" {
		t.Errorf("models %v, %v, %v", asked[1].Body["model"], asked[2].Body["model"], asked[3].Body["model"])
	}
	lines := transcript(asked[2].Messages)
	if lines[0] != "system: Tell the time to Ann in UTC." || lines[1] != "user: What day is it?" || lines[4] != `tool: {"error":"an agent that another one asks cannot ask the caller"} <c2>` {
		t.Errorf("the member was told %q", lines)
	}
	if got := transcript(asked[3].Messages)[3]; got != `tool: {"agent_key":"clock","answer":"It is Monday."} <c1>` {
		t.Errorf("result %q", got)
	}
	inner := events[7].Data.(*orq.ToolStarted).Execution
	if outer := events[5].Data.(*orq.ToolStarted).Execution; inner.ParentID != outer.AgentToolCallID || inner.AgentManifestID == outer.AgentManifestID {
		t.Errorf("the member's tool belongs to %+v", inner)
	}
	if last := data[*orq.Inactive](t, events); last.LastMessage != "Monday, I hear." || last.Usage.TotalTokens != 100 {
		t.Errorf("inactive %+v, usage %+v", last, last.Usage)
	}
}

func TestDelegationDepthLimit(t *testing.T) {
	t.Parallel()
	again := replyCalls(modelCall{"", "call_sub_agent", `{"agent_key":"ring","input":"You do it."}`})
	f := serveModel(t, again, again, again, again, replyText("No."), replyText("No."), replyText("No."), replyText("Nobody did it."))
	w := openWith(t, f)
	w.create("ring", toolSettings(object{"type": "call_sub_agent"}))
	call[orq.Agent](w, 200, "PATCH", "/v2/agents/ring", object{"team_of_agents": []object{{"key": "ring"}}})
	if got := data[*orq.Inactive](t, w.play("ring", say("Do it."))).LastMessage; got != "Nobody did it." {
		t.Errorf("last message %q", got)
	}
	lines := transcript(f.requests(8)[4].Messages)
	if got := lines[3]; !strings.HasPrefix(got, `tool: {"error":"agents hand work on at most 3 times"}`) {
		t.Errorf("result %q", got)
	}
}

func TestFailureOfASubAgentIsAToolFailure(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyCalls(modelCall{"c1", "call_sub_agent", `{"agent_key":"clock","input":"Hi"}`}), replyBody(500, "{}"), replyText("It did not answer."))
	w := openWith(t, f)
	w.create("clock")
	w.create("boss", with(toolSettings(object{"type": "call_sub_agent"}), object{"team_of_agents": []object{{"key": "clock"}}}))
	events := w.play("boss", say("Hi"))
	want := "the agent clock gave up: the model server refused the request for gpt-4o (500): Internal Server Error"
	if got := data[*orq.ToolFailed](t, events).Error.Message; got != want {
		t.Errorf("failed with %q", got)
	}
	if got := data[*orq.Inactive](t, events).LastMessage; got != "It did not answer." {
		t.Errorf("last message %q", got)
	}
}

func TestTeamMemberHasItsOwnTimeLimit(t *testing.T) {
	t.Parallel()
	asked, left := make(chan struct{}), make(chan struct{})
	f := serveModel(t, replyCalls(modelCall{"c1", "call_sub_agent", `{"agent_key":"clock","input":"Hi"}`}), replyAndHang(asked, left), replyText("It is slow."))
	w := openWith(t, f)
	w.create("clock", object{"settings": object{"max_execution_time": 2}})
	w.create("boss", with(toolSettings(object{"type": "call_sub_agent"}), object{"team_of_agents": []object{{"key": "clock"}}}))
	events := w.play("boss", say("Hi"))
	<-left
	if got := data[*orq.ToolFailed](t, events).Error.Message; got != "the agent clock gave up: max_execution_time has passed" {
		t.Errorf("failed with %q", got)
	}
	if got := data[*orq.Inactive](t, events).LastMessage; got != "It is slow." {
		t.Errorf("last message %q", got)
	}
}
