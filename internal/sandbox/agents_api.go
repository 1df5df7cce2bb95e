package sandbox

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
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
	about(w, "agent", in.Key)
	if err := s.checkTeam(in.TeamOfAgents); err != nil {
		return err
	}
	rec, err := s.created(in)
	if err != nil {
		return err
	}
	return s.insert(w, rec)
}

// created is the agent that a request describes. It is not stored yet.
func (s *Sandbox) created(in orq.CreateAgentRequest) (*store.Record, error) {
	agent := s.newAgent(orq.TypeInternal, in.Key, in.Path)
	agent.DisplayName, agent.Role, agent.Description = in.DisplayName, in.Role, in.Description
	agent.Instructions, agent.SystemPrompt = in.Instructions, in.SystemPrompt
	agent.Model = agentModel(in.Model, fallbackModels(in.FallbackModels))
	agent.Settings = defaultSettings("respect_tool")
	mergeSettings(agent.Settings, in.Settings)
	setList(&agent.MemoryStores, in.MemoryStores)
	setList(&agent.KnowledgeBases, in.KnowledgeBases)
	setList(&agent.TeamOfAgents, in.TeamOfAgents)
	agent.Variables = in.Variables
	setText(&agent.Source, in.Source)
	setText(&agent.Engine, in.Engine)
	return &store.Record{Agent: agent}, checkTemplates(agent)
}

// insert stores a new agent and answers with it.
func (s *Sandbox) insert(w http.ResponseWriter, rec *store.Record) error {
	if err := s.store.Insert(rec); errors.Is(err, store.ErrTaken) {
		return apierror.Conflict("there is already an agent with the key %q", rec.Agent.Key)
	} else if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, answerOf(rec))
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
	return answer(w, http.StatusOK, answerOf(rec))
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
	s.cancelRuns(rec.Agent.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// listAgents serves GET /v2/agents.
func (s *Sandbox) listAgents(w http.ResponseWriter, r *http.Request) error {
	query, err := validate.ListAgents(r.URL.Query())
	if err != nil {
		return err
	}
	l := store.Page{Type: query.Type, After: query.StartingAfter, Before: query.EndingBefore, Limit: query.Limit}
	records, more, err := s.store.List(l)
	if err != nil {
		return err
	}
	data := make([]agentAnswer, len(records))
	for i, rec := range records {
		data[i] = answerOf(rec)
	}
	return answer(w, http.StatusOK, struct {
		Object  string        `json:"object"`
		Data    []agentAnswer `json:"data"`
		HasMore bool          `json:"has_more"`
	}{"list", data, more})
}

// nextVersion raises one number of a version and resets those after it.
func nextVersion(version, increment string) string {
	numbers := [3]int{}
	for i, part := range strings.SplitN(version, ".", 3) {
		numbers[i], _ = strconv.Atoi(part)
	}
	switch increment {
	case "major":
		numbers = [3]int{numbers[0] + 1}
	case "minor":
		numbers = [3]int{numbers[0], numbers[1] + 1}
	case "patch":
		numbers[2]++
	}
	return strconv.Itoa(numbers[0]) + "." + strconv.Itoa(numbers[1]) + "." + strconv.Itoa(numbers[2])
}
