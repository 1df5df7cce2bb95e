package orq

import (
	"net/http"
	"net/url"
	"strings"
)

// operation is one operation of the API.
type operation struct {
	method string
	// path is the template; each {name} takes one escaped segment.
	path string
	kind kind
}

// kind says how an operation may be treated.
type kind int

const (
	// once: it must not be sent again when the service may have acted on it.
	once kind = iota
	// repeatable: acting twice changes nothing.
	repeatable
	// starting: once, and answered when the run that it starts allows it.
	starting
)

// The operations this client knows. Their successors will differ in path only here.
var (
	opCreateAgent      = operation{http.MethodPost, "/v2/agents", once}
	opListAgents       = operation{http.MethodGet, "/v2/agents", repeatable}
	opGetAgent         = operation{http.MethodGet, "/v2/agents/{agent_key}", repeatable}
	opUpdateAgent      = operation{http.MethodPatch, "/v2/agents/{agent_key}", repeatable}
	opDeleteAgent      = operation{http.MethodDelete, "/v2/agents/{agent_key}", repeatable}
	opRegisterA2A      = operation{http.MethodPost, "/v2/agents/a2a", once}
	opRefreshAgentCard = operation{http.MethodPost, "/v2/agents/{key}/card/refresh", repeatable}
	opInvokeAgent      = operation{http.MethodPost, "/v2/agents/{key}/task", starting}
	opStreamAgent      = operation{http.MethodPost, "/v2/agents/{key}/stream-task", starting}
	opRunAgent         = operation{http.MethodPost, "/v2/agents/run", starting}
	opStreamRun        = operation{http.MethodPost, "/v2/agents/stream-run", starting}
	opGetAgentResponse = operation{http.MethodGet, "/v2/agents/{agent_key}/responses/{task_id}", repeatable}
)

// String is the method and the path template.
func (op operation) String() string { return op.method + " " + op.path }

// url fills the template with one value for each segment in braces.
func (op operation) url(base string, values ...string) string {
	segments := strings.Split(op.path, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i], values = escapeSegment(values[0]), values[1:]
		}
	}
	return base + strings.Join(segments, "/")
}

// escapeSegment escapes one path segment; "." and ".." must not be read as directions.
func escapeSegment(value string) string {
	if value == "." || value == ".." {
		return strings.ReplaceAll(value, ".", "%2E")
	}
	return url.PathEscape(value)
}
