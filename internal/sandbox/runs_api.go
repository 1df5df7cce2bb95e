package sandbox

import (
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// invoke serves POST /v2/agents/{key}/task: it answers at once, or with blocking when the turn has ended.
func (s *Sandbox) invoke(w http.ResponseWriter, r *http.Request) error {
	in, rec, err := s.decodeInvoke(w, r)
	if err != nil {
		return err
	}
	h, err := s.runs.Start(r.Context(), rec, in.Invocation, run.ListenNone)
	if err != nil {
		return err
	}
	addLogAttr(w, "task", h.TaskID)
	if in.Configuration == nil || in.Configuration.Blocking == nil || !*in.Configuration.Blocking {
		return writeJSON(w, http.StatusOK, h.Accepted)
	}
	if t := h.Wait(r.Context()); t != nil {
		return writeJSON(w, http.StatusOK, run.TaskOf(t, true))
	}
	return nil
}

// invokeStream serves POST /v2/agents/{key}/stream-task.
func (s *Sandbox) invokeStream(w http.ResponseWriter, r *http.Request) error {
	in, rec, err := s.decodeInvoke(w, r)
	if err != nil {
		return err
	}
	h, err := s.runs.Start(r.Context(), rec, in.Invocation, run.ListenEvents)
	if err != nil {
		return err
	}
	addLogAttr(w, "task", h.TaskID)
	return follow(r, h, newEventStream(w))
}

// decodeInvoke finds the agent before it reads the body, so that a wrong key is reported first.
func (s *Sandbox) decodeInvoke(w http.ResponseWriter, r *http.Request) (in orq.InvokeRequest, rec *store.Record, err error) {
	if rec, err = s.find(r); err != nil {
		return in, nil, err
	}
	if err := decode(w, r, validate.Invoke(), &in); err != nil {
		return in, nil, err
	}
	return in, rec, run.Refusal(s.engines.For(rec.Agent), in.Message)
}

// configureAndRun serves POST /v2/agents/run.
func (s *Sandbox) configureAndRun(w http.ResponseWriter, r *http.Request) error {
	h, err := s.startRun(w, r, run.ListenNone)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, h.Accepted)
}

// configureAndRunStream serves POST /v2/agents/stream-run.
func (s *Sandbox) configureAndRunStream(w http.ResponseWriter, r *http.Request) error {
	h, err := s.startRun(w, r, run.ListenEvents)
	if err != nil {
		return err
	}
	return follow(r, h, newEventStream(w))
}

func (s *Sandbox) startRun(w http.ResponseWriter, r *http.Request, listen run.Listen) (*run.Handle, error) {
	var in orq.RunRequest
	if err := decode(w, r, validate.Run(), &in); err != nil {
		return nil, err
	}
	addLogAttr(w, "agent", in.Key)
	if err := run.Refusal(s.engines.Local, in.Message); err != nil {
		return nil, err
	}
	if err := agents.CheckTeam(in.TeamOfAgents, s.build.Exists); err != nil {
		return nil, err
	}
	if err := s.runs.CheckContinue(in.Key, in.TaskID); err != nil {
		return nil, err
	}
	rec, err := s.build.Configure(r.Context(), in)
	if err != nil {
		return nil, err
	}
	h, err := s.runs.Start(r.Context(), rec, in.Invocation, listen)
	if err != nil {
		return nil, err
	}
	addLogAttr(w, "task", h.TaskID)
	return h, nil
}
