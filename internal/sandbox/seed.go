package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Seeded counts what Seed did.
type Seeded struct{ Made, Kept int }

// seedling is an agent that is to be made: one of the two requests is set.
type seedling struct {
	key      string
	create   *orq.CreateAgentRequest
	register *orq.RegisterA2ARequest
}

// Seed makes the agents whose keys are free and keeps the others as they are. Each is the body of POST /v2/agents or,
// when it has an agent_url, that of POST /v2/agents/a2a. Their order is their age; members of a team may come later.
// When anything is wrong with any of them, the error names the agent and the field, and none is made.
func (s *Sandbox) Seed(ctx context.Context, agents []json.RawMessage) (Seeded, error) {
	seedlings := make([]*seedling, len(agents))
	listed := map[string]bool{}
	for i, body := range agents {
		name, sown, err := parseSeedling(body)
		if name == "" {
			name = strconv.Itoa(i + 1)
		}
		if err == nil && listed[sown.key] {
			err = errors.New("key: is in the list twice")
		}
		if err != nil {
			return Seeded{}, fmt.Errorf("agent %s: %w", name, err)
		}
		seedlings[i], listed[sown.key] = sown, true
	}
	exists := func(ref string) bool { return listed[ref] || s.store.ID(ref) != "" }
	var recs []*store.Record
	for _, sown := range seedlings {
		if s.store.ID(sown.key) != "" {
			continue
		}
		rec, err := s.grow(ctx, sown, exists)
		if err != nil {
			return Seeded{}, fmt.Errorf("agent %q: %w", sown.key, err)
		}
		recs = append(recs, rec)
	}
	if err := s.store.Insert(recs...); err != nil {
		return Seeded{}, err
	}
	return Seeded{Made: len(recs), Kept: len(agents) - len(recs)}, nil
}

// parseSeedling also returns the quoted key, as far as there is one. Unlike the service it refuses fields that it does
// not know: in a file they are mistakes.
func parseSeedling(body json.RawMessage) (name string, sown *seedling, err error) {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return "", nil, errors.New("must be an object")
	}
	key, _ := fields["key"].(string)
	if key != "" {
		name = strconv.Quote(truncate.Runes(key, 60))
	}
	sown = &seedling{key: key}
	if _, external := fields["agent_url"]; external {
		sown.register = &orq.RegisterA2ARequest{}
		return name, sown, validate.DecodeStrict(body, validate.RegisterA2A(), sown.register)
	}
	sown.create = &orq.CreateAgentRequest{}
	return name, sown, validate.DecodeStrict(body, validate.CreateAgent(), sown.create)
}

func (s *Sandbox) grow(ctx context.Context, sown *seedling, exists func(ref string) bool) (*store.Record, error) {
	if sown.register != nil {
		return s.registered(ctx, *sown.register)
	}
	if err := checkMembers(sown.create.TeamOfAgents, exists); err != nil {
		return nil, err
	}
	return s.created(*sown.create)
}
