package tools

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// listedAgent is an agent in a list, and the cursor with which the list continues after it.
type listedAgent struct {
	orq.Agent
	cursor string
}

// cursorSeparator stands between the two ids of a cursor. No id contains it.
const cursorSeparator = "~"

// agentLister reads the agents of a workspace from the newest to the oldest, or backward. The external agents of today's API
// are in a list of their own, which is merged by the ids: these begin with the time of their creation.
//
// A cursor is the id of the last agent read. For an external agent it is preceded by the id of the last other agent, at
// which their list continues.
type agentLister struct {
	client   *orq.Client
	options  orq.ListOptions
	backward bool
	// at is the id of the last agent read, of either list.
	at string
	// external are the external agents that follow, in reading order.
	external     []*orq.Agent
	externalRead bool
	// refused is why the external agents are missing in the list.
	refused error
	// first is the first id of the last page of the other agents.
	first string
	// ended reports that the list of the other agents has no more pages.
	ended bool
}

func newAgentLister(client *orq.Client, in *listAgentsInput) *agentLister {
	l := &agentLister{client: client, options: orq.ListOptions{Limit: cmp.Or(in.Limit, 50), Type: in.Type}, backward: in.Before != ""}
	other, external, merged := strings.Cut(cmp.Or(in.Cursor, in.Before), cursorSeparator)
	if l.at = other; merged {
		l.at = external
	}
	l.continueAt(other)
	return l
}

// continueAt sets where the list of the other agents continues. An empty id is its beginning.
func (l *agentLister) continueAt(id string) {
	l.options.StartingAfter, l.options.EndingBefore = id, ""
	if l.backward {
		l.options.StartingAfter, l.options.EndingBefore = "", id
	}
}

// continuedAt is the id at which the list of the other agents continues.
func (l *agentLister) continuedAt() string {
	return cmp.Or(l.options.StartingAfter, l.options.EndingBefore)
}

// find returns up to limit agents that contain every word, sorted newest first, and whether there may be more in the reading
// direction. It reads as many pages as it needs.
func (l *agentLister) find(ctx context.Context, limit int, words []string) ([]listedAgent, bool, error) {
	if len(words) > 0 {
		l.options.Limit = 200
	}
	found, more := []listedAgent{}, true
	for more && len(found) < limit {
		page, err := l.page(ctx)
		if err != nil {
			return nil, false, err
		}
		more = !l.ended || len(l.external) > 0
		for i, agent := range page {
			if !matches(agent.Agent, words) {
				continue
			}
			if found = append(found, agent); len(found) == limit {
				more = more || i < len(page)-1
				break
			}
		}
	}
	if l.backward {
		slices.Reverse(found)
	}
	return found, more, nil
}

// maxExternalPages bounds the requests for external agents.
const maxExternalPages = 25

// readExternal reads the external agents that follow the cursor, once.
func (l *agentLister) readExternal(ctx context.Context) error {
	if l.options.Type == orq.TypeInternal || l.externalRead {
		return nil
	}
	l.externalRead = true
	options := orq.ListOptions{Limit: 200}
	for range maxExternalPages {
		page, err := l.client.ListExternalAgents(ctx, options)
		if l.options.Type == "" && isRefused(err) {
			l.refused = err
			break
		}
		if err != nil {
			return err
		}
		for _, agent := range page.Data {
			if l.at == "" || l.follows(agent.ID, l.at) {
				l.external = append(l.external, agent)
			}
		}
		if !page.HasMore || len(page.Data) == 0 || page.Data[len(page.Data)-1].ID == options.StartingAfter {
			break
		}
		options.StartingAfter = page.Data[len(page.Data)-1].ID
	}
	slices.SortFunc(l.external, func(a, b *orq.Agent) int {
		if l.backward {
			return strings.Compare(a.ID, b.ID)
		}
		return strings.Compare(b.ID, a.ID)
	})
	return nil
}

// isRefused reports whether the API refused a request for good, such as one without the rights for it.
func isRefused(err error) bool {
	return errors.Is(err, orq.ErrForbidden) || errors.Is(err, orq.ErrInvalid)
}

// follows reports whether an id comes after another in reading order.
func (l *agentLister) follows(id, other string) bool {
	if l.backward {
		return id > other
	}
	return id < other
}

// page returns the next agents of both lists in reading order: one page of the other agents, with the external ones between
// and, after the last page, behind them.
func (l *agentLister) page(ctx context.Context) ([]listedAgent, error) {
	var others []orq.Agent
	if !l.ended {
		page, err := l.others(ctx)
		if err != nil {
			return nil, err
		}
		others, l.ended = page.Data, !page.HasMore || len(page.Data) == 0
	}
	if err := l.readExternal(ctx); err != nil {
		return nil, err
	}
	var merged []listedAgent
	for _, agent := range others {
		merged = l.takeExternal(merged, agent.ID)
		l.at = agent.ID
		l.continueAt(agent.ID)
		if len(l.external) > 0 && l.external[0].ID == agent.ID { // it is in both lists
			l.external = l.external[1:]
		}
		merged = append(merged, listedAgent{agent, agent.ID})
	}
	if l.ended {
		merged = l.takeExternal(merged, "")
	}
	return merged, nil
}

// others reads one page of the list of other agents, in reading order.
func (l *agentLister) others(ctx context.Context) (orq.AgentList, error) {
	page, err := l.client.ListAgents(ctx, l.options)
	if l.options.Type == orq.TypeA2A && errors.Is(err, orq.ErrInvalid) {
		if l.readExternal(ctx) == nil && l.client.HasExternalAgents() {
			return orq.AgentList{}, nil // today's API has external agents in their own list only
		}
	}
	if err != nil {
		return page, err
	}
	if len(page.Data) > 0 {
		if page.Data[0].ID == l.first {
			return page, errors.New("list agents: the server answers every page with the same agents")
		}
		l.first = page.Data[0].ID
	}
	if l.backward {
		slices.Reverse(page.Data)
	}
	return page, nil
}

// takeExternal moves the external agents before an id, or all, to merged.
func (l *agentLister) takeExternal(merged []listedAgent, before string) []listedAgent {
	for len(l.external) > 0 && (before == "" || l.follows(before, l.external[0].ID)) {
		agent := l.external[0]
		l.external = l.external[1:]
		l.at = agent.ID
		merged = append(merged, listedAgent{*agent, l.continuedAt() + cursorSeparator + agent.ID})
	}
	return merged
}
