package tools

import (
	"maps"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// agentOptions are the optional arguments that create_agent, update_agent and run_agent share.
type agentOptions struct {
	SystemPrompt         string              `json:"system_prompt"`
	ModelSettings        *modelSettings      `json:"model_settings"`
	FallbackModels       []orq.FallbackModel `json:"fallback_models" jsonschema_extras:"items=string"`
	MaxIterations        *int                `json:"max_iterations" jsonschema:"minimum=1,maximum=100"`
	MaxExecutionTime     *int                `json:"max_execution_time" jsonschema:"minimum=2,maximum=600" jsonschema_description:"Seconds."`
	MaxCost              *float64            `json:"max_cost" jsonschema:"minimum=0" jsonschema_description:"USD."`
	ToolApprovalRequired string              `json:"tool_approval_required" jsonschema:"enum=all,enum=respect_tool,enum=none" jsonschema_extras:"open=true"`
	ChatExposed          *bool               `json:"chat_exposed"`
	Evaluators           []orq.Evaluator     `json:"evaluators"`
	Guardrails           []orq.Evaluator     `json:"guardrails"`
	MemoryStores         []string            `json:"memory_stores"`
	KnowledgeBases       []string            `json:"knowledge_bases"`
	TeamOfAgents         []orq.TeamMember    `json:"team_of_agents" jsonschema_extras:"word=key"`
	Variables            map[string]any      `json:"variables" jsonschema_description:"Values by name."`
	Engine               string              `json:"engine" jsonschema:"enum=text,enum=jinja,enum=mustache" jsonschema_extras:"open=true"`
}

// asInCreate is the description of fields whose content create_agent describes in full.
const asInCreate = "As in create_agent."

// modelSettings are the settings of a model besides its id.
type modelSettings struct {
	Parameters *orq.ModelParameters `json:"parameters" jsonschema_description:"Also top_p, top_k, seed, stop, response_format, frequency_penalty, presence_penalty, verbosity, thinking, tool_choice, parallel_tool_calls, modalities, cache, timeout, fallbacks, load_balancer, guardrails, plugins, cache_control, prompt_cache_key, name."`
	Retry      *orq.ModelRetry      `json:"retry"`
}

// RewriteArguments moves bare model parameters into the parameters object, which models often leave out.
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

// checkSecrets reports values that were copied from a result in which secrets are masked.
func (o agentOptions) checkSecrets(report func(path, message string)) {
	checkMaskedTexts(map[string]string{"system_prompt": o.SystemPrompt}, report)
	checkMasked("variables", o.Variables, report)
	checkMaskedFields("model_settings", o.ModelSettings, report)
	checkMaskedFields("fallback_models", o.FallbackModels, report)
	for i, evaluator := range o.Evaluators {
		checkMasked(fieldpath.Index("evaluators", i)+".options", evaluator.Options, report)
	}
	for i, guardrail := range o.Guardrails {
		checkMasked(fieldpath.Index("guardrails", i)+".options", guardrail.Options, report)
	}
}

// modelConfig combines a model's id with its settings.
func (o agentOptions) modelConfig(id string) orq.ModelConfig {
	config := orq.ModelConfig{ID: id}
	if o.ModelSettings != nil {
		config.Parameters, config.Retry = o.ModelSettings.Parameters, o.ModelSettings.Retry
	}
	return config
}

func (o agentOptions) knowledgeBases() []orq.KnowledgeBase {
	return mapSlice(o.KnowledgeBases, func(id string) orq.KnowledgeBase { return orq.KnowledgeBase{KnowledgeID: id} })
}

// mapSlice converts the items of a list. A nil list stays nil: an empty list would replace the stored one by nothing.
func mapSlice[In, Out any](list []In, convert func(In) Out) []Out {
	if list == nil {
		return nil
	}
	converted := make([]Out, len(list))
	for i, item := range list {
		converted[i] = convert(item)
	}
	return converted
}

// settings returns the API's settings object for a stored agent.
func (o agentOptions) settings(tools []toolReference) orq.SettingsRequest {
	return orq.SettingsRequest{
		MaxIterations: o.MaxIterations, MaxExecutionTime: o.MaxExecutionTime, MaxCost: o.MaxCost,
		ToolApprovalRequired: o.ToolApprovalRequired, ChatExposed: o.ChatExposed, Evaluators: o.Evaluators, Guardrails: o.Guardrails,
		Tools: mapSlice(tools, toolReference.wire),
	}
}

// rewriteAgent accepts the API's own nesting and turns it into flat arguments: model, settings and knowledge bases may be
// objects as in the API.
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

// lift moves a field of a nested object up into arguments, unless arguments has it already.
func lift(arguments, nested map[string]any, name string) {
	value, given := nested[name]
	if _, taken := arguments[name]; given && !taken {
		arguments[name] = value
		delete(nested, name)
	}
}

// liftAll moves every field of a nested object up, and deletes the object when nothing is left in it.
func liftAll(arguments, nested map[string]any, name string) {
	for field := range nested {
		lift(arguments, nested, field)
	}
	if len(nested) == 0 {
		delete(arguments, name)
	}
}
