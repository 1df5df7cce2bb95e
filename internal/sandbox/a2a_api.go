package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// registerA2A serves POST /v2/agents/a2a: it fetches the agent's card and stores both.
func (s *Sandbox) registerA2A(w http.ResponseWriter, r *http.Request) error {
	var in orq.RegisterA2ARequest
	if err := decode(w, r, validate.RegisterA2A(), &in); err != nil {
		return err
	}
	addLogAttr(w, "agent", in.Key)
	if s.store.ID(in.Key) != "" {
		return apierror.Conflict("there is already an agent with the key %q", in.Key)
	}
	rec, err := s.build.register(r.Context(), in)
	if err != nil {
		return err
	}
	return s.insert(w, rec)
}

// refreshCard serves POST /v2/agents/{key}/card/refresh.
func (s *Sandbox) refreshCard(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.find(r)
	if err != nil {
		return err
	}
	if rec.Agent.Type != orq.TypeA2A {
		return apierror.Invalid("key: the agent %q is not an A2A agent", rec.Agent.Key)
	}
	card, err := s.build.card(r.Context(), rec)
	if err != nil {
		return err
	}
	_, err = s.store.Update(rec.Agent.ID, func(rec *store.Record) error {
		rec.Agent.A2A.CachedCard, rec.Agent.Updated = card, s.store.Timestamp()
		return nil
	})
	if errors.Is(err, store.ErrNoAgent) {
		return apierror.NoAgent(rec.Agent.Key)
	}
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, struct {
		Message string          `json:"message"`
		Card    json.RawMessage `json:"card"`
	}{"the agent card was refreshed", card})
}
