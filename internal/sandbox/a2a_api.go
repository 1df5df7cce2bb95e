package sandbox

import (
	"encoding/json"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
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
		return agents.KeyTaken(in.Key)
	}
	rec, err := s.build.Register(r.Context(), agents.Registration{RegisterA2ARequest: in})
	if err != nil {
		return err
	}
	return insertAgent(w, s.store, rec)
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
	rec, err = s.build.Refresh(r.Context(), rec)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, struct {
		Message string          `json:"message"`
		Card    json.RawMessage `json:"card"`
	}{"the agent card was refreshed", rec.Agent.A2A.CachedCard})
}
