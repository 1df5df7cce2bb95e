package tools

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// agentOptions are the optional settings that create_agent, update_agent and run_agent share.
type agentOptions struct {
	SystemPrompt         string              `json:"system_prompt"`
	ModelSettings        *modelSettings      `json:"model_settings"`
	FallbackModels       []orq.FallbackModel `json:"fallback_models" jsonschema_extras:"items=string"`
	MaxIterations        *int                `json:"max_iterations" jsonschema:"minimum=1,maximum=100"`
	MaxExecutionTime     *int                `json:"max_execution_time" jsonschema:"minimum=2,maximum=600" jsonschema_description:"Seconds."`
	MaxCost              *float64            `json:"max_cost" jsonschema:"minimum=0" jsonschema_description:"USD."`
	ToolApprovalRequired string              `json:"tool_approval_required" jsonschema:"enum=all,enum=respect_tool,enum=none"`
	Evaluators           []orq.Evaluator     `json:"evaluators"`
	Guardrails           []orq.Evaluator     `json:"guardrails"`
	MemoryStores         []string            `json:"memory_stores"`
	KnowledgeBases       []string            `json:"knowledge_bases"`
	TeamOfAgents         []orq.TeamMember    `json:"team_of_agents" jsonschema_extras:"word=key"`
	Variables            map[string]any      `json:"variables" jsonschema_description:"Values by name."`
	Engine               string              `json:"engine" jsonschema:"enum=text,enum=jinja,enum=mustache"`
}

// asInCreate stands for the inside of fields that create_agent describes in full.
const asInCreate = "As in create_agent."

// modelSettings is what the API takes beside a model's id.
type modelSettings struct {
	Parameters *orq.ModelParameters `json:"parameters" jsonschema_description:"Also top_p, top_k, seed, stop, response_format, frequency_penalty, presence_penalty, verbosity, thinking, tool_choice, parallel_tool_calls, modalities, cache, timeout, fallbacks, load_balancer, guardrails, name."`
	Retry      *orq.ModelRetry      `json:"retry"`
}

// RewriteArguments moves parameters to where they belong: models leave out the object around them.
func (modelSettings) RewriteArguments(arguments map[string]any) {
	parameters, given := schema.Object(arguments["parameters"])
	if !given {
		parameters = map[string]any{}
	}
	for name := range arguments {
		if name != "parameters" && name != "retry" {
			lift(parameters, arguments, name)
		}
	}
	if len(parameters) > 0 {
		arguments["parameters"] = parameters
	}
}

// modelConfig joins a model's id and its settings.
func (o agentOptions) modelConfig(id string) orq.ModelConfig {
	config := orq.ModelConfig{ID: id}
	if o.ModelSettings != nil {
		config.Parameters, config.Retry = o.ModelSettings.Parameters, o.ModelSettings.Retry
	}
	return config
}

func (o agentOptions) knowledgeBases() []orq.KnowledgeBase {
	return each(o.KnowledgeBases, func(id string) orq.KnowledgeBase { return orq.KnowledgeBase{KnowledgeID: id} })
}

// each converts the items of a list. A list that was not given stays nil, because an empty one empties the API's.
func each[In, Out any](list []In, convert func(In) Out) []Out {
	if list == nil {
		return nil
	}
	converted := make([]Out, len(list))
	for i, item := range list {
		converted[i] = convert(item)
	}
	return converted
}

// settings is the API's settings object for stored agents.
func (o agentOptions) settings(tools []toolReference) orq.SettingsRequest {
	return orq.SettingsRequest{
		MaxIterations: o.MaxIterations, MaxExecutionTime: o.MaxExecutionTime, MaxCost: o.MaxCost,
		ToolApprovalRequired: o.ToolApprovalRequired, Evaluators: o.Evaluators, Guardrails: o.Guardrails,
		Tools: each(tools, func(tool toolReference) orq.ToolReference { return orq.ToolReference(tool) }),
	}
}

// rewriteAgent turns the API's own nesting into the flat arguments: model as an object, settings as an object,
// knowledge bases as objects.
func rewriteAgent(arguments map[string]any) {
	if model, ok := schema.Object(arguments["model"]); ok && model["id"] != nil {
		arguments["model"] = model["id"]
		delete(model, "id")
		delete(model, "integration_id")
		lift(arguments, model, "fallback_models")
		if settings, given := schema.Object(arguments["model_settings"]); given {
			maps.Copy(model, settings)
		}
		if len(model) > 0 {
			arguments["model_settings"] = model
		}
	}
	if settings, ok := schema.Object(arguments["settings"]); ok {
		arguments["settings"] = settings
		liftAll(arguments, settings, "settings")
	}
	if base, ok := schema.Object(arguments["knowledge_bases"]); ok {
		arguments["knowledge_bases"] = []any{base}
	}
	if bases, ok := arguments["knowledge_bases"].([]any); ok {
		for i, base := range bases {
			if object, ok := base.(map[string]any); ok && object["knowledge_id"] != nil {
				bases[i] = object["knowledge_id"]
			}
		}
	}
}

// lift moves a field of a nested object up, unless the arguments have it already.
func lift(arguments, nested map[string]any, name string) {
	value, given := nested[name]
	if _, taken := arguments[name]; given && !taken {
		arguments[name] = value
		delete(nested, name)
	}
}

// liftAll moves every field of a nested object up, and takes the object away when nothing is left in it.
func liftAll(arguments, nested map[string]any, name string) {
	for field := range nested {
		lift(arguments, nested, field)
	}
	if len(nested) == 0 {
		delete(arguments, name)
	}
}

// toolReference is a tool of a stored agent, in one flat form for all kinds.
type toolReference struct {
	Type             string `json:"type" jsonschema:"required,minLength=1"`
	Key              string `json:"key"`
	ID               string `json:"id"`
	ToolID           string `json:"tool_id"`
	RequiresApproval *bool  `json:"requires_approval"`
}

// builtInTools need nothing but their type.
var builtInTools = []string{
	"google_search", "web_scraper", "call_sub_agent", "retrieve_agents", "query_memory_store", "write_memory_store",
	"retrieve_memory_stores", "delete_memory_document", "retrieve_knowledge_bases", "query_knowledge_base", "current_date",
}

// storedTools live in the workspace and are named by key or id.
var storedTools = []string{"http", "code", "function", "json_schema", "mcp"}

// providerTool is the type of a tool that a model's provider has built in.
var providerTool = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_-]*:.+$`) })

// RewriteArguments turns a tool as get_agent shows it into the form in which tools are written.
func (toolReference) RewriteArguments(entry map[string]any) {
	rewriteType(entry)
	action, ok := entry["action_type"].(string)
	if !ok {
		return
	}
	entry["type"] = action
	for _, name := range []string{"action_type", "display_name", "description", "conditions", "timeout"} {
		delete(entry, name)
	}
	if !slices.Contains(storedTools, action) {
		delete(entry, "id")
		delete(entry, "key")
		delete(entry, "tool_id")
		return
	}
	if entry["key"] != nil {
		delete(entry, "id")
	}
	if action != "mcp" {
		delete(entry, "tool_id")
	}
}

// rewriteType takes the type of a tool in another case.
func rewriteType(entry map[string]any) {
	name, _ := entry["type"].(string)
	folded := strings.ToLower(strings.TrimSpace(name))
	if slices.Contains(builtInTools, folded) || slices.Contains(storedTools, folded) {
		entry["type"] = folded
	}
}

// gotType shows the type that a caller gave, and which of the built-ins and the others it may have meant.
func gotType(given string, others []string) string {
	text := strconv.Quote(truncate.Words(given, 40))
	if near := schema.Nearest(given, append(slices.Clone(builtInTools), others...), 2); len(near) > 0 {
		text += " (did you mean " + strings.Join(near, " or ") + "?)"
	}
	return text
}

// CheckArguments holds the rules of each kind of tool.
func (t toolReference) CheckArguments(report func(path, message string)) {
	switch {
	case t.Type == "":
		return
	case slices.Contains(builtInTools, t.Type), providerTool().MatchString(t.Type):
		for _, field := range [][2]string{{"key", t.Key}, {"id", t.ID}, {"tool_id", t.ToolID}} {
			if field[1] != "" {
				report(field[0], "not used for type="+t.Type)
			}
		}
	case !slices.Contains(storedTools, t.Type):
		report("type", "must be one of "+strings.Join(builtInTools, ", ")+", "+strings.Join(storedTools, ", ")+", or provider:name; got "+gotType(t.Type, storedTools))
	default:
		if t.Key == "" && t.ID == "" {
			report("key", "key or id is required for type="+t.Type)
		}
		if t.Type == "mcp" && t.ToolID == "" {
			report("tool_id", "required for type=mcp")
		}
		if t.Type != "mcp" && t.ToolID != "" {
			report("tool_id", "not used for type="+t.Type)
		}
	}
}
