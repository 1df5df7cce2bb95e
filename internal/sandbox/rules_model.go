package sandbox

// modelRules are the rules of a model: an id, or an id with settings.
func modelRules() rule {
	return textOr{object{
		need("id", text{}),
		may("parameters", modelParameterRules()),
		may("retry", object{
			may("count", number{Min: 1, Max: 5, Whole: true}),
			may("on_codes", list{Of: number{Min: 100, Max: 599, Whole: true}, Min: 1}),
		}),
	}}
}

func modelParameterRules() rule {
	optionalNumber, optionalWhole := number{Null: true}, number{Null: true, Whole: true}
	return object{
		may("name", text{}),
		may("frequency_penalty", optionalNumber),
		may("presence_penalty", optionalNumber),
		may("max_tokens", optionalWhole),
		may("max_completion_tokens", number{Min: 1, Null: true, Whole: true}),
		may("response_format", responseFormatRules()),
		may("reasoning_effort", text{OneOf: []string{"none", "minimal", "low", "medium", "high", "xhigh"}}),
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
		may("guardrails", list{Of: object{need("id", text{}), need("execute_on", text{OneOf: []string{"input", "output"}})}}),
		may("fallbacks", list{Of: object{need("model", text{})}}),
		may("cache", object{
			need("type", text{OneOf: []string{"exact_match"}}),
			may("ttl", number{Min: 1, Max: 259200}),
		}),
		may("load_balancer", object{
			need("type", text{OneOf: []string{"weight_based"}}),
			need("models", list{Of: object{need("model", text{}), may("weight", number{Min: 0.001, Max: 1})}}),
		}),
		may("timeout", object{need("call_timeout", number{Min: 1})}),
	}
}

func responseFormatRules() rule {
	return variants{By: "type", Of: map[string]object{
		"text":        {},
		"json_object": {},
		"json_schema": {need("json_schema", object{
			need("name", text{}),
			may("description", text{}),
			may("schema", dict{Of: anything{}}),
			may("strict", boolean{}),
		})},
	}}
}

func thinkingRules() rule {
	return variants{By: "type", Of: map[string]object{
		"disabled": {},
		"enabled":  {need("budget_tokens", number{}), may("thinking_level", text{OneOf: []string{"low", "high"}})},
		"adaptive": {},
	}}
}

// toolChoice is a mode, or a function by name.
type toolChoice struct{}

func (r toolChoice) check(at string, value any, to *problems) {
	if _, ok := value.(string); ok {
		text{OneOf: []string{"none", "auto", "required"}}.check(at, value, to)
		return
	}
	r.object().check(at, value, to)
}

func (r toolChoice) prune(at string, value any, cut *[]string) { r.object().prune(at, value, cut) }

func (toolChoice) object() object {
	return object{
		may("type", text{OneOf: []string{"function"}}),
		need("function", object{need("name", text{Min: 1})}),
	}
}
