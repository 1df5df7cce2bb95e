package tools

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// malformed is a call with arguments as models and clients send them. It has to do the same as the call with means as its
// arguments, or else to fail with problem: arguments with more than one possible meaning are not guessed.
type malformed struct{ name, tool, sent, means, problem string }

const (
	minimalAgent        = `"key": "k", "role": "r", "description": "d", "instructions": "i", "model": "m"`
	minimalRun          = `"mode": "background", "key": "k", "role": "r", "instructions": "i", "model": "m", "message": "hello"`
	minimalRegistration = `"key": "p", "display_name": "P", "description": "d", "agent_url": "https://a.example"`
	notJSON             = "a string that is not valid JSON "
)

// created, ran and invoked return valid arguments of a tool with further ones.
func created(rest string) string { return `{` + minimalAgent + `, ` + rest + `}` }
func ran(rest string) string     { return `{` + minimalRun + `, ` + rest + `}` }
func invoked(rest string) string { return `{"key": "k", "mode": "background", ` + rest + `}` }

// malformedWholes are wrong as a whole: not an object, or within another one.
var malformedWholes = []malformed{
	{"all of it as a string", "get_agent", `"{\"key\": \"k\"}"`, `{"key": "k"}`, ""},
	{"in arguments", "get_agent", `{"arguments": {"key": "k"}}`, `{"key": "k"}`, ""},
	{"in input", "get_agent", `{"input": {"key": "k"}}`, `{"key": "k"}`, ""},
	{"in params, as a string", "get_agent", `{"params": "{\"key\": \"k\"}"}`, `{"key": "k"}`, ""},
	{"beside the tool's name", "get_agent", `{"name": "get_agent", "arguments": {"key": "k"}}`, `{"key": "k"}`, ""},
	{"empty input", "list_agents", ``, `{}`, ""},
	{"null", "list_agents", `null`, `{}`, ""},
	{"an empty string", "list_agents", `""`, `{}`, ""},
	{"in a code fence", "get_agent", "\"```json\\n{\\\"key\\\": \\\"k\\\"}\\n```\"", `{"key": "k"}`, ""},
	{"a duplicate key: the last one wins", "get_agent", `{"key": "x", "key": "k"}`, `{"key": "k"}`, ""},
	{"unicode escapes", "get_agent", `{"\u006bey": "\u006b"}`, `{"key": "k"}`, ""},
	{"the key alone", "get_agent", `"k"`, "", `arguments must be an object, got the string "k"`},
	{"the key in a list", "get_agent", `["k"]`, "", "arguments must be an object, got a list"},
	{"truncated JSON", "get_agent", `{"key": "k`, "", "arguments are not valid JSON: it ends too early"},
	{"a trailing comma", "get_agent", `{"key": "k",}`, "", "arguments are not valid JSON: invalid character '}' looking for beginning of object key string"},
	{"single quotes", "get_agent", `{'key': 'k'}`, "", "arguments are not valid JSON: invalid character '\\'' looking for beginning of object key string"},
}

// malformedScalars have wrong numbers, booleans, strings and enum values.
var malformedScalars = []malformed{
	{"a number as text", "list_agents", `{"limit": "42"}`, `{"limit": 42}`, ""},
	{"a number with spaces", "list_agents", `{"limit": " 42 "}`, `{"limit": 42}`, ""},
	{"a number with a zero fraction", "list_agents", `{"limit": 42.0}`, `{"limit": 42}`, ""},
	{"a number with a zero fraction as text", "list_agents", `{"limit": "42.0"}`, `{"limit": 42}`, ""},
	{"a number with an exponent", "list_agents", `{"limit": 4.2e1}`, `{"limit": 42}`, ""},
	{"null for unset fields", "list_agents", `{"limit": null, "type": null, "search": null}`, `{}`, ""},
	{"empty text for unset fields", "list_agents", `{"limit": "", "type": "", "search": "", "cursor": ""}`, `{}`, ""},
	{"an enum value in capitals", "list_agents", `{"type": "A2A"}`, `{"type": "a2a"}`, ""},
	{"an enum value with spaces", "list_agents", `{"type": " internal "}`, `{"type": "internal"}`, ""},
	{"an amount as text", "create_agent", created(`"max_cost": "2.50"`), created(`"max_cost": 2.5`), ""},
	{"true as text", "create_agent", created(`"tools": [{"type": "current_date", "requires_approval": "True"}]`), created(`"tools": [{"type": "current_date", "requires_approval": true}]`), ""},
	{"a number in words", "list_agents", `{"limit": "ten"}`, "", `limit: must be an integer, got the string "ten"`},
	{"None for unset fields", "list_agents", `{"limit": "None", "type": "null"}`, `{}`, ""},
	{"None for text, where it may be meant", "list_agents", `{"search": "None"}`, `{"search": "none"}`, ""},
	{"a number in a list", "list_agents", `{"limit": [42]}`, "", "limit: must be an integer, got a list"},
	{"a number out of bounds", "list_agents", `{"limit": 500}`, "", "limit: must be between 1 and 200, got 500"},
	{"a fraction for an integer", "create_agent", created(`"max_iterations": 10.5`), "", "max_iterations: must be an integer, got the number 10.5"},
	{"a boolean for a number", "create_agent", created(`"max_iterations": true`), "", "max_iterations: must be an integer, got the boolean true"},
	{"a number with a unit", "create_agent", created(`"max_execution_time": "60s"`), "", `max_execution_time: must be an integer, got the string "60s"`},
	{"an amount with a currency", "create_agent", created(`"max_cost": "$2"`), "", `max_cost: must be a number, got the string "$2"`},
	{"a number that overflows", "create_agent", created(`"max_cost": 1e400`), "", "max_cost: is too large, got 1e400"},
	{"yes for true", "create_agent", created(`"tools": [{"type": "current_date", "requires_approval": "yes"}]`), "", `tools[0].requires_approval: must be true or false, got the string "yes"`},
	{"an unknown enum value", "list_agents", `{"type": "all"}`, "", `type: must be one of internal, a2a, got "all"`},
	{"a misspelt enum value", "create_agent", created(`"engine": "jinja2"`), "", `engine: must be one of text, jinja, mustache, got "jinja2" (did you mean jinja?)`},
	{"a boolean for an enum", "create_agent", created(`"tool_approval_required": true`), "", "tool_approval_required: must be a string, got the boolean true"},
	{"a version for version_increment", "update_agent", `{"key": "k", "version_increment": "1.2.0"}`, "", `version_increment: must be one of major, minor, patch, got "1.2.0"`},
	{"a number for text", "get_agent", `{"key": 123}`, "", "key: must be a string, got the number 123"},
	{"an object around text", "get_agent", `{"key": {"key": "k"}}`, "", "key: must be a string, got an object"},
	{"a yes for a confirmation", "delete_agent", `{"key": "k", "confirm": "yes"}`, "", `confirm: must equal key (k), got "yes"`},
	{"true for a confirmation", "delete_agent", `{"key": "k", "confirm": true}`, "", "confirm: must be a string, got the boolean true"},
	{"a confirmation in capitals", "delete_agent", `{"key": "k", "confirm": "K"}`, "", `confirm: must equal key (k), got "K"`},
}

// malformedNames have arguments under other names.
var malformedNames = []malformed{
	{"camel case", "invoke_agent", invoked(`"message": "hello", "taskId": "t"`), "", "taskId: unknown; did you mean task_id?"},
	{"camel case of an agent", "create_agent", created(`"maxIterations": 5`), "", "maxIterations: unknown; did you mean max_iterations?"},
	{"messages for message", "invoke_agent", invoked(`"messages": [{"role": "user", "content": "hello"}], "message": "hello"`), "", "messages: unknown; did you mean message?"},
	{"camel case next to required fields", "create_agent", `{"key": "k", "role": "r", "description": "d", "instructions": "i", "model": "m", "fallbackModels": ["x"]}`, "", "fallbackModels: unknown; did you mean fallback_models?"},
	{"a field of an inner object", "create_agent", created(`"temperature": 0.5`), "", "temperature: unknown; did you mean model_settings.parameters.temperature?"},
	{"url for uri", "invoke_agent", invoked(`"message": "hello", "files": [{"uri": "u", "url": "u"}]`), "", "files[0].url: unknown; did you mean uri?"},
	{"url where two fields match", "register_a2a_agent", `{` + minimalRegistration + `, "url": "x"}`, "", "url: unknown; did you mean card_url?"},
	{"metadata of a client", "list_agents", `{"_meta": {}}`, "", "_meta: unknown; valid names: limit, cursor, before, type, search, detail"},
	{"an unknown parameter", "list_agents", `{"random_string": "x"}`, "", "random_string: unknown; valid names: limit, cursor, before, type, search, detail"},
}

// malformedLists have wrong lists and objects.
var malformedLists = []malformed{
	{"one text for a list", "create_agent", created(`"memory_stores": "m1"`), created(`"memory_stores": ["m1"]`), ""},
	{"a list as text", "create_agent", created(`"memory_stores": "[\"m1\", \"m2\"]"`), created(`"memory_stores": ["m1", "m2"]`), ""},
	{"several entries in one string, or one with commas", "create_agent", created(`"memory_stores": "m1, m2"`), "", `memory_stores: must be a list of strings, got the string "m1, m2"; it may be one entry or several`},
	{"a list as an object with indexes", "create_agent", created(`"memory_stores": {"0": "m1", "1": "m2"}`), created(`"memory_stores": ["m1", "m2"]`), ""},
	{"an empty list for an empty object", "create_agent", created(`"variables": []`), created(`"variables": {}`), ""},
	{"null for a list", "create_agent", created(`"tools": null`), created(`"tools": ""`), ""},
	{"an object as text", "create_agent", created(`"variables": "{\"a\": 1}"`), created(`"variables": {"a": 1}`), ""},
	{"an object in a code fence", "create_agent", created("\"variables\": \"```json\\n{\\\"a\\\": 1}\\n```\""), created(`"variables": {"a": 1}`), ""},
	{"nested objects as text, numbers too", "create_agent", created(`"model_settings": "{\"parameters\": {\"temperature\": \"0.5\"}}"`), created(`"model_settings": {"parameters": {"temperature": 0.5}}`), ""},
	{"parameters without the object around them", "create_agent", created(`"model_settings": {"temperature": 0.5, "retry": {"count": 2}}`), created(`"model_settings": {"parameters": {"temperature": 0.5}, "retry": {"count": 2}}`), ""},
	{"a model with its parameters", "create_agent", strings.Replace(created(`"source": "internal"`), `"model": "m"`, `"model": {"id": "m", "temperature": 0.5}`, 1), created(`"source": "internal", "model_settings": {"parameters": {"temperature": 0.5}}`), ""},
	{"settings as text", "create_agent", created(`"settings": "{\"max_cost\": 2}"`), created(`"max_cost": 2`), ""},
	{"one knowledge base in the API's form", "create_agent", created(`"knowledge_bases": {"knowledge_id": "k1"}`), created(`"knowledge_bases": ["k1"]`), ""},
	{"a team of keys", "create_agent", created(`"team_of_agents": ["a", {"key": "b"}]`), created(`"team_of_agents": [{"key": "a"}, {"key": "b"}]`), ""},
	{"one member of a team", "create_agent", created(`"team_of_agents": "a"`), created(`"team_of_agents": [{"key": "a"}]`), ""},
	{"one fallback model", "create_agent", created(`"fallback_models": "f"`), created(`"fallback_models": ["f"]`), ""},
	{"a list for an object", "create_agent", created(`"variables": ["a"]`), "", "variables: must be an object with values by name, got a list"},
	{"pairs for an object", "create_agent", created(`"variables": "a=1"`), "", "variables: must be an object with values by name, got " + notJSON + "(invalid character 'a' looking for beginning of value)"},
	{"null among strings", "create_agent", created(`"memory_stores": [null]`), "", "memory_stores[0]: must be a string, got null"},
	{"a number among strings", "create_agent", created(`"memory_stores": [1]`), "", "memory_stores[0]: must be a string, got the number 1"},
	{"another field for an id", "create_agent", created(`"knowledge_bases": [{"id": "k"}]`), "", "knowledge_bases[0]: must be a string, got an object"},
	{"an evaluator without execute_on", "create_agent", created(`"evaluators": ["e1"]`), "", `evaluators[0]: must be an object with id and execute_on, got the string "e1"`},
	{"an enum value for an object", "create_agent", created(`"model_settings": {"response_format": "json_object"}`), "", `model_settings.parameters.response_format: must be an object with type, got the string "json_object"`},
	{"a list of headers", "register_a2a_agent", `{` + minimalRegistration + `, "headers": [{"name": "A", "value": "hunter2"}]}`, "", "headers: must be an object with values by name, got a list"},
	{"headers as a line of text", "register_a2a_agent", `{` + minimalRegistration + `, "headers": "Authorization: hunter2"}`, "", "headers: must be an object with values by name, got " + notJSON + "(invalid character 'A' looking for beginning of value)"},
	{"a header of several values", "register_a2a_agent", `{` + minimalRegistration + `, "headers": {"A": ["hunter2"]}}`, "", "headers.A: must be a string, got a list"},
	{"a header that is a number", "register_a2a_agent", `{` + minimalRegistration + `, "headers": {"X-Tenant": 7}}`, `{` + minimalRegistration + `, "headers": {"X-Tenant": "7"}}`, ""},
}

// malformedTools have wrong tools.
var malformedTools = []malformed{
	{"names of built-ins", "create_agent", created(`"tools": ["google_search", "openai:web_search"]`), created(`"tools": [{"type": "google_search"}, {"type": "openai:web_search"}]`), ""},
	{"one name", "create_agent", created(`"tools": "google_search"`), created(`"tools": [{"type": "google_search"}]`), ""},
	{"names as text", "create_agent", created(`"tools": "[\"google_search\"]"`), created(`"tools": [{"type": "google_search"}]`), ""},
	{"one tool", "create_agent", created(`"tools": {"type": "google_search"}`), created(`"tools": [{"type": "google_search"}]`), ""},
	{"tools in a code fence", "create_agent", created("\"tools\": \"```json\\n[{\\\"type\\\": \\\"google_search\\\"}]\\n```\""), created(`"tools": [{"type": "google_search"}]`), ""},
	{"a type in capitals", "create_agent", created(`"tools": [{"type": "Google_Search"}]`), created(`"tools": [{"type": "google_search"}]`), ""},
	{"a tool as get_agent returns it", "create_agent", created(`"tools": [{"id": "1", "action_type": "current_date", "display_name": "D", "requires_approval": false}]`), created(`"tools": [{"type": "current_date", "requires_approval": false}]`), ""},
	{"names of built-ins for a run", "run_agent", ran(`"tools": ["current_date"]`), ran(`"tools": [{"type": "current_date"}]`), ""},
	{"a function in the form of model APIs", "run_agent", ran(`"tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}]`), ran(`"tools": [{"type": "function", "key": "f", "description": "d", "parameters": {}}]`), ""},
	{"parameters as text", "run_agent", ran(`"tools": [{"type": "function", "key": "f", "parameters": "{\"properties\": {}}"}]`), ran(`"tools": [{"type": "function", "key": "f", "parameters": {"properties": {}}}]`), ""},
	{"a method in lower case", "run_agent", ran(`"tools": [{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "get"}]`), ran(`"tools": [{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "GET"}]`), ""},
	{"names of an MCP server's tools", "run_agent", ran(`"tools": [{"type": "mcp", "key": "m", "description": "d", "url": "https://h.example", "connection_type": "HTTP", "tools": ["search"]}]`), ran(`"tools": [{"type": "mcp", "key": "m", "description": "d", "url": "https://h.example", "connection_type": "http", "tools": [{"name": "search"}]}]`), ""},
	{"names with commas", "create_agent", created(`"tools": "google_search, web_scraper"`), "", `tools: must be a list of objects, got the string "google_search, web_scraper"`},
	{"single quotes", "create_agent", created(`"tools": "[{'type': 'google_search'}]"`), "", "tools: must be a list of objects, got " + notJSON + "(invalid character '\\'' looking for beginning of object key string)"},
	{"a trailing comma", "create_agent", created(`"tools": "[{\"type\": \"google_search\",}]"`), "", "tools: must be a list of objects, got " + notJSON + "(invalid character '}' looking for beginning of object key string)"},
	{"a part of a type", "create_agent", created(`"tools": ["scraper"]`), "", "tools[0].type: must be one of " + allBuiltIns + `, http, code, function, json_schema, mcp, or provider:name; got "scraper" (did you mean web_scraper?)`},
	{"a misspelt type", "create_agent", created(`"tools": ["websraper"]`), "", "tools[0].type: must be one of " + allBuiltIns + `, http, code, function, json_schema, mcp, or provider:name; got "websraper" (did you mean web_scraper?)`},
	{"a provider without a tool", "create_agent", created(`"tools": ["openai:"]`), "", "tools[0].type: must be one of " + allBuiltIns + `, http, code, function, json_schema, mcp, or provider:name; got "openai:"`},
	{"a connection that has another name", "run_agent", ran(`"tools": [{"type": "mcp", "key": "m", "description": "d", "url": "https://h.example", "connection_type": "streamable_http", "tools": ["search"]}]`), "", `tools[0].connection_type: must be one of http, sse, got "streamable_http" (did you mean http?)`},
}

// malformedMessages have wrong messages, files and tool results.
var malformedMessages = []malformed{
	{"a message in the API's form", "invoke_agent", invoked(`"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}`), invoked(`"message": "hello"`), ""},
	{"a message in the form of model APIs", "invoke_agent", invoked(`"message": {"role": "user", "content": "hello"}`), invoked(`"message": "hello"`), ""},
	{"a message's text", "invoke_agent", invoked(`"message": {"text": "hello"}`), invoked(`"message": "hello"`), ""},
	{"an id for an identity", "invoke_agent", invoked(`"message": "hello", "identity": "u1", "thread": "t1"`), invoked(`"message": "hello", "identity": {"id": "u1"}, "thread": {"id": "t1"}`), ""},
	{"memory in the API's form", "invoke_agent", invoked(`"message": "hello", "memory": {"entity_id": "e"}`), invoked(`"message": "hello", "memory_entity_id": "e"`), ""},
	{"one file", "invoke_agent", invoked(`"files": {"uri": "u"}`), invoked(`"files": [{"uri": "u"}]`), ""},
	{"base64 in a data URL", "invoke_agent", invoked(`"files": [{"base64": "data:text/plain;base64,aGk="}]`), invoked(`"files": [{"base64": "aGk=", "mime_type": "text/plain"}]`), ""},
	{"base64 without padding", "invoke_agent", invoked(`"files": [{"base64": "aGk"}]`), invoked(`"files": [{"base64": "aGk="}]`), ""},
	{"base64 with line breaks", "invoke_agent", invoked(`"files": [{"base64": "aG\nk=\r\n"}]`), invoked(`"files": [{"base64": "aGk="}]`), ""},
	{"base64 for URLs", "invoke_agent", invoked(`"files": [{"base64": "-_-_"}]`), invoked(`"files": [{"base64": "+/+/"}]`), ""},
	{"a result with call_id and output", "invoke_agent", invoked(`"task_id": "t", "tool_results": [{"call_id": "c", "output": "fine"}]`), invoked(`"task_id": "t", "tool_results": [{"tool_call_id": "c", "result": "fine"}]`), ""},
	{"a result with tool_use_id and content", "invoke_agent", invoked(`"task_id": "t", "tool_results": {"tool_use_id": "c", "content": "fine"}`), invoked(`"task_id": "t", "tool_results": [{"tool_call_id": "c", "result": "fine"}]`), ""},
	{"a result that is JSON text stays text", "invoke_agent", invoked(`"task_id": "t", "tool_results": [{"tool_call_id": "c", "result": "{\"a\":1}"}]`), invoked(`"task_id": "t", "tool_results": "[{\"tool_call_id\": \"c\", \"result\": \"{\\\"a\\\":1}\"}]"`), ""},
	{"URLs of files", "invoke_agent", invoked(`"files": ["https://a.example/x.pdf"]`), invoked(`"files": [{"uri": "https://a.example/x.pdf"}]`), ""},
	{"the URL of one file", "invoke_agent", invoked(`"files": "https://a.example/x.pdf"`), invoked(`"files": [{"uri": "https://a.example/x.pdf"}]`), ""},
	{"a string that may be a name or content", "invoke_agent", invoked(`"files": ["report.pdf"]`), "", `files[0]: must be an object, got the string "report.pdf"`},
	{"text for base64", "invoke_agent", invoked(`"files": [{"base64": "hello world ab"}]`), "", "files[0].base64: is not standard base64"},
	{"an empty model in a list", "create_agent", created(`"fallback_models": [""]`), "", "fallback_models[0]: must not be empty"},
	{"a model without an id", "create_agent", strings.Replace(created(`"source": "internal"`), `"model": "m"`, `"model": {"name": "m"}`, 1), "", "model: must be a string, got an object"},
	{"invalid base64", "invoke_agent", invoked(`"files": [{"base64": "hello!"}]`), "", "files[0].base64: is not standard base64"},
	{"a number for a message", "invoke_agent", invoked(`"message": 42`), "", "message: must be a string, or an object with role and parts"},
	{"a result without its call", "invoke_agent", invoked(`"task_id": "t", "tool_results": "fine"`), "", `tool_results: must be a list of objects, got the string "fine"`},
	{"seconds with a unit", "invoke_agent", invoked(`"message": "hello", "wait_seconds": "30s"`), "", `wait_seconds: must be an integer, got the string "30s"`},
}

func TestMalformedArguments(t *testing.T) {
	t.Parallel()
	count := 0
	for group, rows := range map[string][]malformed{
		"wholes": malformedWholes, "scalars": malformedScalars, "names": malformedNames,
		"lists": malformedLists, "tools": malformedTools, "messages": malformedMessages,
	} {
		count += len(rows)
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			for _, row := range rows {
				s.forget()
				if row.problem != "" {
					want := "The arguments of " + row.tool + " are wrong, nothing was sent: " + sentence(row.problem) + " Correct it and call again."
					if diff := cmp.Diff(want, s.refused(t, row.tool, row.sent)); diff != "" {
						t.Errorf("%s: error differs (-want +got):\n%s", row.name, diff)
					}
					if len(s.lines()) > 0 {
						t.Errorf("%s: sent %v, want no request", row.name, s.lines())
					}
					continue
				}
				got := s.sentBy(t, row.tool, row.sent)
				s.forget()
				if diff := cmp.Diff(s.sentBy(t, row.tool, row.means), got); diff != "" {
					t.Errorf("%s: requests differ (-want +got):\n%s", row.name, diff)
				}
			}
		})
	}
	t.Logf("%d calls", count)
}

// sentBy returns the requests of a call that succeeds: the line of each, and its decoded body.
func (s *service) sentBy(t *testing.T, tool, arguments string) []any {
	t.Helper()
	s.succeed(t, tool, arguments)
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent []any
	for _, each := range s.received {
		sent = append(sent, each.line)
		if each.body != "" {
			sent = append(sent, decode(t, each.body))
		}
	}
	return sent
}
