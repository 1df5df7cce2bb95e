package tools

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestHeadersInAPIForm(t *testing.T) {
	t.Parallel()
	const required = `"key": "planner", "display_name": "P", "description": "d", "agent_url": "https://a.example"`
	checkWire(t, "register_a2a_agent", []exchange{{
		"values as objects",
		`{` + required + `, "plain_headers": "E", "headers": {"A": {"value": "1", "encrypted": true}, "B": {"value": "2", "encrypted": false}, "C": {"value": "3"}, "D": "4", "E": "5"}}`,
		"POST /v2/agents/a2a",
		`{` + required + `, "path": "Default", "headers": {"A": {"value": "1", "encrypted": true}, "B": {"value": "2", "encrypted": false},
			"C": {"value": "3", "encrypted": true}, "D": {"value": "4", "encrypted": true}, "E": {"value": "5", "encrypted": false}}}`,
	}})
	checkWire(t, "update_agent", []exchange{{
		"of an A2A agent, and a version", `{"key": "support", "a2a": {"headers": {"B": {"value": "2", "encrypted": false}}}, "versionIncrement": "minor", "versionDescription": "v"}`,
		"PATCH /v2/agents/support", `{"a2a": {"headers": {"B": {"value": "2", "encrypted": false}}}, "versionIncrement": "minor", "versionDescription": "v"}`,
	}})
	checkMistakes(t, "register_a2a_agent", []mistake{
		{"without a value", `{` + required + `, "headers": {"A": {"encrypted": true}}}`, "headers.A: must be a string, got an object"},
		{"with a misspelt field", `{` + required + `, "headers": {"A": {"value": "1", "encrypt": false}}}`, "headers.A: must be a string, got an object"},
	})
}

func TestRegisterA2AAgentArgumentErrors(t *testing.T) {
	t.Parallel()
	with := func(url, rest string) string {
		return `{"key": "planner", "display_name": "P", "description": "d", "agent_url": "` + url + `"` + rest + `}`
	}
	const good = "https://a.example"
	checkMistakes(t, "register_a2a_agent", []mistake{
		{"the card at the agent's address", with(good, `, "card_url": "https://a.example"`), "card_url: must differ from agent_url; leave it out to use agent_url/card"},
		{"an address without a scheme", with("a.example/x", ""), `agent_url: must be an absolute http or https URL, got "a.example/x"`},
		{"an address of another scheme", with("ftp://a.example", ""), `agent_url: must be an absolute http or https URL, got "ftp://a.example"`},
		{"a card's address without a host", with(good, `, "card_url": "https:///card"`), `card_url: must be an absolute http or https URL, got "https:///card"`},
		{"too many headers", with(good, `, "headers": `+manyHeaders(21)), "headers: at most 20 are allowed, got 21"},
		{"a long header", with(good, `, "headers": {"A": "`+strings.Repeat("x", 2049)+`"}`), "headers.A: at most 2048 characters are allowed, got 2049"},
		{"a header that is not there", with(good, `, "plain_headers": ["B"]`), `plain_headers[0]: is not one of headers`},
		{"an invalid key", strings.Replace(with(good, ""), "planner", "9 lives", 1), `key: must match ^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$, got "9 lives"`},
	})
}

// manyHeaders returns a JSON object of n headers.
func manyHeaders(n int) string {
	headers := map[string]string{}
	for i := range n {
		headers[fmt.Sprintf("X-%d", i)] = "v"
	}
	raw, _ := json.Marshal(headers)
	return string(raw)
}

func TestHeaderLengthIsCountedInCharacters(t *testing.T) {
	t.Parallel()
	s := serve(t, accept(t))
	s.succeed(t, "register_a2a_agent", `{"key": "planner", "display_name": "P", "description": "d", "agent_url": "https://a.example",
		"headers": {"A": "`+strings.Repeat("é", 2048)+`"}}`)
}

func TestRegisterA2AAgentRequests(t *testing.T) {
	t.Parallel()
	const line = "POST /v2/agents/a2a"
	const required = `"key": "planner", "display_name": "P", "description": "d", "agent_url": "https://a.example"`
	checkWire(t, "register_a2a_agent", []exchange{
		{"required fields only", `{` + required + `}`, line, `{` + required + `, "path": "Default"}`},
		{
			"headers encrypted and plain",
			`{` + required + `, "path": "Sales", "card_url": "https://a.example/c", "headers": {"Authorization": "Bearer 1", "X-Tenant": "acme"}, "plain_headers": "X-Tenant"}`,
			line,
			`{` + required + `, "path": "Sales", "card_url": "https://a.example/c",
				"headers": {"Authorization": {"value": "Bearer 1", "encrypted": true}, "X-Tenant": {"value": "acme", "encrypted": false}}}`,
		},
	})
}

// TestKeysHaveThePatternOfTheAPI compares the patterns in the schemas, which tags of structs cannot refer to, with the API's.
func TestKeysHaveThePatternOfTheAPI(t *testing.T) {
	t.Parallel()
	for tool, argument := range map[string]string{"create_agent": "key", "run_agent": "key", "register_a2a_agent": "key", "update_agent": "new_key"} {
		var input struct {
			Properties map[string]struct{ Pattern string }
		}
		if err := json.Unmarshal(toolNamed(t, tool).InputSchema, &input); err != nil {
			t.Fatal(err)
		}
		if got := input.Properties[argument].Pattern; got != orq.AgentKeyPattern {
			t.Errorf("%s: pattern of %s = %s, want %s", tool, argument, got, orq.AgentKeyPattern)
		}
	}
}
