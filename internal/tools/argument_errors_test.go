package tools

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mistake is a call with one argument error and the error text for it.
type mistake struct{ name, arguments, problem string }

// checkMistakes checks the error of each mistake, and that nothing was sent.
func checkMistakes(t *testing.T, tool string, mistakes []mistake) {
	t.Helper()
	for _, each := range mistakes {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			want := "The arguments of " + tool + " are wrong, nothing was sent: " + sentence(each.problem) + " Correct it and call again."
			if diff := cmp.Diff(want, s.refused(t, tool, each.arguments)); diff != "" {
				t.Errorf("error differs (-want +got):\n%s", diff)
			}
			if len(s.lines()) > 0 {
				t.Errorf("sent %v, want no request", s.lines())
			}
		})
	}
}

const allBuiltIns = "google_search, web_scraper, call_sub_agent, retrieve_agents, query_memory_store, write_memory_store, " +
	"retrieve_memory_stores, delete_memory_document, retrieve_knowledge_bases, query_knowledge_base, current_date, " +
	"advisor, sidekick, code_interpreter, file_system"

func TestAllArgumentErrorsAreReportedTogether(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct{ tool, arguments, want string }{
		"an agent": {
			"create_agent",
			`{"key": "support", "role": "", "description": "d", "model": "m", "max_cost": -1, "variabels": {},
				"tools": [{"type": "mcp", "key": "k"}, {"type": "current_date", "key": "k"}]}`,
			"The arguments of create_agent have 6 problems, nothing was sent. Correct all of them and call again:" +
				"\n- role: must not be empty" +
				"\n- instructions: required" +
				"\n- max_cost: must be at least 0, got -1" +
				"\n- tools[0].tool_id: required for type=mcp" +
				"\n- tools[1].key: not used for type=current_date" +
				"\n- variabels: unknown; did you mean variables?",
		},
		"a tool": {
			"create_agent", `{` + requiredOfAnAgent + `, "model": "m", "tools": [{"type": "mcp"}]}`,
			"The arguments of create_agent have 2 problems, nothing was sent. Correct all of them and call again:" +
				"\n- tools[0].key: key or id is required for type=mcp" +
				"\n- tools[0].tool_id: required for type=mcp",
		},
		"a built-in tool": {
			"create_agent", `{` + requiredOfAnAgent + `, "model": "m", "tools": [{"type": "current_date", "key": "k", "id": "i", "tool_id": "t"}]}`,
			"The arguments of create_agent have 3 problems, nothing was sent. Correct all of them and call again:" +
				"\n- tools[0].key: not used for type=current_date" +
				"\n- tools[0].id: not used for type=current_date" +
				"\n- tools[0].tool_id: not used for type=current_date",
		},
		"tool results": {
			"invoke_agent", `{"key": "support", "message": "m", "tool_results": [{"tool_call_id": "c", "result": "r"}]}`,
			"The arguments of invoke_agent have 2 problems, nothing was sent. Correct all of them and call again:" +
				"\n- task_id: required with tool_results: the task that waits for them" +
				"\n- message: cannot be given together with tool_results; send it in a call of its own",
		},
		"headers": {
			"register_a2a_agent",
			`{"key": "planner", "display_name": "P", "description": "d", "agent_url": "a", "headers": {"A": "` + strings.Repeat("x", 2049) + `", "B": "` + strings.Repeat("x", 2050) + `"}}`,
			"The arguments of register_a2a_agent have 3 problems, nothing was sent. Correct all of them and call again:" +
				"\n- agent_url: must be an absolute http or https URL, got \"a\"" +
				"\n- headers.A: at most 2048 characters are allowed, got 2049" +
				"\n- headers.B: at most 2048 characters are allowed, got 2050",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			for range 100 { // the order must not depend on the order of a map
				if diff := cmp.Diff(each.want, s.refused(t, each.tool, each.arguments)); diff != "" {
					t.Fatalf("error differs (-want +got):\n%s", diff)
				}
			}
		})
	}
}
