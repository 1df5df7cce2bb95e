package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// invoke serves POST /v2/agents/{key}/task: it answers at once, or with blocking when the turn has ended.
func (s *Sandbox) invoke(w http.ResponseWriter, r *http.Request) error {
	in, rec, err := s.decodeInvoke(w, r)
	if err != nil {
		return err
	}
	turn, err := s.start(rec, in.Invocation, false) //nolint:contextcheck // a run outlives the request that starts it
	if err != nil {
		return err
	}
	about(w, "task", turn.id)
	if in.Configuration == nil || in.Configuration.Blocking == nil || !*in.Configuration.Blocking {
		return answer(w, http.StatusOK, turn.accepted)
	}
	select {
	case <-turn.ended:
		return answer(w, http.StatusOK, turn.task.wire(true))
	case <-r.Context().Done():
		return nil
	}
}

// invokeStream serves POST /v2/agents/{key}/stream-task.
func (s *Sandbox) invokeStream(w http.ResponseWriter, r *http.Request) error {
	in, rec, err := s.decodeInvoke(w, r)
	if err != nil {
		return err
	}
	turn, err := s.start(rec, in.Invocation, true)
	if err != nil {
		return err
	}
	about(w, "task", turn.id)
	return turn.follow(w, r)
}

// decodeInvoke finds the agent before it looks at the body, so that a wrong key is what a caller hears of first.
func (s *Sandbox) decodeInvoke(w http.ResponseWriter, r *http.Request) (in orq.InvokeRequest, rec *record, err error) {
	if rec, err = s.find(r); err != nil {
		return in, nil, err
	}
	if err := decode(w, r, invokeRules(), &in); err != nil {
		return in, nil, err
	}
	return in, rec, s.engineOf(rec.Agent).refuse(told(in.Message))
}

// run serves POST /v2/agents/run.
func (s *Sandbox) run(w http.ResponseWriter, r *http.Request) error {
	turn, err := s.startRun(w, r, false)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, turn.accepted)
}

// runStream serves POST /v2/agents/stream-run.
func (s *Sandbox) runStream(w http.ResponseWriter, r *http.Request) error {
	turn, err := s.startRun(w, r, true)
	if err != nil {
		return err
	}
	return turn.follow(w, r)
}

func (s *Sandbox) startRun(w http.ResponseWriter, r *http.Request, stream bool) (*run, error) {
	var in orq.RunRequest
	if err := decode(w, r, runRules(), &in); err != nil {
		return nil, err
	}
	about(w, "agent", in.Key)
	if err := s.engine.refuse(told(in.Message)); err != nil {
		return nil, err
	}
	if err := s.checkTeam(in.TeamOfAgents); err != nil {
		return nil, err
	}
	if err := s.mayContinue(in.Key, in.TaskID); err != nil {
		return nil, err
	}
	rec, err := s.configured(in)
	if err != nil {
		return nil, err
	}
	turn, err := s.start(rec, in.Invocation, stream)
	if err != nil {
		return nil, err
	}
	about(w, "task", turn.id)
	return turn, nil
}

// configured returns the agent that a run describes: made when the key is new, changed when it differs.
func (s *Sandbox) configured(in orq.RunRequest) (rec *record, err error) {
	if id := s.store.index.id(in.Key); id != "" {
		return s.store.update(id, func(rec *record) error { return s.configure(rec, in) })
	}
	rec = &record{Agent: s.newAgent(orq.TypeInternal, in.Key, in.Path)}
	rec.Agent.Model = &orq.AgentModel{}
	if err := s.configure(rec, in); err != nil {
		return nil, err
	}
	if err := s.store.insert(rec); errors.Is(err, errTaken) {
		return nil, conflict("there is already an agent with the key %q", in.Key)
	} else if err != nil {
		return nil, err
	}
	return rec, nil
}

// configure sets what the run holds. Settings are replaced as a whole: a run that names no tools has none.
func (s *Sandbox) configure(rec *record, in orq.RunRequest) error {
	agent, path := &rec.Agent, rec.Agent.Path
	if agent.Type != orq.TypeInternal {
		return invalid("key: the agent %q is an A2A agent; a run cannot configure it", in.Key)
	}
	fallbacks := agent.Model.FallbackModels
	setList(&fallbacks, in.FallbackModels)
	agent.Model = agentModel(in.Model, fallbacks)
	agent.Role, agent.Instructions = in.Role, in.Instructions
	agent.Path, agent.ProjectID = in.Path, projectID(in.Path)
	setText(&agent.Description, in.Description)
	setText(&agent.SystemPrompt, in.SystemPrompt)
	setText(&agent.Engine, in.Engine)
	setList(&agent.MemoryStores, in.MemoryStores)
	setList(&agent.KnowledgeBases, in.KnowledgeBases)
	setList(&agent.TeamOfAgents, in.TeamOfAgents)
	if err := checkTemplates(*agent); err != nil {
		return err
	}
	agent.Settings = defaultSettings("none")
	given := in.Settings
	mergeSettings(agent.Settings, orq.SettingsRequest{
		MaxIterations: given.MaxIterations, MaxExecutionTime: given.MaxExecutionTime, MaxCost: given.MaxCost,
		ToolApprovalRequired: given.ToolApprovalRequired, Evaluators: given.Evaluators, Guardrails: given.Guardrails,
	})
	agent.Settings.Tools = readRunTools(given.Tools)
	tools, err := schemasOf(given.Tools)
	if err != nil {
		return err
	}
	hash, err := contentHash(*agent)
	if err == nil && hash == agent.VersionHash && path == agent.Path && sameSchemas(tools, rec.Tools) {
		return errUnchanged
	}
	rec.Tools = tools
	agent.VersionHash, agent.Updated = hash, s.timestamp()
	return err
}

// getResponse serves GET /v2/agents/{agent_key}/responses/{task_id}. The tasks of a deleted agent can still be read.
func (s *Sandbox) getResponse(w http.ResponseWriter, r *http.Request) error {
	key, id := r.PathValue("key"), r.PathValue("task_id")
	t, err := s.store.task(id)
	if err != nil && !errors.Is(err, errNoTask) {
		return err
	}
	if err != nil || !s.belongs(t, key) {
		return &fault{http.StatusNotFound, "404", "the agent has no task " + shorten(id, 60)}
	}
	return answer(w, http.StatusOK, t.response())
}

func (s *Sandbox) belongs(t *task, ref string) bool {
	name, _, _ := strings.Cut(ref, "@")
	return name == t.AgentID || name == t.AgentKey || s.store.index.id(name) == t.AgentID
}
