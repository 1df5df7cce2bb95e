package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// agentsAPI serves the operations on /v2/agents and /v2/agents/{agent_key}.
type agentsAPI struct {
	store *store.Store
	build *agents.Builder
	runs  *run.Runner
	// internalOnly leaves the A2A agents to the operations below /v2/agents/external: here they can only be deleted.
	internalOnly bool
}

func (s *Sandbox) agents(g Generation) agentsAPI {
	return agentsAPI{store: s.store, build: s.build, runs: s.runs, internalOnly: g == GenerationToday}
}

// create serves POST /v2/agents.
func (a agentsAPI) create(w http.ResponseWriter, r *http.Request) error {
	var in orq.CreateAgentRequest
	if err := decode(w, r, validate.CreateAgent(), &in); err != nil {
		return err
	}
	addLogAttr(w, "agent", in.Key)
	rec, err := a.build.Create(r.Context(), in, a.build.Exists)
	if err != nil {
		return err
	}
	return insertAgent(w, a.store, rec)
}

// insertAgent stores a new agent and answers with it.
func insertAgent(w http.ResponseWriter, data *store.Store, rec *store.Record) error {
	if err := data.Insert(rec); errors.Is(err, store.ErrTaken) {
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

// knows reports whether the operations know the agent.
func (a agentsAPI) knows(rec *store.Record) bool {
	return !a.internalOnly || rec.Agent.Type == orq.TypeInternal
}

// find returns the agent with this key or id, or one of its versions.
func (a agentsAPI) find(ref string) (*store.Record, error) {
	rec, err := a.store.Agent(ref)
	if errors.Is(err, store.ErrNoAgent) || err == nil && !a.knows(rec) {
		return nil, apierror.NoAgent(ref)
	}
	return rec, err
}

// get serves GET /v2/agents/{agent_key}.
func (a agentsAPI) get(w http.ResponseWriter, r *http.Request) error {
	rec, err := a.find(r.PathValue("key"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, agents.NewAnswer(rec))
}

// updateRules are the rules of PATCH /v2/agents/{agent_key}.
func (a agentsAPI) updateRules() validate.Object {
	if a.internalOnly {
		return validate.UpdateInternalAgent()
	}
	return validate.UpdateAgent()
}

// update serves PATCH /v2/agents/{agent_key}: what the body does not hold stays as it is.
func (a agentsAPI) update(w http.ResponseWriter, r *http.Request) error {
	var in orq.UpdateAgentRequest
	if err := decode(w, r, a.updateRules(), &in); err != nil {
		return err
	}
	ref := r.PathValue("key")
	if name, _, versioned := strings.Cut(ref, "@"); versioned {
		if _, err := a.find(name); err == nil {
			return apierror.Invalid("agent_key: a version cannot be changed; update %q", name)
		}
	}
	if err := agents.CheckTeam(in.TeamOfAgents, a.build.Exists); err != nil {
		return err
	}
	rec, err := a.store.Update(a.store.ID(ref), func(rec *store.Record) error {
		if !a.knows(rec) {
			return store.ErrNoAgent
		}
		return a.build.Update(r.Context(), rec, in)
	})
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

// delete serves DELETE /v2/agents/{agent_key}, for agents of every type. Runs of the agent are canceled.
func (a agentsAPI) delete(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("key")
	rec, err := a.store.Remove(a.store.ID(ref))
	if errors.Is(err, store.ErrNoAgent) {
		return apierror.NoAgent(ref)
	}
	if err != nil {
		return err
	}
	a.runs.CancelAgent(rec.Agent.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// list serves GET /v2/agents.
func (a agentsAPI) list(w http.ResponseWriter, r *http.Request) error {
	types := []string{orq.TypeInternal}
	if !a.internalOnly {
		types = append(types, orq.TypeA2A)
	}
	query, err := validate.ListAgents(r.URL.Query(), types...)
	if err != nil {
		return err
	}
	page := store.Page{Type: query.Type, After: query.StartingAfter, Before: query.EndingBefore, Limit: query.Limit}
	if a.internalOnly {
		page.Type = orq.TypeInternal
	}
	records, more, err := a.store.List(page)
	if err != nil {
		return err
	}
	data := make([]agents.Answer, len(records))
	for i, rec := range records {
		data[i] = agents.NewAnswer(rec)
	}
	return writeJSON(w, http.StatusOK, list[agents.Answer]{"list", data, more})
}
