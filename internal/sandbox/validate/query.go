package validate

import (
	"net/url"
	"strconv"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxPage bounds the limit of a list.
const maxPage = 200

// ListQuery is the query of a list. At most one of the cursors is set; a Limit of 0 means everything.
type ListQuery struct {
	// Type is for GET /v2/agents only.
	Type                        string
	StartingAfter, EndingBefore string
	Limit                       int
}

// ListAgents reads and checks the query of GET /v2/agents, in which type is one of types. The error is an *apierror.Error.
func ListAgents(query url.Values, types ...string) (ListQuery, error) {
	var problems apierror.Problems
	if query.Has("type") {
		text{OneOf: types}.check("type", query.Get("type"), &problems)
	}
	q := page(query, &problems)
	q.Type = query.Get("type")
	return q, problems.Err()
}

// List reads and checks the query of any other list. The error is an *apierror.Error.
func List(query url.Values) (ListQuery, error) {
	var problems apierror.Problems
	q := page(query, &problems)
	return q, problems.Err()
}

// page reads what every list has.
func page(query url.Values, problems *apierror.Problems) ListQuery {
	q := ListQuery{StartingAfter: query.Get("starting_after"), EndingBefore: query.Get("ending_before")}
	if query.Has("limit") {
		limit, err := strconv.Atoi(query.Get("limit"))
		if err != nil || limit < 1 || limit > maxPage {
			problems.Add("limit", "must be a whole number from 1 to %d, got %q", maxPage, truncate.Runes(query.Get("limit"), 60))
		}
		q.Limit = limit
	}
	if q.StartingAfter != "" && q.EndingBefore != "" {
		problems.Add("ending_before", "cannot be combined with starting_after")
	}
	return q
}
