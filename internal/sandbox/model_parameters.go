package sandbox

import "github.com/orq-mcp/orq-mcp/internal/orq"

// parametersOf are those of a model but for what the server does not carry out.
func parametersOf(given *orq.ModelParameters, q query) orq.ModelParameters {
	var p orq.ModelParameters
	if given != nil {
		p = *given
	}
	p.Name, p.Guardrails, p.Fallbacks, p.Cache, p.LoadBalancer, p.Timeout = "", nil, nil, nil, nil, nil
	switch {
	case len(q.tools) == 0:
		p.ToolChoice, p.ParallelToolCalls = nil, nil // servers refuse them without tools
	case q.answering && p.ToolChoice != nil && p.ToolChoice.Mode != "none":
		p.ToolChoice = nil // an agent that had to call a tool each time would never answer
	}
	return p
}
