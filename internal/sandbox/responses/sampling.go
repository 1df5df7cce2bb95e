package responses

// Sampling is what a request asks of the model and the response repeats. It has no effect: agents are stored with theirs.
type Sampling struct {
	Temperature       *float64 `json:"temperature"`
	TopP              *float64 `json:"top_p"`
	TopK              *int     `json:"top_k,omitzero"`
	TopLogprobs       *int     `json:"top_logprobs"`
	FrequencyPenalty  *float64 `json:"frequency_penalty"`
	PresencePenalty   *float64 `json:"presence_penalty"`
	MaxOutputTokens   *int     `json:"max_output_tokens"`
	MaxToolCalls      *int     `json:"max_tool_calls"`
	ParallelToolCalls *bool    `json:"parallel_tool_calls"`
}

// withDefaults has a value in each member that a response requires one in: those of the OpenResponses specification.
func (s Sampling) withDefaults() Sampling {
	one, zero, no, yes := 1.0, 0.0, 0, true
	setDefault(&s.Temperature, &one)
	setDefault(&s.TopP, &one)
	setDefault(&s.TopLogprobs, &no)
	setDefault(&s.FrequencyPenalty, &zero)
	setDefault(&s.PresencePenalty, &zero)
	setDefault(&s.ParallelToolCalls, &yes)
	return s
}

func setDefault[T any](field **T, value *T) {
	if *field == nil {
		*field = value
	}
}

// fixed is the members of a response that are the same in each: the sandbox has no use for them.
type fixed struct {
	Input                *[]any    `json:"input"`
	Instructions         *string   `json:"instructions"`
	Tools                []any     `json:"tools"`
	ToolChoice           string    `json:"tool_choice"`
	Text                 textShape `json:"text"`
	Reasoning            *struct{} `json:"reasoning"`
	ServiceTier          string    `json:"service_tier"`
	Truncation           string    `json:"truncation"`
	User                 *string   `json:"user"`
	SafetyIdentifier     *string   `json:"safety_identifier"`
	PromptCacheKey       *string   `json:"prompt_cache_key"`
	PromptCacheOptions   *struct{} `json:"prompt_cache_options"`
	PromptCacheRetention *string   `json:"prompt_cache_retention"`
}

type textShape struct {
	Format struct {
		Type string `json:"type"`
	} `json:"format"`
}

func newFixed() fixed {
	f := fixed{Tools: []any{}, ToolChoice: "auto", ServiceTier: "default", Truncation: "disabled"}
	f.Text.Format.Type = "text"
	return f
}
