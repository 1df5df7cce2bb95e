package validate

import "github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"

// modelRules are the rules of a model: an id, or an id with settings.
func modelRules() rule {
	return textOr{Object{
		need("id", text{}),
		may("parameters", modelParameterRules()),
		may("retry", Object{
			may("count", number{Min: 1, Max: 5, Whole: true}),
			may("on_codes", list{Of: number{Min: 100, Max: 599, Whole: true}, Min: 1}),
		}),
	}}
}

func modelParameterRules() rule {
	optionalNumber, optionalWhole := number{Null: true}, number{Null: true, Whole: true}
	return Object{
		may("name", text{}),
		may("frequency_penalty", optionalNumber),
		may("presence_penalty", optionalNumber),
		may("max_tokens", optionalWhole),
		may("max_completion_tokens", number{Min: 1, Null: true, Whole: true}),
		may("response_format", responseFormatRules()),
		may("reasoning_effort", text{OneOf: []string{"none", "minimal", "low", "medium", "high", "xhigh", "max"}}),
		may("verbosity", text{}),
		may("seed", optionalNumber),
		may("stop", textOr{list{Of: text{}, Max: 4, Null: true}}),
		may("thinking", thinkingRules()),
		may("temperature", number{Unsigned: true, Max: 2, Null: true}),
		may("top_p", number{Unsigned: true, Max: 1, Null: true}),
		may("top_k", optionalNumber),
		may("tool_choice", toolChoice{}),
		may("parallel_tool_calls", boolean{}),
		may("modalities", list{Of: text{OneOf: []string{"text", "audio"}}, Null: true}),
		may("guardrails", list{Of: Object{need("id", text{}), need("execute_on", text{OneOf: []string{"input", "output"}})}}),
		may("fallbacks", list{Of: Object{need("model", text{})}}),
		may("cache", Object{
			need("type", text{OneOf: []string{"exact_match"}}),
			may("ttl", number{Min: 1, Max: 259200}),
		}),
		may("load_balancer", Object{
			need("type", text{OneOf: []string{"weight_based"}}),
			need("models", list{Of: Object{need("model", text{}), may("weight", number{Min: 0.001, Max: 1})}}),
		}),
		may("timeout", Object{need("call_timeout", number{Min: 1})}),
		may("cache_control", Object{
			need("type", text{OneOf: []string{"ephemeral"}}),
			may("ttl", text{OneOf: []string{"5m", "1h"}}),
		}),
		may("prompt_cache_key", text{}),
		may("plugins", list{Of: pluginRules()}),
	}
}

func pluginRules() rule {
	return variants{By: "id", Of: map[string]Object{
		"pii_redaction": {
			may("language", text{}),
			may("regions", list{Of: text{}}),
			may("entities", list{Of: text{}}),
			may("entity_thresholds", dict{Of: number{}}),
			may("threshold", number{Unsigned: true, Max: 1}),
			may("on_failure", text{OneOf: []string{"block", "passthrough"}}),
		},
		"response_healing": {},
		"trace_scrubbing": {need("mask", list{
			Of:  text{OneOf: []string{"all", "system", "input", "output", "metadata", "variables"}},
			Min: 1,
		})},
	}}
}

func responseFormatRules() rule {
	return variants{By: "type", Of: map[string]Object{
		"text":        {},
		"json_object": {},
		"json_schema": {need("json_schema", Object{
			need("name", text{}),
			may("description", text{}),
			may("schema", dict{Of: anything{}}),
			may("strict", boolean{}),
		})},
	}}
}

func thinkingRules() rule {
	return variants{By: "type", Of: map[string]Object{
		"disabled": {},
		"enabled":  {need("budget_tokens", number{}), may("thinking_level", text{OneOf: []string{"minimal", "low", "medium", "high"}})},
		"adaptive": {},
	}}
}

// toolChoice is a mode, or a function by name.
type toolChoice struct{}

func (r toolChoice) check(at string, value any, problems *apierror.Problems) {
	if _, ok := value.(string); ok {
		text{OneOf: []string{"none", "auto", "required"}}.check(at, value, problems)
		return
	}
	r.object().check(at, value, problems)
}

func (r toolChoice) prune(at string, value any, removed *[]string) {
	r.object().prune(at, value, removed)
}

func (toolChoice) object() Object {
	return Object{
		may("type", text{OneOf: []string{"function"}}),
		need("function", Object{need("name", text{Min: 1})}),
	}
}
