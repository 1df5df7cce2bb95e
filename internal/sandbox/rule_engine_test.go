package sandbox_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func allTools() object {
	return with(toolSettings(
		object{"type": "current_date"}, object{"type": "retrieve_agents"}, object{"type": "call_sub_agent"},
		object{"type": "google_search"}, object{"type": "code", "key": "script"}, object{"type": "openai:web_search"},
		object{"type": "function", "key": "get_weather"}, object{"type": "function", "key": "get_time"},
		object{"type": "http", "key": "guarded", "requires_approval": true},
	), object{"team_of_agents": []object{{"key": "friend"}}})
}

func TestEventsOfEachCommand(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("friend", object{"role": "friend"})
	w.create("helper", allTools())
	w.create("strict", object{"settings": object{"tool_approval_required": "all", "tools": []object{{"type": "current_date"}}}})
	w.create("loose", object{"settings": object{"tool_approval_required": "none", "tools": []object{{"type": "current_date", "requires_approval": true}}}})
	w.create("scripted", object{"instructions": "Write.\n/answer when \"too short\": Longer, {{name}}.\n/answer Short."})
	begin := []string{execStarted, started, named, created}
	for name, test := range map[string]struct {
		key, message string
		want         []string
		answer       string // part of the last message
	}{
		"plain":            {"helper", "Hello", []string{thought, inactive}, "You wrote: Hello"},
		"date":             {"helper", "/tool current_date", []string{thought, toolStarted, toolDone, thought, inactive}, `current_date returned {"date":"20`},
		"agents":           {"helper", "/tool retrieve_agents", []string{thought, toolStarted, toolDone, thought, inactive}, `"key":"friend"`},
		"hand-off":         {"helper", `/tool call_sub_agent {"agent_key":"friend","input":"Hi"}`, []string{thought, toolStarted, handedOff, toolDone, thought, inactive}, `Agent: friend (friend)`},
		"outside the team": {"helper", `/tool call_sub_agent {"agent_key":"strict","input":"Hi"}`, []string{thought, toolStarted, toolFailed, thought, inactive}, "the agent strict is not in team_of_agents"},
		"web search":       {"helper", `/tool google_search {"query":"x"}`, []string{thought, toolStarted, toolFailed, thought, inactive}, "google_search failed: the sandbox does not reach outside itself"},
		"code":             {"helper", "/tool script", []string{thought, toolStarted, toolFailed, thought, inactive}, "the sandbox does not run code"},
		"provider":         {"helper", "/tool openai:web_search", []string{thought, toolStarted, toolFailed, thought, inactive}, "run by a model provider"},
		"unknown tool":     {"helper", "/tool hammer", []string{thought, inactive}, "hammer is not one of my tools; I have current_date, "},
		"two tools":        {"helper", "/tool current_date\n/tool retrieve_agents", []string{thought, toolStarted, toolDone, thought, toolStarted, toolDone, thought, inactive}, "retrieve_agents returned"},
		"functions":        {"helper", "/tool get_weather {\"city\":\"Ghent\"}\n/tool get_time", []string{thought, inactive}, "[sandbox] I need the result of get_weather (call_"},
		"approved":         {"helper", "/tool guarded", []string{thought, requested, reviewed, toolStarted, toolFailed, thought, inactive}, "guarded failed"},
		"rejected":         {"helper", "/reject\n/tool guarded", []string{thought, requested, reviewed, thought, inactive}, "The review rejected guarded."},
		"approval of all":  {"strict", "/tool current_date", []string{thought, requested, reviewed, toolStarted, toolDone, thought, inactive}, "current_date returned"},
		"approval of none": {"loose", "/tool current_date", []string{thought, toolStarted, toolDone, thought, inactive}, "current_date returned"},
		"count":            {"helper", "/count 3", []string{thought, thought, thought, thought, inactive}, "1 2 3 [sandbox] This is"},
		"in order":         {"helper", "/count 1\n/tool current_date\n/count 1", []string{thought, thought, toolStarted, toolDone, thought, thought, inactive}, "1 1 [sandbox]"},
		"in one line":      {"helper", "/count 1 /tool current_date /count 1", []string{thought, thought, toolStarted, toolDone, thought, thought, inactive}, "1 1 [sandbox]"},
		"scripted":         {"scripted", "/count 1\nIs it TOO short?", []string{thought, thought, inactive}, "1 Longer, {{name}}."},
		"scripted, else":   {"scripted", "Hello", []string{thought, inactive}, "Short."},
		"invalid command":  {"helper", "/count many\n/tool\n/slow 1h", []string{thought, inactive}, `I left out "/count many": it needs a whole number from 1 to 100000.`},
		"not a command":    {"helper", "/dance\n and /fail", []string{thought, inactive}, "You wrote: /dance\n and /fail"},
		"review":           {"helper", "/review\n/count 1\n/review", []string{reviewRequired, executionReviewed, thought, reviewRequired, executionReviewed, thought, inactive}, "1 [sandbox]"},
		"invalid review":   {"helper", "/review maybe", []string{thought, inactive}, `I left out "/review maybe": it needs a duration`},
		"fail":             {"helper", "/fail out of luck", []string{errored}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := w.play(test.key, say(test.message))
			checkTypes(t, events, slices.Concat(begin, test.want))
			if test.answer == "" {
				return
			}
			last := data[*orq.Inactive](t, events)
			if !strings.Contains(last.LastMessage, test.answer) || test.key != "scripted" && !strings.Contains(last.LastMessage, "[sandbox] ") {
				t.Errorf("last message = %q, want it to contain %q", last.LastMessage, test.answer)
			}
			if diff := cmp.Diff(last.LastMessage, thoughts(events)); diff != "" {
				t.Errorf("text of the thoughts (-last message +thoughts):\n%s", diff)
			}
			response := w.response(test.key, taskOf(t, events))
			if got := response.Output[len(response.Output)-1].Text(); got != last.LastMessage || response.FinishReason != last.FinishReason {
				t.Errorf("response = %+v, want the last message and finish reason %s", response, last.FinishReason)
			}
		})
	}
}

// thoughts joins the texts of all thoughts.
func thoughts(events []orq.Event) string {
	var text string
	for _, event := range events {
		if thought, ok := event.Data.(*orq.Thought); ok {
			for _, message := range thought.MessageDifference {
				text += message.Text()
			}
		}
	}
	return text
}

func TestAnswerOfTheRuleEngine(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", object{
		"display_name": "The helper", "instructions": "Serve {{name}} with {{ mood }} and {{more}}.", "variables": object{"mood": "joy", "name": "nobody"},
	})
	last := data[*orq.Inactive](t, w.play("helper", say("I am {{name}}.", object{"variables": object{"name": "Ann"}})))
	want := "[sandbox] This is the sandbox's rule engine, not a language model.\nAgent: The helper (tester)\n" +
		"Instructions: Serve Ann with joy and {{more}}.\nYou wrote: I am Ann."
	if diff := cmp.Diff(want, last.LastMessage); diff != "" {
		t.Errorf("last message (-want +got):\n%s", diff)
	}
	// 6 words of instructions and 3 of the message.
	if last.Usage.PromptTokens != 9 || last.Usage.TotalTokens != 9+last.Usage.CompletionTokens || last.Billing.Billable {
		t.Errorf("usage = %+v, billing = %+v, want 9 tokens of the prompt and a consistent total, not billable", last.Usage, last.Billing)
	}
}

func TestManyEventsArriveInOrder(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	events := w.play("helper", say("/count 1000"))
	var want strings.Builder
	for i := range 1000 {
		want.WriteString(strconv.Itoa(i+1) + " ")
	}
	last := data[*orq.Inactive](t, events).LastMessage
	if !strings.HasPrefix(last, want.String()) || thoughts(events) != last || len(events) != 1000+6 {
		t.Errorf("%d events with last message %.100q, want 1006 and all numbers in it and in the thoughts", len(events), last)
	}
}

func TestPauseAndContinue(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("friend")
	w.create("helper", allTools())
	events := w.play("helper", say("Weather?\n/tool get_weather {\"city\":\"Ghent\"}\n/tool get_time\n/tool current_date"))
	task := taskOf(t, events)
	paused := data[*orq.Inactive](t, events)
	if len(paused.PendingToolCalls) != 2 || paused.FinishReason != "function_call" {
		t.Fatalf("inactive event = %+v, want two pending calls", paused)
	}
	weather, clock := paused.PendingToolCalls[0], paused.PendingToolCalls[1]
	if weather.Function != (orq.FunctionCall{Name: "get_weather", Arguments: `{"city":"Ghent"}`}) || clock.Function.Arguments != "{}" {
		t.Errorf("pending calls = %+v, want get_weather with its arguments, then one without", paused.PendingToolCalls)
	}
	if got := w.response("helper", task); got.Status != "completed" || got.FinishReason != "function_call" || len(got.PendingToolCalls) != 2 {
		t.Errorf("response = %+v, want status completed with two pending calls", got)
	}

	path := "/v2/agents/helper/task"
	names := fmt.Sprintf("get_weather (%s), get_time (%s)", weather.ID, clock.ID)
	for want, body := range map[string]object{
		"message: the task waits for tool results: " + names:                                                             say("And now?", object{"task_id": task}),
		`message.parts[0].tool_call_id: no call "call_x" waits for a result: ` + names:                                   results(task, map[string]any{"call_x": 1}),
		`message.parts[0].kind: must be one of tool_result, got "text"`:                                                  {"task_id": task, "message": object{"role": "tool", "parts": []object{{"kind": "text", "text": "x"}}}},
		`message.role: must be one of tool, user, got "system"; engine: must be one of text, jinja, mustache, got "lua"`: {"message": object{"role": "system", "parts": []object{}}, "engine": "lua"},
	} {
		if got := w.refused(400, "POST", path, body); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}

	partly := w.play("helper", results(task, map[string]any{weather.ID: object{"sky": "grey"}}))
	if got := data[*orq.Inactive](t, partly); len(got.PendingToolCalls) != 1 || got.PendingToolCalls[0].ID != clock.ID {
		t.Errorf("inactive event after one result = %+v, want the call %s pending", got, clock.ID)
	}
	rest := w.play("helper", results(task, map[string]any{clock.ID: "noon"}))
	want := []string{execStarted, started, created, thought, toolStarted, toolDone, thought, inactive}
	checkTypes(t, rest, want)
	if got := data[*orq.AgentStarted](t, rest); !got.IsContinuation || got.InputMessage.Role != "tool" {
		t.Errorf("started event = %+v, want a continuation by a message of role tool", got)
	}
	last := data[*orq.Inactive](t, rest).LastMessage
	for _, want := range []string{"You wrote: Weather?", `get_weather returned {"sky":"grey"}`, `get_time returned "noon"`, "current_date returned"} {
		if !strings.Contains(last, want) {
			t.Errorf("last message = %q, want it to contain %q", last, want)
		}
	}
	if got := w.refused(400, "POST", path, results(task, map[string]any{clock.ID: 1})); !strings.Contains(got, "no call") {
		t.Errorf("message of a result sent twice = %q, want that no call waits for it", got)
	}
	if got := data[*orq.Inactive](t, w.play("helper", say("Thanks", object{"task_id": task}))); !strings.Contains(got.LastMessage, "You wrote: Thanks") {
		t.Errorf("last message of a new turn = %q, want it to contain %q", got.LastMessage, "You wrote: Thanks")
	}
}
