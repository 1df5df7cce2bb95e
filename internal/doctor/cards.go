package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

const (
	// maxCards is the number of cards that are fetched.
	maxCards = 20
	// maxCard is the largest card, in bytes.
	maxCard = 1 << 20
)

// a2aAgent is an A2A agent as a request to register it names it.
type a2aAgent struct {
	Key      string `json:"key"`
	AgentURL string `json:"agent_url"`
	CardURL  string `json:"card_url"`
}

// a2aAgents returns those of a list of agents that are A2A agents. Of each key, the first counts.
func a2aAgents(list []json.RawMessage) (found []a2aAgent) {
	known := map[string]bool{}
	for _, raw := range list {
		var agent a2aAgent
		if json.Unmarshal(raw, &agent) == nil && agent.AgentURL != "" && !known[agent.Key] {
			known[agent.Key] = true
			found = append(found, agent)
		}
	}
	return found
}

// lookAtCards fetches the cards of A2A agents. Their headers, which may be secret, are not known here and not sent.
func (d *doctor) lookAtCards(ctx context.Context, agents []a2aAgent) {
	if len(agents) == 0 {
		d.add(Finding{ID: checkA2A, State: OK, Found: "there are no A2A agents"})
		return
	}
	findings := make([]Finding, min(len(agents), maxCards))
	var fetched sync.WaitGroup
	for i := range findings {
		fetched.Go(func() { findings[i] = d.cardFinding(ctx, agents[i]) })
	}
	fetched.Wait()
	for _, each := range findings {
		d.add(each)
	}
	if left := len(agents) - len(findings); left > 0 {
		d.add(Finding{ID: checkA2A, State: Note, Found: fmt.Sprintf("%s more were not looked at", count(left, "agent", "agents"))})
	}
}

func (d *doctor) cardFinding(ctx context.Context, agent a2aAgent) Finding {
	f := Finding{ID: checkA2A, Subject: agent.Key, State: Warning}
	at := agent.CardURL
	if at == "" {
		joined, err := url.JoinPath(agent.AgentURL, "card")
		if err != nil {
			f.Found, f.Do = "its agent_url is no address", "register it again"
			return f
		}
		at = joined
	}
	f.Do = "start the agent, or correct its addresses with update_agent, then refresh_agent_card"
	if !d.Sandbox {
		f.Do = "nothing if only orq.ai can reach it; else " + f.Do
	}
	body, status, err := d.fetch(ctx, at)
	shown := redact.URL(at)
	switch {
	case err != nil:
		f.Found = fmt.Sprintf("its card at %s cannot be fetched from here: %v", shown, d.describe(ctx, err))
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		f.State, f.Found = Note, fmt.Sprintf("its card at %s wants credentials (status %d), which are not sent from here", shown, status)
		f.Do = "refresh_agent_card fetches it with the agent's headers"
	case status != http.StatusOK:
		f.Found = fmt.Sprintf("its card at %s was answered with status %d", shown, status)
	case !a2a.IsCard(body):
		f.Found = fmt.Sprintf("what is at %s is no agent card", shown)
	default:
		f.State, f.Found, f.Do = OK, "its card is at "+shown, ""
		if _, err := a2a.Dial(a2a.Agent{Card: body, CardURL: at}, d.http.Transport); err != nil {
			f.State, f.Found, f.Do = Warning, err.Error(), "the agent has to offer A2A 0.2, 0.3 or 1.0 over JSON-RPC, or 1.0 over HTTP+JSON"
		}
	}
	return f
}

// fetch reads a document, up to maxCard.
func (d *doctor) fetch(ctx context.Context, at string) (body []byte, status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Accept", "application/json")
	response, err := d.http.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close() //nolint:errcheck // it was only read
	body, err = io.ReadAll(io.LimitReader(response.Body, maxCard))
	return body, response.StatusCode, err
}
