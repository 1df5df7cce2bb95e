package validate

import (
	"maps"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

var (
	agentKeyPattern    = lazy.Regexp{Text: orq.AgentKeyPattern}
	headerNamePattern  = lazy.Regexp{Text: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"}
	headerValuePattern = lazy.Regexp{Text: `^[\t\x20-\x7e\x80-\x{10ffff}]*$`}
)

// CreateAgent is the rules of POST /v2/agents.
func CreateAgent() Object {
	return Object{
		need("key", text{Min: 1, Max: orq.MaxAgentKey, Match: agentKeyPattern.Get()}),
		may("display_name", text{Max: 255}),
		need("role", text{Min: 1}),
		need("description", text{Min: 1}),
		need("instructions", text{}),
		may("system_prompt", text{Min: 1, Null: true}),
		need("path", text{}),
		need("model", modelRules()),
		may("fallback_models", list{Of: modelRules()}),
		need("settings", settingsRules(writtenToolRules())),
		may("memory_stores", list{Of: text{}}),
		may("knowledge_bases", list{Of: Object{need("knowledge_id", text{})}}),
		may("team_of_agents", list{Of: Object{need("key", text{}), may("role", text{})}}),
		may("skills", list{Of: text{}, Null: true}),
		may("variables", dict{Of: anything{}}),
		may("source", text{OneOf: []string{"internal", "external", "experiment"}}),
		may("engine", engineRules()),
	}
}

// UpdateAgent is the rules of PATCH /v2/agents/{agent_key} in March.
func UpdateAgent() Object {
	return append(UpdateInternalAgent(),
		may("a2a", Object{
			may("agent_url", text{Format: "url"}),
			may("card_url", text{Format: "url"}),
			may("headers", headerRules()),
		}),
	)
}

// UpdateInternalAgent is the rules of PATCH /v2/agents/{agent_key} in September, when A2A agents are changed elsewhere.
func UpdateInternalAgent() Object {
	return append(CreateAgent().optional(),
		may("project_id", text{}),
		may("versionIncrement", text{OneOf: []string{"major", "minor", "patch"}}),
		may("versionDescription", text{Max: 300}),
	)
}

// RegisterA2A is the rules of POST /v2/agents/a2a.
func RegisterA2A() Object {
	return Object{
		need("key", text{Min: 1, Max: orq.MaxAgentKey, Match: agentKeyPattern.Get()}),
		need("display_name", text{Min: 1}),
		need("description", text{}),
		need("path", text{}),
		need("agent_url", text{Format: "url"}),
		may("card_url", text{Format: "url"}),
		may("headers", headerRules()),
	}
}

// RegisterExternal is the rules of POST /v2/agents/external.
func RegisterExternal() Object {
	return append(Object{need("key", text{Min: 1, Max: orq.MaxAgentKey, Match: agentKeyPattern.Get()})},
		externalRules(headerRules())...)
}

// UpdateExternal is the rules of PATCH /v2/agents/external/{agent_key}.
func UpdateExternal() Object {
	return append(externalRules(headersOf(Object{may("value", headerValue{}), may("encrypted", boolean{})})).optional(),
		may("clear_headers", boolean{}))
}

// externalRules are the rules of what a registration and an update share. An empty text counts as not given.
func externalRules(headers rule) Object {
	return Object{
		need("display_name", text{Min: 1}),
		may("description", text{}),
		may("path", text{}),
		may("project_id", text{}),
		need("agent_url", text{Format: "url"}),
		may("card_url", emptyOr{text{Format: "url"}}),
		may("headers", headers),
		may("protocol_version", text{}),
		may("preferred_transport", text{}),
	}
}

func engineRules() rule { return text{OneOf: []string{"text", "jinja", "mustache"}} }

func headerRules() rule {
	return headersOf(Object{need("value", headerValue{}), may("encrypted", boolean{})})
}

func headersOf(header Object) rule {
	return dict{Max: orq.MaxHeaders, Keys: text{Match: headerNamePattern.Get()}, Of: header}
}

// headerValue never repeats the value, which may be a credential.
type headerValue struct{ leaf }

func (headerValue) check(at string, value any, problems *apierror.Problems) {
	text{Max: orq.MaxHeaderValue}.check(at, value, problems)
	if s, ok := value.(string); ok && !headerValuePattern.Get().MatchString(s) {
		problems.Add(at, "must not hold control characters")
	}
}

func settingsRules(tool rule) Object {
	evaluators := list{Of: Object{
		need("id", text{}),
		may("sample_rate", number{Min: 1, Max: 100}),
		need("execute_on", text{OneOf: []string{"input", "output"}}),
		may("options", dict{Of: anything{}}),
	}}
	return Object{
		may("max_iterations", number{Min: 1, Max: 100, Whole: true}),
		may("max_execution_time", number{Min: 2, Max: 600, Whole: true}),
		may("max_cost", number{Unsigned: true}),
		may("tool_approval_required", text{OneOf: []string{"all", "respect_tool", "none"}}),
		may("chat_exposed", boolean{}),
		may("tools", list{Of: tool}),
		may("evaluators", evaluators),
		may("guardrails", evaluators),
	}
}

// writtenToolRules are the rules of a tool on create and update: a reference to what exists in the workspace.
func writtenToolRules() rule {
	reference := Object{may("key", text{}), may("id", text{}), may("requires_approval", boolean{})}
	of := map[string]Object{"mcp": append(Object{need("tool_id", text{})}, reference...)}
	for _, typ := range []string{"http", "code", "function", "json_schema"} {
		of[typ] = reference
	}
	of["http"] = append(Object{may("timeout", toolTimeout(maxHTTPTimeout))}, reference...)
	of["code"] = append(Object{may("timeout", toolTimeout(maxCodeTimeout))}, reference...)
	maps.Copy(of, builtInTools())
	return also{notReadShape{}, variants{By: "type", Of: of, Default: orq.DefaultToolType, Other: providerTool{}}, keyOrID{}}
}

// The greatest timeouts of tools, in seconds.
const (
	maxHTTPTimeout = 600
	maxCodeTimeout = 120
)

func toolTimeout(most float64) rule { return number{Min: 1, Max: most} }

// builtInTools are the rules of the tools that are built in, by type.
func builtInTools() map[string]Object {
	free := may("configuration", dict{Of: anything{}})
	of := map[string]Object{
		orq.FileSystemTool: {may("requires_approval", boolean{}), need("configuration", fileSystem{})},
	}
	for _, typ := range append(orq.BuiltInTools(), orq.AddedBuiltInTools()...) {
		of[typ] = Object{may("requires_approval", boolean{}), free}
	}
	return of
}

// fileSystem is the configuration of the tool file_system, which must name one.
type fileSystem struct{}

func (r fileSystem) check(at string, value any, problems *apierror.Problems) {
	r.object().check(at, value, problems)
	if fields, ok := value.(map[string]any); ok && empty(fields["file_system_id"]) && empty(fields["file_system_key"]) {
		problems.Add(at, "needs file_system_id or file_system_key")
	}
}

func (r fileSystem) prune(at string, value any, removed *[]string) {
	r.object().prune(at, value, removed)
}

func (fileSystem) object() Object {
	return Object{
		may("file_system_id", text{}),
		may("file_system_key", text{}),
		may("access_mode", text{OneOf: []string{"read_only", "read_write"}}),
	}
}

// notReadShape refuses a tool in the shape in which tools are read.
type notReadShape struct{ leaf }

func (notReadShape) check(at string, value any, problems *apierror.Problems) {
	if tool, ok := value.(map[string]any); ok && tool["action_type"] != nil {
		problems.Add(fieldpath.Join(at, "action_type"), "belongs to the shape in which tools are read; write type, and key or id")
	}
}

// keyOrID requires a reference in the tools that are not built in.
type keyOrID struct{ leaf }

func (keyOrID) check(at string, value any, problems *apierror.Problems) {
	tool, _ := value.(map[string]any)
	switch tool["type"] {
	case nil:
		if tool["tool_id"] != nil {
			problems.Add(fieldpath.Join(at, "type"), "is required beside tool_id")
		}
		fallthrough
	case "http", "code", "function", "json_schema", "mcp":
		if empty(tool["key"]) && empty(tool["id"]) {
			problems.Add(at, "needs key or id")
		}
	}
}

func empty(value any) bool { return value == nil || value == "" }

// providerTool is a tool that a model provider runs, such as openai:web_search.
type providerTool struct{}

func (r providerTool) check(at string, value any, problems *apierror.Problems) {
	typ, _ := value.(map[string]any)["type"].(string)
	if !orq.IsProviderTool(typ) {
		problems.Add(fieldpath.Join(at, "type"), "is not a tool type: %q", truncate.Runes(typ, 60))
	}
	r.object().check(at, value, problems)
}

func (r providerTool) prune(at string, value any, removed *[]string) {
	r.object().prune(at, value, removed)
}

func (providerTool) object() Object {
	return Object{
		may("type", text{}),
		may("key", text{}),
		may("id", text{}),
		may("requires_approval", boolean{}),
		may("timeout", toolTimeout(maxHTTPTimeout)),
		may("configuration", dict{Of: anything{}}),
	}
}
