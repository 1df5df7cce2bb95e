package tools

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

type listAgentsInput struct {
	Limit  int    `json:"limit" jsonschema:"minimum=1,maximum=200" jsonschema_description:"Default 50."`
	Cursor string `json:"cursor"`
	Before string `json:"before" jsonschema_description:"Previous page: agent id."`
	Type   string `json:"type" jsonschema:"enum=internal,enum=a2a"`
	Search string `json:"search"`
	Detail string `json:"detail" jsonschema:"enum=summary,enum=full"`
}

func (in *listAgentsInput) CheckArguments(report func(path, message string)) {
	if in.Cursor != "" && in.Before != "" {
		report("before", "cannot be given together with cursor")
	}
}

type listAgentsOutput struct {
	Agents  []agentRow    `json:"agents" jsonschema:"required"`
	HasMore bool          `json:"has_more" jsonschema:"required"`
	Cursor  string        `json:"cursor,omitzero"`
	Before  string        `json:"before,omitzero"`
	Full    []agentDetail `json:"full,omitzero"`
	truncation
	// cursors are those of the agents, from which the next page starts.
	cursors []string
	// backward reports that the pages go from older to newer agents.
	backward bool
}

// externalMissing is the remark on a list without the external agents.
const externalMissing = "External A2A agents are missing: orq.ai refused to list them. orq.ai's list_agents with type=a2a shows why."

func (o listAgentsOutput) truncated(cuts []cut) output {
	hint := "orq.ai's get_agent shows the whole of one agent."
	if o.Truncated {
		hint += " " + o.Next
	}
	o.truncation = newTruncation(cuts, hint)
	return o
}

// agentRow holds the fields of an agent that are needed to choose between agents.
type agentRow struct {
	Key         string `json:"key" jsonschema:"required"`
	DisplayName string `json:"display_name,omitzero"`
	Type        string `json:"type" jsonschema:"required"`
	Role        string `json:"role,omitzero"`
	Description string `json:"description" jsonschema:"required"`
	Status      string `json:"status" jsonschema:"required"`
	Model       string `json:"model,omitzero"`
	Path        string `json:"path" jsonschema:"required"`
	Updated     string `json:"updated,omitzero"`
}

// Bounds of a row's texts, in bytes, so that fifty rows cost less than 5,000 tokens. get_agent returns the whole texts.
const (
	maxRowName        = 60
	maxRowDescription = 140
)

// rowText shortens a text of a row. It masks first, because part of a URL does not show that it holds a password.
func rowText(text string, limit int) string { return truncate.Words(redact.Text(text), limit) }

func newAgentRow(agent *orq.Agent) agentRow {
	row := agentRow{
		Key: agent.Key, DisplayName: rowText(agent.DisplayName, maxRowName), Type: cmp.Or(agent.Type, orq.TypeInternal),
		Role: rowText(agent.Role, maxRowName), Description: rowText(agent.Description, maxRowDescription), Status: agent.Status,
		Path: agent.Path, Updated: withoutFraction(agent.Updated),
	}
	if agent.Model != nil {
		row.Model = agent.Model.ID
	}
	return row
}

// withoutFraction drops the fraction of a timestamp's seconds, which does not help to choose an agent.
func withoutFraction(timestamp string) string {
	at, err := time.Parse(time.RFC3339Nano, timestamp)
	if err != nil {
		return timestamp
	}
	return at.UTC().Format(time.RFC3339)
}

// Text returns the row as one line.
func (r agentRow) Text() string {
	facts := []string{r.Type, r.Status}
	for _, fact := range []string{r.DisplayName, r.Role, r.Model, r.Path, r.Updated} {
		if fact != "" && fact != r.Type { // the model of an A2A agent is a2a
			facts = append(facts, fact)
		}
	}
	return fmt.Sprintf("- %s (%s): %s", r.Key, strings.Join(facts, "; "), r.Description)
}

// Text lists the agents, one per line.
func (o listAgentsOutput) Text() string {
	if len(o.Agents)+len(o.Full) == 0 && !o.HasMore {
		return "There are no such agents."
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s, newest first:\n", pluralize(len(o.Agents)+len(o.Full), "agent"))
	for _, row := range o.Agents {
		text.WriteString(row.Text() + "\n")
	}
	for _, detail := range o.Full {
		text.WriteString("\n" + detail.Text() + "\n")
	}
	switch {
	case o.Cursor != "":
		fmt.Fprintf(&text, "There are more: call again with cursor=%s", o.Cursor)
	case o.Before != "":
		fmt.Fprintf(&text, "There are more, newer ones: call again with before=%s", o.Before)
	default:
		text.WriteString("These are all.")
	}
	if o.Truncated {
		text.WriteString("\n" + outline(o.truncation))
	}
	return text.String()
}

// listAgents calls GET /v2/agents and GET /v2/agents/external, for several pages if it searches.
var listAgents = define(Spec{
	Name:        "list_agents",
	Title:       "List agents",
	Description: "Find or list orq.ai agents by key, name, role or description, newest first; get_agent shows one in full.",
	ReadOnly:    true,
	Idempotent:  true,
}, func(ctx context.Context, c *Call, in *listAgentsInput) (listAgentsOutput, error) {
	limit := cmp.Or(in.Limit, 50)
	lister := newAgentLister(c.Orq, in)
	found, more, err := lister.find(ctx, limit, strings.Fields(strings.ToLower(in.Search)))
	if err != nil {
		return listAgentsOutput{}, err
	}
	out := newAgentPage(in, found, more)
	if lister.refused != nil {
		out.truncation = truncation{Truncated: true, Next: externalMissing}
	}
	return out, nil
})

// newAgentPage returns a page of the agents found, which are sorted newest first.
func newAgentPage(in *listAgentsInput, found []listedAgent, more bool) listAgentsOutput {
	out := listAgentsOutput{Agents: []agentRow{}, backward: in.Before != ""}
	for i := range found {
		out.cursors = append(out.cursors, found[i].cursor)
		if in.Detail == "full" {
			out.Full = append(out.Full, newAgentDetail(string(found[i].Raw)))
		} else {
			out.Agents = append(out.Agents, newAgentRow(&found[i].Agent))
		}
	}
	return out.withNextPage(more)
}

// withNextPage sets whether there is a next page and where it starts.
func (o listAgentsOutput) withNextPage(more bool) listAgentsOutput {
	switch o.HasMore = more; {
	case more && o.backward:
		o.Before = o.cursors[0]
	case more:
		o.Cursor = o.cursors[len(o.cursors)-1]
	}
	return o
}

// page keeps as many agents as fit into room, in tokens, and at least one. The next page starts where this one then ends.
func (o listAgentsOutput) page(room int) output {
	kept := max(countFitting(o.Agents, o.backward, room), countFitting(o.Full, o.backward, room))
	if kept == len(o.cursors) {
		return o
	}
	o.Agents, o.Full, o.cursors = take(o.Agents, kept, o.backward), take(o.Full, kept, o.backward), take(o.cursors, kept, o.backward)
	return o.withNextPage(true)
}

// countFitting returns how many rows fit into room, counted from the first, or backward from the last; at least 1 if there are any.
func countFitting[Row output](rows []Row, backward bool, room int) int {
	for i := range rows {
		row := rows[i]
		if backward {
			row = rows[len(rows)-1-i]
		}
		if rendered, err := renderWhole(row); err == nil {
			room -= max(estimateTokens(rendered.structured), estimateTokens(rendered.text))
		}
		if room < 0 {
			return max(i, 1)
		}
	}
	return len(rows)
}

// take returns the first n entries of list, or backward the last n. An empty list stays empty.
func take[T any](list []T, n int, backward bool) []T {
	switch {
	case len(list) == 0:
		return list
	case backward:
		return list[len(list)-n:]
	}
	return list[:n]
}

// matches reports whether each of the lower-case words occurs in the agent's key, name, role or description.
func matches(agent orq.Agent, words []string) bool {
	text := strings.ToLower(agent.Key + "\n" + agent.DisplayName + "\n" + agent.Role + "\n" + agent.Description)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
