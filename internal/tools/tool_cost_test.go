package tools

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/tiktoken-go/tokenizer"
)

// ceilings bound the cost of each tool, in o200k tokens.
var ceilings = map[string]int{
	"create_agent": 860, "run_agent": 930, "update_agent": 570, "invoke_agent": 500, "register_a2a_agent": 200,
	"list_building_blocks": 200, "list_agents": 150, "get_agent": 150, "delete_agent": 150, "refresh_agent_card": 150, "get_agent_response": 150,
}

const (
	// ceilingOfAll bounds the cost of all tools together.
	ceilingOfAll = 3650
	// ceilingOfSmall bounds the cost of smallTools together.
	ceilingOfSmall = 430
)

var smallTools = []string{"list_agents", "get_agent", "delete_agent", "refresh_agent_card", "get_agent_response"}

// o200k is the encoding of OpenAI's models; those of other models give similar counts.
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

// costOf returns the tokens of what a model sees of a tool: name, description and input schema.
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

func TestToolsFitTheirTokenCeilings(t *testing.T) {
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
			t.Errorf("%s costs %d tokens, want at most %d", tool.Name, cost, ceilings[tool.Name])
		}
	}
	t.Logf("%-20s %5d of %5d", "the five small ones", small, ceilingOfSmall)
	t.Logf("%-20s %5d of %5d", "all", total, ceilingOfAll)
	if small > ceilingOfSmall || total > ceilingOfAll {
		t.Errorf("all tools cost %d tokens and the small ones %d, want at most %d and %d", total, small, ceilingOfAll, ceilingOfSmall)
	}
}
