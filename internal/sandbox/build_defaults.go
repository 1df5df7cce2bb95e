package sandbox

import "github.com/orq-mcp/orq-mcp/internal/orq"

// toolTimeout is the timeout of every tool in answers of the API, in seconds. A request cannot set it.
const toolTimeout = 120

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
