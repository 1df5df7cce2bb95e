package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// createAgent serves POST /v2/agents.
func (s *Sandbox) createAgent(w http.ResponseWriter, r *http.Request) error {
	var in orq.CreateAgentRequest
	if err := decode(w, r, validate.CreateAgent(), &in); err != nil {
		return err
	}
	addLogAttr(w, "agent", in.Key)
	rec, err := s.build.Create(in, s.build.Exists)
	if err != nil {
		return err
	}
	return s.insert(w, rec)
}

// insert stores a new agent and answers with it.
func (s *Sandbox) insert(w http.ResponseWriter, rec *store.Record) error {
	if err := s.store.Insert(rec); errors.Is(err, store.ErrTaken) {
		return agents.KeyTaken(rec.Agent.Key)
	} else if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, agents.NewAnswer(rec))
}

// find returns the agent that the request's path names.
func (s *Sandbox) find(r *http.Request) (*store.Record, error) {
	ref := r.PathValue("key")
	rec, err := s.store.Agent(ref)
	if errors.Is(err, store.ErrNoAgent) {
		return nil, apierror.NoAgent(ref)
	}
	return rec, err
}

// getAgent serves GET /v2/agents/{agent_key}.
func (s *Sandbox) getAgent(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.find(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, agents.NewAnswer(rec))
}

// updateAgent serves PATCH /v2/agents/{agent_key}: what the body does not hold stays as it is.
func (s *Sandbox) updateAgent(w http.ResponseWriter, r *http.Request) error {
	var in orq.UpdateAgentRequest
	if err := decode(w, r, validate.UpdateAgent(), &in); err != nil {
		return err
	}
	ref := r.PathValue("key")
	if name, _, versioned := strings.Cut(ref, "@"); versioned && s.store.ID(name) != "" {
		return apierror.Invalid("agent_key: a version cannot be changed; update %q", name)
	}
	if err := agents.CheckTeam(in.TeamOfAgents, s.build.Exists); err != nil {
		return err
	}
	rec, err := s.store.Update(s.store.ID(ref), func(rec *store.Record) error { return s.build.Update(rec, in) })
	switch {
	case errors.Is(err, store.ErrNoAgent):
		return apierror.NoAgent(ref)
	case errors.Is(err, store.ErrTaken):
		return agents.KeyTaken(*in.Key)
	case err != nil:
		return err
	}
	return writeJSON(w, http.StatusOK, agents.NewAnswer(rec))
}

// deleteAgent serves DELETE /v2/agents/{agent_key}. Runs of the agent are canceled.
func (s *Sandbox) deleteAgent(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("key")
	rec, err := s.store.Remove(s.store.ID(ref))
	if errors.Is(err, store.ErrNoAgent) {
		return apierror.NoAgent(ref)
	}
	if err != nil {
		return err
	}
	s.runs.CancelAgent(rec.Agent.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// listAgents serves GET /v2/agents.
func (s *Sandbox) listAgents(w http.ResponseWriter, r *http.Request) error {
	query, err := validate.ListAgents(r.URL.Query())
	if err != nil {
		return err
	}
	page := store.Page{Type: query.Type, After: query.StartingAfter, Before: query.EndingBefore, Limit: query.Limit}
	records, more, err := s.store.List(page)
	if err != nil {
		return err
	}
	data := make([]agents.Answer, len(records))
	for i, rec := range records {
		data[i] = agents.NewAnswer(rec)
	}
	return writeJSON(w, http.StatusOK, list[agents.Answer]{"list", data, more})
}
