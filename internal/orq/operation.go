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
	// answer is what a successful response must hold, unless it is a stream.
	answer *answer
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
	opCreateAgent      = operation{http.MethodPost, "/v2/agents", nonIdempotent, agentAnswer}
	opListAgents       = operation{http.MethodGet, "/v2/agents", idempotent, agentListAnswer}
	opGetAgent         = operation{http.MethodGet, "/v2/agents/{agent_key}", idempotent, agentAnswer}
	opUpdateAgent      = operation{http.MethodPatch, "/v2/agents/{agent_key}", idempotent, agentAnswer}
	opDeleteAgent      = operation{http.MethodDelete, "/v2/agents/{agent_key}", idempotent, anyAnswer}
	opRegisterA2A      = operation{http.MethodPost, "/v2/agents/a2a", nonIdempotent, agentAnswer}
	opRefreshAgentCard = operation{http.MethodPost, "/v2/agents/{key}/card/refresh", idempotent, cardAnswer}
	opInvokeAgent      = operation{http.MethodPost, "/v2/agents/{key}/task", startsRun, taskAnswer}
	opStreamAgent      = operation{http.MethodPost, "/v2/agents/{key}/stream-task", startsRun, nil}
	opRunAgent         = operation{http.MethodPost, "/v2/agents/run", startsRun, taskAnswer}
	opStreamRun        = operation{http.MethodPost, "/v2/agents/stream-run", startsRun, nil}
	opGetAgentResponse = operation{http.MethodGet, "/v2/agents/{agent_key}/responses/{task_id}", idempotent, taskOutputAnswer}

	opCreateResponse = operation{http.MethodPost, "/v3/router/responses", startsRun, responseAnswer}
	opGetResponse    = operation{http.MethodGet, "/v3/router/responses/{response_id}", idempotent, responseAnswer}

	opRegisterExternal = operation{http.MethodPost, "/v2/agents/external", nonIdempotent, externalAnswer}
	opListExternal     = operation{http.MethodGet, "/v2/agents/external", idempotent, externalListAnswer}
	opGetExternal      = operation{http.MethodGet, "/v2/agents/external/{agent_key}", idempotent, externalAnswer}
	opUpdateExternal   = operation{http.MethodPatch, "/v2/agents/external/{agent_key}", idempotent, externalAnswer}
	opRefreshExternal  = operation{http.MethodPost, "/v2/agents/external/{agent_key}:refreshCard", idempotent, externalAnswer}

	opListWorkspaces   = operation{http.MethodGet, "/v2/workspaces", idempotent, pageAnswer}
	opListModels       = operation{http.MethodGet, "/v3/router/models", idempotent, wholeListAnswer}
	opListTools        = operation{http.MethodGet, "/v2/tools", idempotent, pageAnswer}
	opListSkills       = operation{http.MethodGet, "/v2/skills", idempotent, pageAnswer}
	opListKnowledge    = operation{http.MethodGet, "/v2/knowledge", idempotent, pageAnswer}
	opListMemoryStores = operation{http.MethodGet, "/v2/memory-stores", idempotent, pageAnswer}
	opListEvaluators   = operation{http.MethodGet, "/v2/evaluators", idempotent, pageAnswer}
	opListProjects     = operation{http.MethodGet, "/v2/projects", idempotent, pageAnswer}
	opListFileSystems  = operation{http.MethodGet, "/v2/file-systems", idempotent, pageAnswer}
	opListMCPServers   = operation{http.MethodGet, "/v2/mcp-servers", idempotent, openListAnswer}
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
