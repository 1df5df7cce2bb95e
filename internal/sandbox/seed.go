package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Seeded counts what Seed did.
type Seeded struct {
	Made, Kept int
	// Unreachable names the A2A agents that were made without a card, each with the reason.
	Unreachable []string
}

// seedEntry is an agent of a seed: one of the two requests is set.
type seedEntry struct {
	key      string
	create   *orq.CreateAgentRequest
	register *agents.Registration
}

// Seed creates the agents whose keys are free and keeps the others as they are. Each is the body of POST /v2/agents, that of
// POST /v2/agents/external or POST /v2/agents/a2a when it has an agent_url, or the arguments of create_agent when it has no
// settings. Their order is their age; members of a team may come later. When anything is wrong with any of them, the error
// names the agent and the field, and none is created. A card that cannot be fetched is no error.
func (s *Sandbox) Seed(ctx context.Context, agents []json.RawMessage) (Seeded, error) {
	entries, err := parseSeed(agents)
	if err != nil {
		return Seeded{}, err
	}
	listed := map[string]bool{}
	for _, entry := range entries {
		listed[entry.key] = true
	}
	exists := func(ref string) bool { return listed[ref] || s.store.ID(ref) != "" }
	var recs []*store.Record
	for _, entry := range entries {
		if s.store.ID(entry.key) != "" {
			continue
		}
		rec, err := s.buildEntry(ctx, entry, exists)
		if err != nil {
			return Seeded{}, fmt.Errorf("agent %q: %w", entry.key, err)
		}
		recs = append(recs, rec)
	}
	unreachable, err := s.addCards(ctx, recs)
	if err != nil {
		return Seeded{}, err
	}
	if err := s.store.Insert(recs...); err != nil {
		return Seeded{}, err
	}
	return Seeded{Made: len(recs), Kept: len(agents) - len(recs), Unreachable: unreachable}, nil
}

// addCards fetches the cards of the A2A agents, all at once, which takes 5 s at most. It returns the agents whose card cannot
// be fetched, and an error for a card by which an agent cannot be called.
func (s *Sandbox) addCards(ctx context.Context, recs []*store.Record) (unreachable []string, err error) {
	failures := make([]error, len(recs))
	var fetching sync.WaitGroup
	for i, rec := range recs {
		if rec.Agent.Type == orq.TypeA2A {
			fetching.Go(func() { failures[i] = s.build.AddCard(ctx, rec) })
		}
	}
	fetching.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, rec := range recs {
		if rec.Agent.Type != orq.TypeA2A {
			continue
		}
		if failures[i] != nil {
			unreachable = append(unreachable, fmt.Sprintf("%s: %v", rec.Agent.Key, failures[i]))
		} else if err := agents.CheckConnection(rec); err != nil {
			return nil, fmt.Errorf("agent %q: %w", rec.Agent.Key, err)
		}
	}
	return unreachable, nil
}

// parseSeed reads all entries of a seed, whose keys must differ.
func parseSeed(bodies []json.RawMessage) ([]*seedEntry, error) {
	entries := make([]*seedEntry, len(bodies))
	listed := map[string]bool{}
	for i, body := range bodies {
		name, entry, err := parseSeedEntry(body)
		if name == "" {
			name = strconv.Itoa(i + 1)
		}
		if err == nil && listed[entry.key] {
			err = errors.New("key: is in the list twice")
		}
		if err != nil {
			return nil, fmt.Errorf("agent %s: %w", name, err)
		}
		entries[i], listed[entry.key] = entry, true
	}
	return entries, nil
}

// parseSeedEntry also returns the quoted key, as far as there is one. Unlike the service it refuses fields that it does
// not know: in a file they are mistakes.
func parseSeedEntry(body json.RawMessage) (name string, entry *seedEntry, err error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return "", nil, errors.New("must be an object")
	}
	var key string
	_ = json.Unmarshal(fields["key"], &key) // the rules refuse what is no text
	if key != "" {
		name = strconv.Quote(truncate.Runes(key, 60))
	}
	entry = &seedEntry{key: key}
	if _, external := fields["agent_url"]; external {
		entry.register = &agents.Registration{}
		return name, entry, validate.DecodeStrict(body, validate.RegisterExternal(), entry.register)
	}
	if fields["settings"] == nil {
		if body, err = nested(fields); err != nil {
			return name, entry, err
		}
	}
	entry.create = &orq.CreateAgentRequest{}
	return name, entry, validate.DecodeStrict(body, validate.CreateAgent(), entry.create)
}

func (s *Sandbox) buildEntry(ctx context.Context, entry *seedEntry, exists func(ref string) bool) (*store.Record, error) {
	if entry.register != nil {
		return s.build.NewExternal(*entry.register)
	}
	return s.build.Create(ctx, *entry.create, exists)
}
