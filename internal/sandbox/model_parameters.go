package sandbox

import (
	openai "github.com/sashabaranov/go-openai"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// parameters are the fields of a request beside its model and its messages, under the names that the server knows.
type parameters struct {
	orq.ModelParameters
	Tools []openai.Tool `json:"tools,omitzero"`
}

// parametersOf are those of the agent but for what only the service carries out.
func parametersOf(given *orq.ModelParameters, q query) parameters {
	p := parameters{Tools: q.tools}
	if given != nil {
		p.ModelParameters = *given
	}
	p.Name, p.Modalities, p.Guardrails, p.Fallbacks, p.Cache, p.LoadBalancer, p.Timeout = "", nil, nil, nil, nil, nil, nil
	switch {
	case len(q.tools) == 0:
		p.ToolChoice, p.ParallelToolCalls = nil, nil // servers refuse them without tools
	case q.answering && p.ToolChoice != nil && p.ToolChoice.Mode != "none":
		p.ToolChoice = nil // an agent that had to call a tool each time would never answer
	}
	return p
}
