package tools

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mistake is a call with one thing wrong, and what the caller is told of it.
type mistake struct{ name, arguments, problem string }

// checkMistakes wants each mistake told in full, and nothing sent.
func checkMistakes(t *testing.T, tool string, mistakes []mistake) {
	t.Helper()
	for _, each := range mistakes {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			want := "The arguments of " + tool + " are wrong, nothing was sent: " + sentence(each.problem) + " Correct it and call again."
			if diff := cmp.Diff(want, s.refused(t, tool, each.arguments)); diff != "" {
				t.Errorf("the problem is told differently (-want +got):\n%s", diff)
			}
			if len(s.lines()) > 0 {
				t.Errorf("sent %v", s.lines())
			}
		})
	}
}

const allBuiltIns = "google_search, web_scraper, call_sub_agent, retrieve_agents, query_memory_store, write_memory_store, " +
	"retrieve_memory_stores, delete_memory_document, retrieve_knowledge_bases, query_knowledge_base, current_date"

func TestMistakesInStoredTools(t *testing.T) {
	t.Parallel()
	with := func(tool string) string {
		return `{` + requiredOfAnAgent + `, "model": "m", "tools": [{"type": "current_date"}, ` + tool + `]}`
	}
	var mistakes []mistake
	for _, stored := range storedTools {
		rest := ""
		if stored == "mcp" {
			rest = `, "tool_id": "t"`
		} else {
			mistakes = append(mistakes, mistake{
				stored + " with a tool_id", with(fmt.Sprintf(`{"type": %q, "key": "k", "tool_id": "t"}`, stored)),
				"tools[1].tool_id: not used for type=" + stored,
			})
		}
		mistakes = append(mistakes, mistake{
			stored + " without key and id", with(fmt.Sprintf(`{"type": %q%s}`, stored, rest)),
			"tools[1].key: key or id is required for type=" + stored,
		})
	}
	for _, builtIn := range builtInTools {
		mistakes = append(mistakes, mistake{
			builtIn + " with a key", with(fmt.Sprintf(`{"type": %q, "key": "k"}`, builtIn)),
			"tools[1].key: not used for type=" + builtIn,
		})
	}
	checkMistakes(t, "create_agent", append(mistakes, []mistake{
		{"a built-in with an id", with(`{"type": "current_date", "id": "i"}`), "tools[1].id: not used for type=current_date"},
		{"a provider's with a key", with(`{"type": "openai:web_search", "key": "k"}`), "tools[1].key: not used for type=openai:web_search"},
		{"a built-in with a tool_id", with(`{"type": "current_date", "tool_id": "i"}`), "tools[1].tool_id: not used for type=current_date"},
		{"mcp without tool_id", with(`{"type": "mcp", "key": "k"}`), "tools[1].tool_id: required for type=mcp"},
		{
			"an unknown type", with(`{"type": "google"}`),
			"tools[1].type: must be one of " + allBuiltIns + `, http, code, function, json_schema, mcp, or provider:name; got "google" (did you mean google_search?)`,
		},
		{"no type", with(`{"key": "k"}`), "tools[1].type: required"},
		{"a misspelt field", with(`{"type": "http", "key": "k", "require_approval": true}`), "tools[1].require_approval: unknown; did you mean requires_approval?"},
	}...))
}

func TestMistakesInInlineTools(t *testing.T) {
	t.Parallel()
	with := func(tool string) string {
		return `{"mode": "background", "key": "runner", "role": "r", "instructions": "i", "model": "m", "message": "hello", "tools": [` + tool + `]}`
	}
	complete := map[string]string{
		"http":        `"key": "k", "description": "d", "url": "https://u.example", "method": "GET"`,
		"code":        `"key": "k", "description": "d", "code": "c"`,
		"function":    `"key": "k"`,
		"json_schema": `"key": "k", "description": "d", "parameters": {}`,
		"mcp":         `"key": "k", "description": "d", "url": "https://u.example", "connection_type": "sse", "tools": []`,
	}
	fields := map[string]string{
		"key": `"k"`, "description": `"d"`, "url": `"https://u.example"`, "method": `"GET"`, "headers": `{"A": "1"}`, "body": `{"a": 1}`,
		"arguments": `{"a": {"type": "string", "description": "d"}}`, "code": `"c"`, "parameters": `{"a": 1}`,
		"connection_type": `"sse"`, "tools": `[]`, "name": `"n"`, "strict": `true`,
	}
	mistakes := []mistake{
		{"no type", with(`{"key": "k"}`), "tools[0].type: required"},
		{
			"an unknown type", with(`{"type": "openai:web_search"}`),
			"tools[0].type: must be one of " + allBuiltIns + `, code, function, http, json_schema, mcp; got "openai:web_search"`,
		},
		{"a built-in with a key", with(`{"type": "current_date", "key": "k"}`), "tools[0].key: not used for type=current_date"},
		{"a built-in with a description", with(`{"type": "current_date", "description": "d"}`), "tools[0].description: not used for type=current_date"},
		{"a default that is an object", with(`{"type": "http", "key": "k", "description": "d", "url": "u", "method": "GET", "arguments": {"q": {"type": "string", "description": "d", "default_value": {}}}}`), "tools[0].arguments.q.default_value: must be a string, a number or a boolean"},
		{"schemas in place of the object around them", with(`{"type": "function", "key": "k", "parameters": {"city": {"type": "string"}}}`), "tools[0].parameters.properties: required, with city in it"},
		{"properties in a list", with(`{"type": "code", "key": "k", "description": "d", "code": "c", "parameters": {"type": "object", "properties": []}}`), "tools[0].parameters.properties: must be an object with schemas by name"},
		{"a name for a list of names", with(`{"type": "json_schema", "key": "k", "description": "d", "parameters": {"type": "object", "properties": {}, "required": "a"}}`), "tools[0].parameters.required: must be a list of names"},
		{"a header of another form", with(`{"type": "http", "key": "k", "description": "d", "url": "u", "method": "GET", "headers": {"A": {"value": "x", "val": "y"}}}`), "tools[0].headers.A.val: unknown; did you mean value?"},
		{"a wrong method", with(`{"type": "http", "key": "k", "description": "d", "url": "https://u.example", "method": "PATCH"}`), `tools[0].method: must be one of GET, POST, PUT, DELETE, got "PATCH"`},
		{"a long key", with(`{"type": "function", "key": "` + strings.Repeat("k", 65) + `"}`), "tools[0].key: must have at most 64 characters, got 65"},
		{
			"a tool of an MCP server without a name",
			with(`{"type": "mcp", "key": "k", "description": "d", "url": "https://m.example", "connection_type": "sse", "tools": [{"schema": {}}]}`),
			"tools[0].tools[0].name: required",
		},
	}
	for kind, given := range complete {
		variant := inlineVariants()[kind]
		for _, needed := range variant.required {
			value := fields[needed]
			if needed == "parameters" {
				value = `{}`
			}
			without := strings.ReplaceAll(`{"type": "`+kind+`", `+given+`, }`, fmt.Sprintf(`%q: %s, `, needed, value), "")
			mistakes = append(mistakes, mistake{
				kind + " without " + needed, with(strings.ReplaceAll(without, ", }", "}")),
				fmt.Sprintf("tools[0].%s: required for type=%s", needed, kind),
			})
		}
		for name, value := range fields {
			known := name == "description" || strings.Contains(given, `"`+name+`"`)
			for _, optional := range variant.optional {
				known = known || name == optional
			}
			if !known {
				mistakes = append(mistakes, mistake{
					kind + " with " + name, with(fmt.Sprintf(`{"type": %q, %s, %q: %s}`, kind, given, name, value)),
					fmt.Sprintf("tools[0].%s: not used for type=%s", name, kind),
				})
			}
		}
	}
	checkMistakes(t, "run_agent", mistakes)
}

func TestMistakesInMessages(t *testing.T) {
	t.Parallel()
	with := func(rest string) string { return `{"key": "support", ` + rest + `}` }
	checkMistakes(t, "invoke_agent", []mistake{
		{"nothing to say", `{"key": "support"}`, "message: required"},
		{"a task without anything new", with(`"task_id": "t1"`), "message: required"},
		{"results without a task", with(`"tool_results": [{"tool_call_id": "c", "result": "r"}]`), "task_id: required with tool_results: the task that waits for them"},
		{
			"results and a message", with(`"task_id": "t1", "message": "m", "tool_results": [{"tool_call_id": "c", "result": "r"}]`),
			"message: cannot be given together with tool_results; send it in a call of its own",
		},
		{
			"results and a file", with(`"task_id": "t1", "files": [{"uri": "u"}], "tool_results": [{"tool_call_id": "c", "result": "r"}]`),
			"message: cannot be given together with tool_results; send it in a call of its own",
		},
		{"a result without its call", with(`"task_id": "t1", "tool_results": [{"result": "r"}]`), "tool_results[0].tool_call_id: required"},
		{"a file without content", with(`"message": "m", "files": [{"uri": "u"}, {"name": "n"}]`), "files[1].uri: give either uri or base64"},
		{"a file with address and content", with(`"files": [{"uri": "u", "base64": "aGk="}]`), "files[0].uri: give either uri or base64"},
		{"content that is no base64", with(`"files": [{"base64": "not base64!"}]`), "files[0].base64: is not standard base64"},
		{"an unknown mode", with(`"message": "m", "mode": "streaming"`), `mode: must be one of auto, stream, background, got "streaming" (did you mean stream?)`},
		{"a wait too long", with(`"message": "m", "wait_seconds": 3601`), "wait_seconds: must be between 0 and 3600, got 3601"},
		{"a misspelt field", with(`"message": "m", "taskid": "t1"`), "taskid: unknown; did you mean task_id?"},
	})
}

func TestMistakesInUpdates(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "update_agent", []mistake{
		{"nothing to change", `{"key": "support"}`, "give at least one field to change besides key"},
		{"only empty fields", `{"key": "support", "role": "", "tools": null}`, "give at least one field to change besides key"},
		{"settings without their model", `{"key": "support", "model_settings": {"retry": {"count": 2}}}`, "model: required with model_settings, because the API replaces both together"},
		{"no key", `{"role": "r"}`, "key: required"},
		{"too many headers", `{"key": "support", "a2a": {"headers": ` + manyHeaders(21) + `}}`, "a2a.headers: at most 20 are allowed, got 21"},
		{"a header that is not there", `{"key": "support", "a2a": {"headers": {"A": "1"}, "plain_headers": ["A", "B"]}}`, `a2a.plain_headers[1]: is not one of headers`},
	})
}

func TestMistakesInRegistrations(t *testing.T) {
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
		{"a key that is no key", strings.Replace(with(good, ""), "planner", "9 lives", 1), `key: must match ^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$, got "9 lives"`},
	})
}

func manyHeaders(n int) string {
	headers := map[string]string{}
	for i := range n {
		headers[fmt.Sprintf("X-%d", i)] = "v"
	}
	raw, _ := json.Marshal(headers)
	return string(raw)
}

func TestAHeaderMayHaveAsManyCharactersAsTheAPIAllows(t *testing.T) {
	t.Parallel()
	s := serve(t, accept(t))
	s.want(t, "register_a2a_agent", `{"key": "planner", "display_name": "P", "description": "d", "agent_url": "https://a.example",
		"headers": {"A": "`+strings.Repeat("é", 2048)+`"}}`)
}

// What a result masks must not come back as a value: it would replace the secret.
func TestMaskedValuesAreNotWritten(t *testing.T) {
	t.Parallel()
	const variables = `"variables": {"name": "***?", "api_key": "***", "nested": {"list": [{"token": "***"}]}}`
	want := func(tool string) string {
		return "The arguments of " + tool + " have 2 problems, nothing was sent. Correct all of them and call again:" +
			"\n- variables.api_key: " + isMasked + "\n- variables.nested.list[0].token: " + isMasked
	}
	s := serve(t, accept(t))
	for tool, arguments := range map[string]string{
		"create_agent": created(variables), "update_agent": `{"key": "k", ` + variables + `}`, "run_agent": ran(variables),
	} {
		if diff := cmp.Diff(want(tool), s.refused(t, tool, arguments)); diff != "" {
			t.Errorf("%s answers differently (-want +got):\n%s", tool, diff)
		}
	}
	checkMistakes(t, "update_agent", []mistake{
		{"a header", `{"key": "k", "a2a": {"headers": {"Authorization": {"value": "***", "encrypted": true}}}}`, "a2a.headers.Authorization: " + isMasked},
	})
	checkMistakes(t, "run_agent", []mistake{
		{"a header of a tool", ran(`"tools": [{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "GET", "headers": {"X-Key": "***"}}]`), "tools[0].headers.X-Key: " + isMasked},
	})
	if len(s.lines()) > 0 {
		t.Errorf("sent %v", s.lines())
	}
}

func TestMistakesInOtherCalls(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "delete_agent", []mistake{
		{"a confirmation of another key", `{"key": "support", "confirm": "Support"}`, `confirm: must equal key (support), got "Support"`},
		{"no confirmation", `{"key": "support"}`, "confirm: required"},
	})
	checkMistakes(t, "list_agents", []mistake{
		{"two directions", `{"cursor": "a", "before": "b"}`, "before: cannot be given together with cursor"},
		{"a page too long", `{"limit": 201}`, "limit: must be between 1 and 200, got 201"},
		{"a field that is far from all", `{"xyzzy": 1}`, "xyzzy: unknown; valid names: limit, cursor, before, type, search, detail"},
	})
	checkMistakes(t, "get_agent_response", []mistake{
		{"no task", `{"key": "support"}`, "task_id: required"},
	})
}

func TestAllMistakesOfACallAreToldTogether(t *testing.T) {
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
			for range 100 { // the order must not depend on that of a map
				if diff := cmp.Diff(each.want, s.refused(t, each.tool, each.arguments)); diff != "" {
					t.Fatalf("the problems are told differently (-want +got):\n%s", diff)
				}
			}
		})
	}
}
