package sandbox

import (
	"regexp"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

var (
	agentKeyPattern     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$`)
	providerToolPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]*:.+$`)
	headerNamePattern   = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	headerValuePattern  = regexp.MustCompile(`^[\t\x20-\x7e\x80-\x{10ffff}]*$`)
)

func builtInTools() []string {
	return []string{
		"google_search", "web_scraper", "call_sub_agent", "retrieve_agents", "query_memory_store",
		"write_memory_store", "retrieve_memory_stores", "delete_memory_document", "retrieve_knowledge_bases",
		"query_knowledge_base", "current_date",
	}
}

// createRules are the rules of POST /v2/agents.
func createRules() object {
	return object{
		need("key", text{Min: 1, Max: 255, Match: agentKeyPattern}),
		may("display_name", text{Max: 255}),
		need("role", text{Min: 1}),
		need("description", text{Min: 1}),
		need("instructions", text{}),
		may("system_prompt", text{Min: 1}),
		need("path", text{}),
		need("model", modelRules()),
		may("fallback_models", list{Of: modelRules()}),
		need("settings", settingsRules(writtenToolRules())),
		may("memory_stores", list{Of: text{}}),
		may("knowledge_bases", list{Of: object{need("knowledge_id", text{})}}),
		may("team_of_agents", list{Of: object{need("key", text{}), may("role", text{})}}),
		may("variables", dict{Of: anything{}}),
		may("source", text{OneOf: []string{"internal", "external", "experiment"}}),
		may("engine", engineRules()),
	}
}

// updateRules are the rules of PATCH /v2/agents/{agent_key}.
func updateRules() object {
	return append(createRules().optional(),
		may("project_id", text{}),
		may("a2a", object{
			may("agent_url", text{Format: "url"}),
			may("card_url", text{Format: "url"}),
			may("headers", headerRules()),
		}),
		may("versionIncrement", text{OneOf: []string{"major", "minor", "patch"}}),
		may("versionDescription", text{Max: 300}),
	)
}

// registerRules are the rules of POST /v2/agents/a2a.
func registerRules() object {
	return object{
		need("key", text{Min: 1, Max: 255, Match: agentKeyPattern}),
		need("display_name", text{Min: 1}),
		need("description", text{}),
		need("path", text{}),
		need("agent_url", text{Format: "url"}),
		may("card_url", text{Format: "url"}),
		may("headers", headerRules()),
	}
}

func engineRules() rule { return text{OneOf: []string{"text", "jinja", "mustache"}} }

func headerRules() rule {
	return dict{
		Max:  20,
		Keys: text{Match: headerNamePattern},
		Of:   object{need("value", headerValue{}), may("encrypted", boolean{})},
	}
}

// headerValue says what is wrong without repeating the value.
type headerValue struct{ leaf }

func (headerValue) check(at string, value any, to *problems) {
	text{Max: 2048}.check(at, value, to)
	if s, ok := value.(string); ok && !headerValuePattern.MatchString(s) {
		to.add(at, "must not hold control characters")
	}
}

func settingsRules(tool rule) object {
	evaluators := list{Of: object{
		need("id", text{}),
		may("sample_rate", number{Min: 1, Max: 100}),
		need("execute_on", text{OneOf: []string{"input", "output"}}),
	}}
	return object{
		may("max_iterations", number{Min: 1, Max: 100, Whole: true}),
		may("max_execution_time", number{Min: 2, Max: 600, Whole: true}),
		may("max_cost", number{Unsigned: true}),
		may("tool_approval_required", text{OneOf: []string{"all", "respect_tool", "none"}}),
		may("tools", list{Of: tool}),
		may("evaluators", evaluators),
		may("guardrails", evaluators),
	}
}

// defaultTool is the type of a tool that is written without one.
const defaultTool = "http"

// writtenToolRules are the rules of a tool on create and update: a reference to what exists in the workspace.
func writtenToolRules() rule {
	reference := object{may("key", text{}), may("id", text{}), may("requires_approval", boolean{})}
	of := map[string]object{"mcp": append(object{need("tool_id", text{})}, reference...)}
	for _, typ := range []string{"http", "code", "function", "json_schema"} {
		of[typ] = reference
	}
	for _, typ := range builtInTools() {
		of[typ] = object{may("requires_approval", boolean{})}
	}
	return also{notReadShape{}, variants{By: "type", Of: of, None: defaultTool, Other: providerTool{}}, keyOrID{}}
}

// notReadShape refuses a tool in the shape in which tools are read.
type notReadShape struct{ leaf }

func (notReadShape) check(at string, value any, to *problems) {
	if tool, ok := value.(map[string]any); ok && tool["action_type"] != nil {
		to.add(join(at, "action_type"), "belongs to the shape in which tools are read; write type, and key or id")
	}
}

// keyOrID wants a reference in the tools that are not built in.
type keyOrID struct{ leaf }

func (keyOrID) check(at string, value any, to *problems) {
	tool, _ := value.(map[string]any)
	switch tool["type"] {
	case nil:
		if tool["tool_id"] != nil {
			to.add(join(at, "type"), "is required beside tool_id")
		}
		fallthrough
	case "http", "code", "function", "json_schema", "mcp":
		if empty(tool["key"]) && empty(tool["id"]) {
			to.add(at, "needs key or id")
		}
	}
}

func empty(value any) bool { return value == nil || value == "" }

// providerTool is a tool that a model provider runs, such as openai:web_search.
type providerTool struct{}

func (r providerTool) check(at string, value any, to *problems) {
	typ, _ := value.(map[string]any)["type"].(string)
	if !providerToolPattern.MatchString(typ) {
		to.add(join(at, "type"), "is not a tool type: %q", truncate.Runes(typ, 60))
	}
	r.object().check(at, value, to)
}

func (r providerTool) prune(at string, value any, cut *[]string) { r.object().prune(at, value, cut) }

func (providerTool) object() object {
	return object{may("type", text{}), may("requires_approval", boolean{})}
}
