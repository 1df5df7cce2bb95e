package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// checkSource returns what is wrong with the address and the key of the workspace.
func (c *exportCommand) checkSource(process *Process) []error {
	key := process.Getenv("ORQ_API_KEY")
	if strings.TrimSpace(key) == "" {
		return []error{fmt.Errorf("missing: --data=FILE, or ORQ_API_KEY for the workspace at %s", redact.URL(c.BaseURL))}
	}
	_, urlErr := orq.New(orq.Options{BaseURL: c.BaseURL})
	return []error{urlErr, inSetting("ORQ_API_KEY", apikey.Check(key))}
}

// readWorkspace reads the agents of a workspace over its API.
func (c *exportCommand) readWorkspace(ctx context.Context, process *Process, logger *slog.Logger) ([]json.RawMessage, error) {
	warnClearText(logger, "API keys", "ORQ_BASE_URL or --base-url", c.BaseURL)
	client, err := orq.New(orq.Options{
		BaseURL: c.BaseURL, APIKey: process.Getenv("ORQ_API_KEY"), UserAgent: "orq-mcp/" + process.Version, Logger: logger,
	})
	if err != nil {
		return nil, err
	}
	agents, err := allAgents(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("read the agents at %s: %w", redact.URL(c.BaseURL), err)
	}
	return sandbox.ExportAgents(agents)
}

// allAgents returns all agents of a workspace, oldest first. External agents are in a list of their own or in that of the
// others, depending on the generation of the API, or in both.
func allAgents(ctx context.Context, client *orq.Client) ([]*orq.Agent, error) {
	internal, err := allPages(func(options orq.ListOptions) ([]*orq.Agent, bool, error) {
		page, err := client.ListAgents(ctx, options)
		agents := make([]*orq.Agent, len(page.Data))
		for i := range page.Data {
			agents[i] = &page.Data[i]
		}
		return agents, page.HasMore, err
	})
	if err != nil {
		return nil, err
	}
	external, err := allPages(func(options orq.ListOptions) ([]*orq.Agent, bool, error) {
		page, err := client.ListExternalAgents(ctx, options)
		return page.Data, page.HasMore, err
	})
	agents := append(internal, external...)
	// Ids begin with the time at which an agent was created.
	slices.SortFunc(agents, func(a, b *orq.Agent) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(agents, func(a, b *orq.Agent) bool { return a.ID == b.ID }), err
}

// allPages reads a list to its end.
func allPages(page func(orq.ListOptions) (agents []*orq.Agent, more bool, err error)) (all []*orq.Agent, err error) {
	options := orq.ListOptions{Limit: 200}
	for {
		agents, more, err := page(options)
		all = append(all, agents...)
		if err != nil || !more || len(agents) == 0 {
			return all, err
		}
		options.StartingAfter = agents[len(agents)-1].ID
	}
}
