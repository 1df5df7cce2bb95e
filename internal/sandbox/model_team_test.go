package sandbox_test

import (
	"strings"
	"testing"

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
	checkTypes(t, events, want)
	asked := f.requests(4)
	if got := asked[0].Tools["call_sub_agent"].Description; !strings.HasSuffix(got, "The team:\n- clock: Knows the time") {
		t.Errorf("description of call_sub_agent = %q, want it to end with the team", got)
	}
	if asked[1].Body["model"] != "tiny" || asked[2].Body["model"] != "tiny" || asked[3].Body["model"] != "gpt-4o" {
		t.Errorf("models = %v, %v, %v, want tiny, tiny, gpt-4o", asked[1].Body["model"], asked[2].Body["model"], asked[3].Body["model"])
	}
	lines := transcript(asked[2].Messages)
	if lines[0] != "system: Tell the time to Ann in UTC." || lines[1] != "user: What day is it?" || lines[4] != `tool: {"error":"an agent that another one asks cannot ask the caller"} <c2>` {
		t.Errorf("conversation of the member = %q, want its instructions with the run's variables, the input and the refused call", lines)
	}
	if got := transcript(asked[3].Messages)[3]; got != `tool: {"agent_key":"clock","answer":"It is Monday."} <c1>` {
		t.Errorf("result of the call = %q, want the member's answer", got)
	}
	inner := events[7].Data.(*orq.ToolStarted).Execution
	if outer := events[5].Data.(*orq.ToolStarted).Execution; inner.ParentID != outer.AgentToolCallID || inner.AgentManifestID == outer.AgentManifestID {
		t.Errorf("execution of the member's tool = %+v, want parent %s and another agent than %s", inner, outer.AgentToolCallID, outer.AgentManifestID)
	}
	if last := data[*orq.Inactive](t, events); last.LastMessage != "Monday, I hear." || last.Usage.TotalTokens != 100 {
		t.Errorf("inactive event = %+v with usage %+v, want last message %q and 100 tokens", last, last.Usage, "Monday, I hear.")
	}
}

func TestDelegationDepthLimit(t *testing.T) {
	t.Parallel()
	again := replyCalls(modelCall{"", "call_sub_agent", `{"agent_key":"ring","input":"You do it."}`})
	f := serveModel(t, again, again, again, again, replyText("No."), replyText("No."), replyText("No."), replyText("Nobody did it."))
	w := openWith(t, f)
	w.create("ring", toolSettings(object{"type": "call_sub_agent"}))
	call[orq.Agent](w, 200, "PATCH", "/v2/agents/ring", object{"team_of_agents": []object{{"key": "ring"}}})
	checkLastMessage(t, w.play("ring", say("Do it.")), "Nobody did it.")
	lines := transcript(f.requests(8)[4].Messages)
	if got := lines[3]; !strings.HasPrefix(got, `tool: {"error":"agents hand work on at most 3 times"}`) {
		t.Errorf("result of the fourth call = %q, want a refusal", got)
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
		t.Errorf("error of the tool = %q, want %q", got, want)
	}
	checkLastMessage(t, events, "It did not answer.")
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
		t.Errorf("error of the tool = %q, want that of max_execution_time", got)
	}
	checkLastMessage(t, events, "It is slow.")
}
