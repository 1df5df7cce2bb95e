package orq

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A run changes its agent when a setting of September differs, and not when the stored one only has defaults beside it.
func TestUpdateOfTheAgentOfARun(t *testing.T) {
	t.Parallel()
	yes, timeout := true, 7.5
	run := RunRequest{Key: "helper", Role: "r", SystemPrompt: "Be brief.", Model: ModelConfig{ID: "m"}, Settings: RunSettings{
		ChatExposed: &yes,
		Tools: []RunTool{
			{Type: FileSystemTool, Configuration: map[string]any{"file_system_key": "docs"}},
			{Type: "code", Key: "sum", Timeout: &timeout},
		},
	}}
	tools, err := storedTools(run.Settings.Tools)
	if err != nil {
		t.Fatal(err)
	}
	stored := func(change func(*Agent)) *Agent {
		on := true
		agent := &Agent{Key: "helper", Role: "r", SystemPrompt: "Be brief.", Model: &AgentModel{ID: "m"}, Settings: &AgentSettings{
			ToolApprovalRequired: "none", ChatExposed: &on,
			Tools: []AgentTool{
				{ActionType: FileSystemTool, Configuration: map[string]any{"file_system_key": "docs", "access_mode": "read_only"}},
				{ActionType: "code", Key: "sum", Timeout: 7.5},
			},
		}}
		change(agent)
		return agent
	}
	settings := run.settings(tools)
	for name, test := range map[string]struct {
		change func(*Agent)
		want   UpdateAgentRequest
	}{
		"equal":         {func(*Agent) {}, UpdateAgentRequest{}},
		"chat exposed":  {func(a *Agent) { a.Settings.ChatExposed = nil }, UpdateAgentRequest{Settings: &settings}},
		"configuration": {func(a *Agent) { a.Settings.Tools[0].Configuration["file_system_key"] = "x" }, UpdateAgentRequest{Settings: &settings}},
		"timeout":       {func(a *Agent) { a.Settings.Tools[1].Timeout = 120 }, UpdateAgentRequest{Settings: &settings}},
		"system prompt": {func(a *Agent) { a.SystemPrompt = "" }, UpdateAgentRequest{SystemPrompt: Value("Be brief.")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, differs := run.update(stored(test.change), tools)
			if diff := cmp.Diff(test.want, got); diff != "" || differs != (name != "equal") {
				t.Errorf("differs = %t; update (-want +got):\n%s", differs, diff)
			}
		})
	}
}
