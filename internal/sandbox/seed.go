package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Seeded counts what Seed did.
type Seeded struct{ Made, Kept int }

// seedEntry is an agent of a seed: one of the two requests is set.
type seedEntry struct {
	key      string
	create   *orq.CreateAgentRequest
	register *agents.Registration
}

// Seed creates the agents whose keys are free and keeps the others as they are. Each is the body of POST /v2/agents or,
// when it has an agent_url, that of POST /v2/agents/external or POST /v2/agents/a2a. Their order is their age; members of a team may come later.
// When anything is wrong with any of them, the error names the agent and the field, and none is created.
func (s *Sandbox) Seed(ctx context.Context, agents []json.RawMessage) (Seeded, error) {
	entries := make([]*seedEntry, len(agents))
	listed := map[string]bool{}
	for i, body := range agents {
		name, entry, err := parseSeedEntry(body)
		if name == "" {
			name = strconv.Itoa(i + 1)
		}
		if err == nil && listed[entry.key] {
			err = errors.New("key: is in the list twice")
		}
		if err != nil {
			return Seeded{}, fmt.Errorf("agent %s: %w", name, err)
		}
		entries[i], listed[entry.key] = entry, true
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
	if err := s.store.Insert(recs...); err != nil {
		return Seeded{}, err
	}
	return Seeded{Made: len(recs), Kept: len(agents) - len(recs)}, nil
}

// parseSeedEntry also returns the quoted key, as far as there is one. Unlike the service it refuses fields that it does
// not know: in a file they are mistakes.
func parseSeedEntry(body json.RawMessage) (name string, entry *seedEntry, err error) {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return "", nil, errors.New("must be an object")
	}
	key, _ := fields["key"].(string)
	if key != "" {
		name = strconv.Quote(truncate.Runes(key, 60))
	}
	entry = &seedEntry{key: key}
	if _, external := fields["agent_url"]; external {
		entry.register = &agents.Registration{}
		return name, entry, validate.DecodeStrict(body, validate.RegisterExternal(), entry.register)
	}
	entry.create = &orq.CreateAgentRequest{}
	return name, entry, validate.DecodeStrict(body, validate.CreateAgent(), entry.create)
}

func (s *Sandbox) buildEntry(ctx context.Context, entry *seedEntry, exists func(ref string) bool) (*store.Record, error) {
	if entry.register != nil {
		return s.build.Register(ctx, *entry.register)
	}
	return s.build.Create(ctx, *entry.create, exists)
}
