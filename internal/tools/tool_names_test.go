package tools

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// Other programs have tools named invoke_agent and list_agents too.
func TestEveryDescriptionSaysOrqAI(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		if !strings.Contains(tool.Description, "orq.ai") {
			t.Errorf("%s: description %q, want orq.ai in it", tool.Name, tool.Description)
		}
	}
}

func TestNextStepsSayWhoseToolTheyMean(t *testing.T) {
	t.Parallel()
	for _, state := range []string{relay.StateWorking, relay.StateInputRequired, relay.StateCompleted} {
		for _, step := range nextSteps(relay.Outcome{TaskID: "t", AgentKey: "k", State: state, MayGoOn: true}, true) {
			for _, name := range []string{"get_agent_response", "invoke_agent"} {
				if strings.Count(step, name) != strings.Count(step, "orq.ai's "+name) {
					t.Errorf("%s: %q, want orq.ai's before %s", state, step, name)
				}
			}
		}
	}
}

// A search for tools looks at words alone, so that a tool without its own is not found.
func TestEveryToolHasASearchHint(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		hint, _ := tool.MCP().Meta.AdditionalFields[searchHintKey].(string)
		if own := searchHint(tool.Name); own == "" || !strings.HasPrefix(hint, own) || len(hint) > 1000 {
			t.Errorf("%s: search hint %q", tool.Name, hint)
		}
	}
}
