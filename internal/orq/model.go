package orq

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ModelConfig is the model of a request: an id, or an id with settings. An id alone is encoded as a string.
type ModelConfig struct {
	ID         string           `json:"id"`
	Parameters *ModelParameters `json:"parameters,omitzero"`
	Retry      *ModelRetry      `json:"retry,omitzero"`
}

// MarshalJSON encodes the short form when there are no settings.
func (m ModelConfig) MarshalJSON() ([]byte, error) {
	if m.Parameters == nil && m.Retry == nil {
		return json.Marshal(m.ID)
	}
	type object ModelConfig
	return json.Marshal(object(m))
}

// UnmarshalJSON decodes both forms.
func (m *ModelConfig) UnmarshalJSON(data []byte) error {
	type object ModelConfig
	return unmarshalIDOr(data, &m.ID, (*object)(m))
}

// FallbackModel is a model that is tried when the primary one fails: an id, or an id with settings of its own.
type FallbackModel struct {
	ID         string           `json:"id" jsonschema:"required,minLength=1"`
	Parameters *ModelParameters `json:"parameters,omitzero"`
	Retry      *ModelRetry      `json:"retry,omitzero"`
}

// MarshalJSON encodes the short form when there are no settings.
func (m FallbackModel) MarshalJSON() ([]byte, error) { return ModelConfig(m).MarshalJSON() }

// UnmarshalJSON decodes both forms.
func (m *FallbackModel) UnmarshalJSON(data []byte) error {
	type object FallbackModel
	return unmarshalIDOr(data, &m.ID, (*object)(m))
}

// CheckArguments reports an empty ID, in the short form too.
func (m FallbackModel) CheckArguments(report func(path, message string)) {
	if m.ID == "" {
		report("", "must not be empty")
	}
}

// unmarshalIDOr decodes a JSON string into id, and anything else into object.
func unmarshalIDOr(data []byte, id *string, object any) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte(`"`)) {
		return json.Unmarshal(data, id)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // a nested schema may hold numbers that a float64 would round
	return decoder.Decode(object)
}

// ModelRetry is how often, and after which HTTP statuses, a model request is retried.
type ModelRetry struct {
	// Count is the number of attempts, 3 when absent.
	Count *int `json:"count,omitzero" jsonschema:"minimum=1,maximum=5"`
	// OnCodes are HTTP status codes, 429 when absent.
	OnCodes []int `json:"on_codes,omitzero" jsonschema:"minItems=1"`
}

// CheckArguments reports codes that are not HTTP statuses.
func (r ModelRetry) CheckArguments(report func(path, message string)) {
	for i, code := range r.OnCodes {
		if code < 100 || code > 599 {
			report(fmt.Sprintf("on_codes[%d]", i), fmt.Sprintf("must be from 100 to 599, got %d", code))
		}
	}
}

// ModelParameters control how a model generates. An absent field leaves the default of the model.
type ModelParameters struct {
	Temperature         *float64           `json:"temperature,omitzero" jsonschema:"minimum=0,maximum=2"`
	MaxCompletionTokens *int               `json:"max_completion_tokens,omitzero" jsonschema:"minimum=1" jsonschema_extras:"quiet=true"`
	ReasoningEffort     string             `json:"reasoning_effort,omitzero" jsonschema:"enum=none,enum=minimal,enum=low,enum=medium,enum=high,enum=xhigh,enum=max" jsonschema_extras:"open=true"`
	Name                string             `json:"name,omitzero" jsonschema_extras:"hidden=true"`
	FrequencyPenalty    *float64           `json:"frequency_penalty,omitzero" jsonschema_extras:"hidden=true"`
	PresencePenalty     *float64           `json:"presence_penalty,omitzero" jsonschema_extras:"hidden=true"`
	MaxTokens           *int               `json:"max_tokens,omitzero" jsonschema_extras:"hidden=true"`
	ResponseFormat      *ResponseFormat    `json:"response_format,omitzero" jsonschema_extras:"hidden=true"`
	Verbosity           string             `json:"verbosity,omitzero" jsonschema_extras:"hidden=true"`
	Seed                *float64           `json:"seed,omitzero" jsonschema_extras:"hidden=true"`
	Stop                *StopSequences     `json:"stop,omitzero" jsonschema_extras:"hidden=true"`
	Thinking            *Thinking          `json:"thinking,omitzero" jsonschema_extras:"hidden=true"`
	TopP                *float64           `json:"top_p,omitzero" jsonschema:"minimum=0,maximum=1" jsonschema_extras:"hidden=true"`
	TopK                *float64           `json:"top_k,omitzero" jsonschema_extras:"hidden=true"`
	ToolChoice          *ToolChoice        `json:"tool_choice,omitzero" jsonschema_extras:"hidden=true"`
	ParallelToolCalls   *bool              `json:"parallel_tool_calls,omitzero" jsonschema_extras:"hidden=true"`
	Modalities          []string           `json:"modalities,omitzero" jsonschema:"enum=text,enum=audio" jsonschema_extras:"hidden=true,open=true"`
	Guardrails          []RequestGuardrail `json:"guardrails,omitzero" jsonschema_extras:"hidden=true"`
	Fallbacks           []RequestFallback  `json:"fallbacks,omitzero" jsonschema_extras:"hidden=true"`
	Cache               *RequestCache      `json:"cache,omitzero" jsonschema_extras:"hidden=true"`
	LoadBalancer        *LoadBalancer      `json:"load_balancer,omitzero" jsonschema_extras:"hidden=true"`
	Timeout             *RequestTimeout    `json:"timeout,omitzero" jsonschema_extras:"hidden=true"`
	CacheControl        *CacheControl      `json:"cache_control,omitzero" jsonschema_extras:"hidden=true"`
	PromptCacheKey      string             `json:"prompt_cache_key,omitzero" jsonschema_extras:"hidden=true"`
	Plugins             []RequestPlugin    `json:"plugins,omitzero" jsonschema_extras:"hidden=true"`
}

// ResponseFormat is the format of the output of a model. JSONSchema is required for type json_schema.
type ResponseFormat struct {
	Type       string          `json:"type" jsonschema:"required,enum=text,enum=json_object,enum=json_schema" jsonschema_extras:"open=true"`
	JSONSchema *ResponseSchema `json:"json_schema,omitzero"`
}

// CheckArguments requires JSONSchema for type json_schema, and reports it for other types.
func (f ResponseFormat) CheckArguments(report func(path, message string)) {
	if f.Type == "json_schema" && f.JSONSchema == nil {
		report("json_schema", "required for type=json_schema")
	}
	if (f.Type == "text" || f.Type == "json_object") && f.JSONSchema != nil {
		report("json_schema", "not used for type="+f.Type)
	}
}

// ResponseSchema is the schema of a structured output.
type ResponseSchema struct {
	Name        string         `json:"name" jsonschema:"required"`
	Description string         `json:"description,omitzero"`
	Schema      map[string]any `json:"schema,omitzero" jsonschema_description:"JSON Schema object."`
	Strict      *bool          `json:"strict,omitzero"`
}

// Thinking configures a model's reasoning. BudgetTokens is required for type enabled.
type Thinking struct {
	Type          string   `json:"type" jsonschema:"required,enum=disabled,enum=enabled,enum=adaptive" jsonschema_extras:"open=true"`
	BudgetTokens  *float64 `json:"budget_tokens,omitzero"`
	ThinkingLevel string   `json:"thinking_level,omitzero" jsonschema:"enum=minimal,enum=low,enum=medium,enum=high" jsonschema_extras:"open=true"`
}

// CheckArguments requires BudgetTokens for type enabled, and reports it for other types.
func (t Thinking) CheckArguments(report func(path, message string)) {
	if t.Type == "enabled" && t.BudgetTokens == nil {
		report("budget_tokens", "required for type=enabled")
	}
	if (t.Type == "disabled" || t.Type == "adaptive") && t.BudgetTokens != nil {
		report("budget_tokens", "not used for type="+t.Type)
	}
}

// RequestGuardrail checks one model request. ID is a built-in name or the key of an evaluator.
type RequestGuardrail struct {
	ID        string `json:"id" jsonschema:"required"`
	ExecuteOn string `json:"execute_on" jsonschema:"required,enum=input,enum=output" jsonschema_extras:"open=true"`
}

// RequestFallback is a model that is tried when the model of the request fails.
type RequestFallback struct {
	Model string `json:"model" jsonschema:"required"`
}

// RequestCache configures a cache of responses to equal requests. TTL is in seconds, 1800 when absent.
type RequestCache struct {
	Type string   `json:"type" jsonschema:"required,enum=exact_match" jsonschema_extras:"open=true"`
	TTL  *float64 `json:"ttl,omitzero" jsonschema:"minimum=1,maximum=259200"`
}

// LoadBalancer distributes requests over models by weight.
type LoadBalancer struct {
	Type   string          `json:"type" jsonschema:"required,enum=weight_based" jsonschema_extras:"open=true"`
	Models []WeightedModel `json:"models" jsonschema:"required"`
}

// WeightedModel is one target of a LoadBalancer. Weight is 0.5 when absent.
type WeightedModel struct {
	Model  string   `json:"model" jsonschema:"required"`
	Weight *float64 `json:"weight,omitzero" jsonschema:"minimum=0.001,maximum=1"`
}

// RequestTimeout is the timeout of one model request. CallTimeout is in milliseconds.
type RequestTimeout struct {
	CallTimeout float64 `json:"call_timeout" jsonschema:"required,minimum=1"`
}

// CacheControl marks a prompt for the cache of the model's provider. TTL is 5m or 1h, 5m when absent.
type CacheControl struct {
	Type string `json:"type" jsonschema:"required,enum=ephemeral" jsonschema_extras:"open=true"`
	TTL  string `json:"ttl,omitzero" jsonschema:"enum=5m,enum=1h" jsonschema_extras:"open=true"`
}

// RequestPlugin changes a model request or its traces. ID decides which fields apply: pii_redaction has all but Mask,
// trace_scrubbing has Mask, response_healing none.
type RequestPlugin struct {
	ID       string   `json:"id" jsonschema:"required,enum=pii_redaction,enum=response_healing,enum=trace_scrubbing" jsonschema_extras:"open=true"`
	Language string   `json:"language,omitzero"`
	Regions  []string `json:"regions,omitzero"`
	Entities []string `json:"entities,omitzero"`
	// EntityThresholds and Threshold are from 0 to 1.
	EntityThresholds map[string]float64 `json:"entity_thresholds,omitzero" jsonschema_description:"By entity."`
	Threshold        *float64           `json:"threshold,omitzero" jsonschema:"minimum=0,maximum=1"`
	OnFailure        string             `json:"on_failure,omitzero" jsonschema:"enum=block,enum=passthrough" jsonschema_extras:"open=true"`
	Mask             []string           `json:"mask,omitzero" jsonschema:"minItems=1,enum=all,enum=system,enum=input,enum=output,enum=metadata,enum=variables" jsonschema_extras:"open=true"`
}

// CheckArguments requires Mask for trace_scrubbing, and reports it for other plugins.
func (p RequestPlugin) CheckArguments(report func(path, message string)) {
	switch p.ID {
	case "trace_scrubbing":
		if p.Mask == nil {
			report("mask", "required for id=trace_scrubbing")
		}
	case "pii_redaction", "response_healing":
		if p.Mask != nil {
			report("mask", "not used for id="+p.ID)
		}
	}
}

// StopSequences end the output of a model: one string, or a list of at most four. The form is kept.
type StopSequences struct {
	One  string
	Many []string
}

// MarshalJSON encodes the form that is set.
func (s StopSequences) MarshalJSON() ([]byte, error) {
	if s.Many != nil {
		return json.Marshal(s.Many)
	}
	return json.Marshal(s.One)
}

// UnmarshalJSON decodes a string or a list of strings.
func (s *StopSequences) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte(`"`)) {
		return json.Unmarshal(data, &s.One)
	}
	if err := json.Unmarshal(data, &s.Many); err != nil {
		return fmt.Errorf("must be a string or a list of strings")
	}
	return nil
}

// CheckArguments reports a list of more than four strings.
func (s StopSequences) CheckArguments(report func(path, message string)) {
	if len(s.Many) > 4 {
		report("", fmt.Sprintf("must hold at most 4 strings, got %d", len(s.Many)))
	}
}

// ToolChoice is the tool that a model must call: a mode (none, auto, required) or one function by name.
type ToolChoice struct {
	Mode     string
	Function string
	// Other is the JSON of a form that came later. It is kept as received.
	Other json.RawMessage
}

type toolChoiceObject struct {
	Type     string `json:"type,omitzero"`
	Function struct {
		Name string `json:"name"`
	} `json:"function"`
}

// MarshalJSON encodes the mode as a string, or the function as an object.
func (t ToolChoice) MarshalJSON() ([]byte, error) {
	switch {
	case t.Other != nil:
		return t.Other.MarshalJSON()
	case t.Function == "":
		return json.Marshal(t.Mode)
	}
	object := toolChoiceObject{Type: "function"}
	object.Function.Name = t.Function
	return json.Marshal(object)
}

// UnmarshalJSON decodes both forms, and keeps any other.
func (t *ToolChoice) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &t.Mode) == nil {
		return nil
	}
	var object toolChoiceObject
	if json.Unmarshal(data, &object) == nil && object.Function.Name != "" && (object.Type == "" || object.Type == "function") {
		t.Function = object.Function.Name
	} else {
		t.Other = bytes.Clone(data)
	}
	return nil
}

// CheckArguments reports other modes and forms.
func (t ToolChoice) CheckArguments(report func(path, message string)) {
	const forms = `must be none, auto, required or {"type":"function","function":{"name":...}}`
	switch t.Mode {
	case "none", "auto", "required":
	case "":
		if t.Function == "" {
			report("", forms)
		}
	default:
		report("", fmt.Sprintf("%s, got %q", forms, t.Mode))
	}
}
