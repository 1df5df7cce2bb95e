package chat

import "github.com/orq-mcp/orq-mcp/internal/orq"

// parametersFor are a model's parameters without those that orq.ai carries out itself, or that the request rules out.
func parametersFor(given *orq.ModelParameters, request Request) orq.ModelParameters {
	var p orq.ModelParameters
	if given != nil {
		p = *given
	}
	p.Name, p.Guardrails, p.Fallbacks, p.Cache, p.LoadBalancer, p.Timeout = "", nil, nil, nil, nil, nil
	p.CacheControl, p.Plugins = nil, nil
	switch {
	case len(request.Tools) == 0:
		p.ToolChoice, p.ParallelToolCalls = nil, nil // servers refuse them without tools
	case request.AfterTools && p.ToolChoice != nil && p.ToolChoice.Mode != "none":
		p.ToolChoice = nil
	}
	return p
}
