package tools

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// changesOf returns the changes that update_agent reports, as field, before and after.
func changesOf(structure fields) [][3]any {
	list, _ := structure["changes"].([]any)
	var changes [][3]any
	for _, each := range list {
		change, _ := each.(fields)
		changes = append(changes, [3]any{change["field"], change["before"], change["after"]})
	}
	return changes
}

func TestUpdateAgentReportsChanges(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", simpleAgent)
	for _, each := range []struct {
		name, arguments, text string
		want                  [][3]any
	}{
		{
			"texts and numbers", `"role": "Boss", "max_cost": 2`, "2 changes of agent support:\n- role: Support -> Boss\n- settings.max_cost: 0 -> 2\n",
			[][3]any{{"role", "Support", "Boss"}, {"settings.max_cost", "0", "2"}},
		},
		{"an unchanged value", `"role": "Boss", "max_cost": 2`, "Nothing changed, the agent was like that already. ", nil},
		{
			"a field that was not set", `"system_prompt": "Speak slowly"`, "1 change of agent support:\n- system_prompt: (not set) -> Speak slowly\n",
			[][3]any{{"system_prompt", nil, "Speak slowly"}},
		},
		{
			"several lines", `"instructions": "Be kind.\nAlways."`,
			"1 change of agent support:\n- instructions, before:\n    Be kind.\n  after:\n    Be kind.\n    Always.\n",
			[][3]any{{"instructions", "Be kind.", "Be kind.\nAlways."}},
		},
		{
			"a version", `"role": "Chief", "version_increment": "minor"`, "2 changes of agent support:\n- version: 1.0.0 -> 1.1.0\n- role: Boss -> Chief\n",
			[][3]any{{"version", "1.0.0", "1.1.0"}, {"role", "Boss", "Chief"}},
		},
		{
			"a model and its settings", `"model": "openai/gpt-4o-mini", "model_settings": {"parameters": {"temperature": 0.5}}`,
			"2 changes of agent support:\n- model.id: openai/gpt-4o -> openai/gpt-4o-mini\n- model.parameters: (not set) -> {\"temperature\":0.5}\n",
			[][3]any{{"model.id", "openai/gpt-4o", "openai/gpt-4o-mini"}, {"model.parameters", nil, `{"temperature":0.5}`}},
		},
		{
			"variables, one of them secret", `"variables": {"name": "Ada", "api_key": "hidden-1"}`,
			"2 changes of agent support:\n- variables.api_key: (not set) -> ***\n- variables.name: (not set) -> Ada\n",
			[][3]any{{"variables.api_key", nil, "***"}, {"variables.name", nil, "Ada"}},
		},
		{
			"a changed secret", `"variables": {"name": "Ada", "api_key": "hidden-2"}`,
			"1 change of agent support:\n- variables.api_key: *** -> ***\n", [][3]any{{"variables.api_key", "***", "***"}},
		},
		{
			"a removed variable", `"variables": {"name": "Ada"}`,
			"1 change of agent support:\n- variables.api_key: *** -> (not set)\n", [][3]any{{"variables.api_key", "***", nil}},
		},
		{
			"a key", `"new_key": "desk"`, "1 change of agent desk:\n- key: support -> desk\n", [][3]any{{"key", "support", "desk"}},
		},
	} {
		text, structure := s.succeed(t, "update_agent", `{"key": "support", `+each.arguments+`}`)
		if diff := cmp.Diff(each.want, changesOf(structure)); diff != "" {
			t.Errorf("%s: changes differ (-want +got):\n%s", each.name, diff)
		}
		if !strings.HasPrefix(text, each.text) {
			t.Errorf("%s: text = %s\nwant prefix %s", each.name, text, each.text)
		}
		if strings.Contains(text+encode(t, structure), "hidden") {
			t.Errorf("%s: result = %s, want no secret", each.name, text)
		}
	}
}

func TestLongChangeIsExcerptedWhereItDiffers(t *testing.T) {
	t.Parallel()
	before := strings.Repeat("The same in both. ", 100) + "Promise nothing. " + strings.Repeat("And so on. ", 100)
	after := strings.Replace(before, "Promise nothing", "Promise everything", 1)
	got := newChange("instructions", before, after)
	for side, text := range map[string]string{"Promise nothing. And so on": got.Before, "Promise everything. And so on": got.After} {
		if len(text) > maxChangeBytes+2*len("…") || !strings.HasPrefix(text, "…") || !strings.HasSuffix(text, "…") || !strings.Contains(text, side) {
			t.Errorf("excerpt = %q, want one of at most %d bytes around %q", text, maxChangeBytes, side)
		}
	}
}
