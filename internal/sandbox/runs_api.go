package sandbox

import (
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// invoke serves POST /v2/agents/{key}/task: it answers at once, or with blocking when the turn has ended.
func (s *Sandbox) invoke(w http.ResponseWriter, r *http.Request) error {
	in, rec, err := s.decodeInvoke(w, r)
	if err != nil {
		return err
	}
	turn, err := s.start(rec, in.Invocation, nothing) //nolint:contextcheck // a run outlives the request that starts it
	if err != nil {
		return err
	}
	about(w, "task", turn.id)
	if in.Configuration == nil || in.Configuration.Blocking == nil || !*in.Configuration.Blocking {
		return answer(w, http.StatusOK, turn.accepted)
	}
	select {
	case <-turn.ended:
		return answer(w, http.StatusOK, turn.task.Wire(true))
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
	turn, err := s.start(rec, in.Invocation, events)
	if err != nil {
		return err
	}
	about(w, "task", turn.id)
	return turn.follow(r, newEventStream(w))
}

// decodeInvoke finds the agent before it looks at the body, so that a wrong key is what a caller hears of first.
func (s *Sandbox) decodeInvoke(w http.ResponseWriter, r *http.Request) (in orq.InvokeRequest, rec *store.Record, err error) {
	if rec, err = s.find(r); err != nil {
		return in, nil, err
	}
	if err := decode(w, r, validate.Invoke(), &in); err != nil {
		return in, nil, err
	}
	return in, rec, s.engineOf(rec.Agent).refuse(told(in.Message))
}

// run serves POST /v2/agents/run.
func (s *Sandbox) run(w http.ResponseWriter, r *http.Request) error {
	turn, err := s.startRun(w, r, nothing)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, turn.accepted)
}

// runStream serves POST /v2/agents/stream-run.
func (s *Sandbox) runStream(w http.ResponseWriter, r *http.Request) error {
	turn, err := s.startRun(w, r, events)
	if err != nil {
		return err
	}
	return turn.follow(r, newEventStream(w))
}

func (s *Sandbox) startRun(w http.ResponseWriter, r *http.Request, tells telling) (*run, error) {
	var in orq.RunRequest
	if err := decode(w, r, validate.Run(), &in); err != nil {
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
	turn, err := s.start(rec, in.Invocation, tells)
	if err != nil {
		return nil, err
	}
	about(w, "task", turn.id)
	return turn, nil
}
