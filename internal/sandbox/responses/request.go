package responses

import (
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
)

// Request is the body of POST /v3/router/responses, by the rules of validate.Responses.
type Request struct {
	// Model is agent/<key>, which may end in @<version>.
	Model              string `json:"model"`
	Input              input  `json:"input"`
	PreviousResponseID string `json:"previous_response_id"`
	Conversation       *struct {
		ID string `json:"id"`
	} `json:"conversation"`
	Instructions string `json:"instructions"`
	// Tools are functions that the caller carries out, in addition to the tools of the agent.
	Tools      []orq.FunctionTool `json:"tools"`
	Stream     bool               `json:"stream"`
	Background bool               `json:"background"`
	// Store is true unless the request holds false.
	Store *bool `json:"store"`
	Context
	Limits Limits `json:"limits"`
	Sampling
}

// Context is what a request states about its run.
type Context struct {
	Identity       *orq.Identity     `json:"identity"`
	Thread         *orq.Thread       `json:"thread"`
	Memory         *orq.Memory       `json:"memory"`
	Metadata       map[string]string `json:"metadata"`
	Variables      map[string]any    `json:"variables"`
	TemplateEngine string            `json:"template_engine"`
}

// Limits override those of the agent. MaxExecutionTime is in seconds, MaxCost in USD; 0 is no limit.
type Limits struct {
	MaxIterations    *int     `json:"max_iterations"`
	MaxExecutionTime *int     `json:"max_execution_time"`
	MaxCost          *float64 `json:"max_cost"`
}

// Apply returns the settings of an agent with the limits of the request.
func (l Limits) Apply(to orq.AgentSettings) *orq.AgentSettings {
	if l.MaxIterations != nil {
		to.MaxIterations = l.MaxIterations
	}
	if l.MaxExecutionTime != nil {
		to.MaxExecutionTime = l.MaxExecutionTime
	}
	if l.MaxCost != nil {
		to.MaxCost = l.MaxCost
	}
	return &to
}

// Stored reports whether the response can be read and continued later.
func (r Request) Stored() bool { return r.Store == nil || *r.Store }

// Agent returns the key of the agent that the request runs, possibly with a version. The error is an *apierror.Error for
// what the sandbox cannot do.
func (r Request) Agent() (string, error) {
	key, ok := strings.CutPrefix(r.Model, "agent/")
	switch {
	case !ok:
		return "", apierror.Invalid("model: the sandbox runs agents only: agent/<key>; create an agent with the model %q", r.Model)
	case r.Conversation != nil:
		return "", apierror.Invalid("conversation: there are no conversations here; send previous_response_id")
	case r.Instructions != "":
		return "", apierror.Invalid("instructions: the sandbox runs agents with the instructions that they are stored with")
	case r.Background && r.Stream:
		return "", apierror.Invalid("background: cannot be combined with stream here")
	case r.Background && !r.Stored():
		return "", apierror.Invalid("background: needs store, which is false")
	}
	return key, nil
}

// Invocation is the request as the run operations take it.
func (r Request) Invocation(message orq.Message) orq.Invocation {
	return orq.Invocation{
		Message: message, Variables: r.plainVariables(), Identity: r.Identity, Thread: r.Thread, Memory: r.Memory,
		Engine: r.TemplateEngine,
	}
}

// plainVariables are the variables with the values of those that are secret.
func (c Context) plainVariables() map[string]any {
	return c.mapSecrets(func(secret map[string]any) any { return secret["value"] })
}

// shownVariables are the variables without the values of those that are secret.
func (c Context) shownVariables() map[string]any {
	return c.mapSecrets(func(map[string]any) any { return map[string]any{"secret": true} })
}

func (c Context) mapSecrets(change func(secret map[string]any) any) map[string]any {
	variables := make(map[string]any, len(c.Variables))
	for name, value := range c.Variables {
		if object, ok := value.(map[string]any); ok && object["secret"] == true {
			value = change(object)
		}
		variables[name] = value
	}
	return variables
}
