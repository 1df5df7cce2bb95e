package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// maxListed is the number of agents that are read.
const maxListed = 100

// lookAtAccess looks at whether the key is accepted, of which workspace it is, and at the cards of its A2A agents.
func (d *doctor) lookAtAccess(ctx context.Context, client *orq.Client) {
	agents, err := client.ListAgents(ctx, orq.ListOptions{Limit: maxListed})
	if err != nil {
		d.add(d.refusedFinding(ctx, err))
		d.skip("the agents cannot be listed", checkA2A)
		return
	}
	d.add(Finding{ID: checkAccess, State: OK, Found: "the key is accepted; " + workspaceOf(ctx, client, agents)})
	d.lookAtCards(ctx, externalAgents(ctx, client, agents))
}

func (d *doctor) refusedFinding(ctx context.Context, err error) Finding {
	f := Finding{ID: checkAccess, State: Failed, Found: err.Error(), Do: "if it lasts, ask the support of orq.ai"}
	switch {
	case ctx.Err() != nil:
		f.Found, f.Do = d.describe(ctx, err).Error(), "run orq-mcp doctor again; if it lasts, the service or the network is slow"
	case errors.Is(err, orq.ErrUnauthorized):
		f.Found = "the key was rejected: " + err.Error()
		f.Do = "ORQ_API_KEY is incomplete, has expired, or belongs to another environment: create one in orq.ai under workspace settings"
	case errors.Is(err, orq.ErrForbidden):
		f.Found = "the key may not list agents: " + err.Error()
		f.Do = "give the key permission in orq.ai under workspace settings"
	case errors.Is(err, orq.ErrNoRoute):
		f.Found = "the service has no agents: " + err.Error()
		f.Do = "correct ORQ_BASE_URL or --base-url: it is the address without a path, such as https://my.orq.ai"
	}
	return f
}

// workspaceOf describes the workspace of the key, as far as the service says it.
func workspaceOf(ctx context.Context, client *orq.Client, agents orq.AgentList) string {
	content := "no agents"
	if len(agents.Data) > 0 {
		number := count(len(agents.Data), "agent", "agents")
		if agents.HasMore {
			number = fmt.Sprintf("more than %d agents", len(agents.Data))
		}
		content = fmt.Sprintf("%s, the newest %s", number, agents.Data[0].Key)
	}
	id := ""
	for i := range agents.Data {
		if id = agents.Data[i].WorkspaceID; id != "" {
			break
		}
	}
	all, err := client.Workspaces(ctx)
	if err != nil && !errors.Is(err, orq.ErrNoRoute) && !errors.Is(err, orq.ErrForbidden) {
		return content + "; of which workspace it is could not be read: " + err.Error()
	}
	for _, each := range all {
		if each.ID == id || len(all) == 1 {
			return fmt.Sprintf("workspace %s (%s), %s", each.Name, each.Key, content)
		}
	}
	switch {
	case len(all) > 1:
		var names []string
		for _, each := range all {
			names = append(names, each.Key)
		}
		return fmt.Sprintf("%s, in one of the workspaces %s", content, strings.Join(names, ", "))
	case id != "":
		return fmt.Sprintf("workspace id %s, %s", id, content)
	}
	return content + "; the service does not say which workspace it is"
}

// externalAgents returns the A2A agents, of either list.
func externalAgents(ctx context.Context, client *orq.Client, agents orq.AgentList) []a2aAgent {
	var found []a2aAgent
	for i := range agents.Data {
		found = appendAgent(found, &agents.Data[i])
	}
	listed, err := client.ListExternalAgents(ctx, orq.ListOptions{Limit: maxListed})
	if err != nil {
		return found
	}
	for _, each := range listed.Data {
		found = appendAgent(found, each)
	}
	return found
}

// appendAgent appends an agent if it is an A2A agent that is not there yet.
func appendAgent(all []a2aAgent, agent *orq.Agent) []a2aAgent {
	if agent.A2A == nil || agent.A2A.AgentURL == "" {
		return all
	}
	for _, each := range all {
		if each.Key == agent.Key {
			return all
		}
	}
	return append(all, a2aAgent{Key: agent.Key, AgentURL: agent.A2A.AgentURL, CardURL: agent.A2A.CardURL})
}
