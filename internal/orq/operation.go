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
	// repeatable operations may be sent again after the service may have acted on them.
	repeatable bool
}

// The operations this client knows. Their successors will differ in path only here.
var (
	opCreateAgent      = operation{http.MethodPost, "/v2/agents", false}
	opListAgents       = operation{http.MethodGet, "/v2/agents", true}
	opGetAgent         = operation{http.MethodGet, "/v2/agents/{agent_key}", true}
	opUpdateAgent      = operation{http.MethodPatch, "/v2/agents/{agent_key}", true}
	opDeleteAgent      = operation{http.MethodDelete, "/v2/agents/{agent_key}", true}
	opRegisterA2A      = operation{http.MethodPost, "/v2/agents/a2a", false}
	opRefreshAgentCard = operation{http.MethodPost, "/v2/agents/{key}/card/refresh", true}
	opInvokeAgent      = operation{http.MethodPost, "/v2/agents/{key}/task", false}
	opStreamAgent      = operation{http.MethodPost, "/v2/agents/{key}/stream-task", false}
	opRunAgent         = operation{http.MethodPost, "/v2/agents/run", false}
	opStreamRun        = operation{http.MethodPost, "/v2/agents/stream-run", false}
	opGetAgentResponse = operation{http.MethodGet, "/v2/agents/{agent_key}/responses/{task_id}", true}
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
