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

// kind is how an operation may be repeated, and for how long it may take.
type kind int

const (
	// nonIdempotent operations are repeated only when the service cannot have processed the request.
	nonIdempotent kind = iota
	// idempotent operations are repeated freely: processing a request twice has the effect of processing it once.
	idempotent
	// startsRun operations are not idempotent, and their responses may take as long as the run. No timeout applies.
	startsRun
)

// The operations of the API. Paths are stated here only.
var (
	opCreateAgent      = operation{http.MethodPost, "/v2/agents", nonIdempotent}
	opListAgents       = operation{http.MethodGet, "/v2/agents", idempotent}
	opGetAgent         = operation{http.MethodGet, "/v2/agents/{agent_key}", idempotent}
	opUpdateAgent      = operation{http.MethodPatch, "/v2/agents/{agent_key}", idempotent}
	opDeleteAgent      = operation{http.MethodDelete, "/v2/agents/{agent_key}", idempotent}
	opRegisterA2A      = operation{http.MethodPost, "/v2/agents/a2a", nonIdempotent}
	opRefreshAgentCard = operation{http.MethodPost, "/v2/agents/{key}/card/refresh", idempotent}
	opInvokeAgent      = operation{http.MethodPost, "/v2/agents/{key}/task", startsRun}
	opStreamAgent      = operation{http.MethodPost, "/v2/agents/{key}/stream-task", startsRun}
	opRunAgent         = operation{http.MethodPost, "/v2/agents/run", startsRun}
	opStreamRun        = operation{http.MethodPost, "/v2/agents/stream-run", startsRun}
	opGetAgentResponse = operation{http.MethodGet, "/v2/agents/{agent_key}/responses/{task_id}", idempotent}

	opCreateResponse = operation{http.MethodPost, "/v3/router/responses", startsRun}
	opGetResponse    = operation{http.MethodGet, "/v3/router/responses/{response_id}", idempotent}

	opRegisterExternal = operation{http.MethodPost, "/v2/agents/external", nonIdempotent}
	opListExternal     = operation{http.MethodGet, "/v2/agents/external", idempotent}
	opGetExternal      = operation{http.MethodGet, "/v2/agents/external/{agent_key}", idempotent}
	opUpdateExternal   = operation{http.MethodPatch, "/v2/agents/external/{agent_key}", idempotent}
	opRefreshExternal  = operation{http.MethodPost, "/v2/agents/external/{agent_key}:refreshCard", idempotent}

	opListModels       = operation{http.MethodGet, "/v3/router/models", idempotent}
	opListTools        = operation{http.MethodGet, "/v2/tools", idempotent}
	opListSkills       = operation{http.MethodGet, "/v2/skills", idempotent}
	opListKnowledge    = operation{http.MethodGet, "/v2/knowledge", idempotent}
	opListMemoryStores = operation{http.MethodGet, "/v2/memory-stores", idempotent}
	opListEvaluators   = operation{http.MethodGet, "/v2/evaluators", idempotent}
	opListProjects     = operation{http.MethodGet, "/v2/projects", idempotent}
	opListFileSystems  = operation{http.MethodGet, "/v2/file-systems", idempotent}
	opListMCPServers   = operation{http.MethodGet, "/v2/mcp-servers", idempotent}
)

// String returns the method and the path template.
func (op operation) String() string { return op.method + " " + op.path }

// url returns the URL below base, with one value in place of each segment in braces.
func (op operation) url(base string, values ...string) string {
	segments := strings.Split(op.path, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			_, suffix, _ := strings.Cut(segment, "}")
			segments[i], values = escapeSegment(values[0])+suffix, values[1:]
		}
	}
	return base + strings.Join(segments, "/")
}

// escapeSegment escapes one path segment. "." and ".." are escaped too, as they would be resolved.
func escapeSegment(value string) string {
	if value == "." || value == ".." {
		return strings.ReplaceAll(value, ".", "%2E")
	}
	return url.PathEscape(value)
}
