package tools

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/tiktoken-go/tokenizer"
)

// ceilings are what each tool may cost a model, in o200k tokens.
var ceilings = map[string]int{
	"create_agent": 860, "run_agent": 930, "update_agent": 570, "invoke_agent": 450, "register_a2a_agent": 200,
	"list_agents": 150, "get_agent": 150, "delete_agent": 150, "refresh_agent_card": 150, "get_agent_response": 150,
}

const (
	// ceilingOfAll is what all tools may cost together.
	ceilingOfAll = 3500
	// ceilingOfSmall is what the small tools may cost together.
	ceilingOfSmall = 430
)

var smallTools = []string{"list_agents", "get_agent", "delete_agent", "refresh_agent_card", "get_agent_response"}

// o200k counts as the models of OpenAI do; those of others come close.
var o200k = sync.OnceValues(func() (tokenizer.Codec, error) { return tokenizer.Get(tokenizer.O200kBase) })

func countTokens(t *testing.T, text string) int {
	t.Helper()
	encoding, err := o200k()
	if err != nil {
		t.Fatal(err)
	}
	counted, err := encoding.Count(text)
	if err != nil {
		t.Fatal(err)
	}
	return counted
}

// costOf is what a model pays for a tool in its list: name, description and input schema.
func costOf(t *testing.T, tool Tool) int {
	t.Helper()
	shown, err := json.Marshal(struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		InputSchema json.RawMessage `json:"inputSchema"`
	}{tool.Name, tool.Description, tool.InputSchema})
	if err != nil {
		t.Fatal(err)
	}
	return countTokens(t, string(shown))
}

func TestToolsFitTheTokenBudget(t *testing.T) {
	t.Parallel()
	total, small := 0, 0
	for _, tool := range all(t) {
		cost := costOf(t, tool)
		total += cost
		if slices.Contains(smallTools, tool.Name) {
			small += cost
		}
		t.Logf("%-20s %5d of %5d", tool.Name, cost, ceilings[tool.Name])
		if cost > ceilings[tool.Name] {
			t.Errorf("%s costs %d tokens, more than %d", tool.Name, cost, ceilings[tool.Name])
		}
	}
	t.Logf("%-20s %5d of %5d", "the five small ones", small, ceilingOfSmall)
	t.Logf("%-20s %5d of %5d", "all", total, ceilingOfAll)
	if small > ceilingOfSmall || total > ceilingOfAll {
		t.Errorf("the tools cost %d tokens, the small ones %d; they may %d and %d", total, small, ceilingOfAll, ceilingOfSmall)
	}
}
