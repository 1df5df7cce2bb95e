package agents

import (
	"cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// toolTimeout is the timeout of a tool whose request sets none, in seconds.
const toolTimeout = 120

func timeoutOf(given *float64) float64 {
	if given == nil {
		return toolTimeout
	}
	return *given
}

// configurationOf adds the default of file_system.
func configurationOf(typ string, given map[string]any) map[string]any {
	if typ == orq.FileSystemTool && given["access_mode"] == nil {
		given["access_mode"] = "read_only" // validation requires the configuration
	}
	return given
}

func withSampleRate(evaluators []orq.Evaluator) []orq.Evaluator {
	for i := range evaluators {
		setDefault(&evaluators[i].SampleRate, 50)
	}
	return evaluators
}

func agentModel(from orq.ModelConfig, fallbacks []orq.FallbackModel) *orq.AgentModel {
	setModelDefaults(&from)
	return &orq.AgentModel{
		ID: from.ID, IntegrationID: orq.Null[string](), Parameters: from.Parameters, Retry: from.Retry,
		FallbackModels: fallbacks,
	}
}

func fallbackModels(from []orq.FallbackModel) []orq.FallbackModel {
	for i := range from {
		setModelDefaults((*orq.ModelConfig)(&from[i]))
	}
	return from
}

func setModelDefaults(model *orq.ModelConfig) {
	if retry := model.Retry; retry != nil {
		setDefault(&retry.Count, 3)
		if retry.OnCodes == nil {
			retry.OnCodes = []int{429}
		}
	}
	if model.Parameters != nil {
		setParameterDefaults(model.Parameters)
	}
}

func setParameterDefaults(parameters *orq.ModelParameters) {
	if control := parameters.CacheControl; control != nil {
		control.TTL = cmp.Or(control.TTL, "5m")
	}
	if format := parameters.ResponseFormat; format != nil && format.JSONSchema != nil {
		setDefault(&format.JSONSchema.Strict, false)
	}
	if cache := parameters.Cache; cache != nil {
		setDefault(&cache.TTL, 1800)
	}
	if balancer := parameters.LoadBalancer; balancer != nil {
		for i := range balancer.Models {
			setDefault(&balancer.Models[i].Weight, 0.5)
		}
	}
}

func setDefault[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}
