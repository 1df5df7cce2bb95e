package sandbox

import (
	"errors"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

type respondRequest struct {
	orq.InvokeRequest
	Background bool `json:"background"`
	Stream     bool `json:"stream"`
}

// respond serves POST /v2/agents/{agent_key}/responses: it answers when the turn has ended, with background at once, and
// with stream as the turn goes on.
func (s *Sandbox) respond(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.find(r)
	if err != nil {
		return err
	}
	var in respondRequest
	if err := decode(w, r, validate.Respond(), &in); err != nil {
		return err
	}
	if in.Stream && in.Background {
		return apierror.Invalid("background: cannot be combined with stream")
	}
	if err := run.Refusal(s.engines.For(rec.Agent), in.Message); err != nil {
		return err
	}
	listen := run.ListenNone
	if in.Stream {
		listen = run.ListenText
	}
	h, err := s.runs.Start(r.Context(), rec, in.Invocation, listen)
	if err != nil {
		return err
	}
	addLogAttr(w, "task", h.TaskID)
	if in.Stream {
		return follow(r, h, newResponseStream(w, h, s.store.NewID, s.now))
	}
	if in.Background {
		return writeJSON(w, http.StatusOK, h.Response)
	}
	if t := h.Wait(r.Context()); t != nil {
		return writeJSON(w, http.StatusOK, run.ResponseOf(t))
	}
	return nil
}

// getResponse serves GET /v2/agents/{agent_key}/responses/{task_id}. The tasks of a deleted agent can still be read.
func (s *Sandbox) getResponse(w http.ResponseWriter, r *http.Request) error {
	key, id := r.PathValue("key"), r.PathValue("task_id")
	t, err := s.runs.Task(key, id)
	if errors.Is(err, store.ErrNoTask) {
		return &apierror.Error{Status: http.StatusNotFound, Code: "404", Message: "the agent has no task " + truncate.Runes(id, 60)}
	}
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, run.ResponseOf(t))
}
