package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
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
	if err := s.engineOf(rec.Agent).refuse(told(in.Message)); err != nil {
		return err
	}
	tells := nothing
	if in.Stream {
		tells = eventsAndPieces
	}
	turn, err := s.start(rec, in.Invocation, tells) //nolint:contextcheck // a run outlives the request that starts it
	if err != nil {
		return err
	}
	about(w, "task", turn.id)
	if in.Stream {
		return turn.follow(r, newResponseStream(w, turn))
	}
	if in.Background {
		return answer(w, http.StatusOK, turn.begun)
	}
	select {
	case <-turn.ended:
		return answer(w, http.StatusOK, turn.task.Response())
	case <-r.Context().Done():
		return nil
	}
}

// getResponse serves GET /v2/agents/{agent_key}/responses/{task_id}. The tasks of a deleted agent can still be read.
func (s *Sandbox) getResponse(w http.ResponseWriter, r *http.Request) error {
	key, id := r.PathValue("key"), r.PathValue("task_id")
	t, err := s.store.Task(id)
	if err != nil && !errors.Is(err, store.ErrNoTask) {
		return err
	}
	if err != nil || !s.belongs(t, key) {
		return &apierror.Error{Status: http.StatusNotFound, Code: "404", Message: "the agent has no task " + truncate.Runes(id, 60)}
	}
	return answer(w, http.StatusOK, t.Response())
}

func (s *Sandbox) belongs(t *store.Task, ref string) bool {
	name, _, _ := strings.Cut(ref, "@")
	return name == t.AgentID || name == t.AgentKey || s.store.ID(name) == t.AgentID
}
