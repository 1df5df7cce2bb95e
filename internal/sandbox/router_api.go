package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/responses"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// router serves the operations below /v3/router.
type router struct {
	store   *store.Store
	engines run.Engines
	runs    *run.Runner
	models  *chat.Client // closed by its engine; nil: the rule engine plays the agents
}

// createResponse serves POST /v3/router/responses: it answers when the turn has ended, with background at once, and
// with stream as the turn goes on, whatever the request accepts.
func (x *router) createResponse(w http.ResponseWriter, r *http.Request) error {
	var in responses.Request
	if err := decode(w, r, validate.Responses(), &in); err != nil {
		return err
	}
	rec, err := x.respondingAgent(in)
	if err != nil {
		return err
	}
	addLogAttr(w, "agent", rec.Agent.Key)
	turn := responses.Turn{ID: responses.NewID(x.store.NewID()), Agent: rec.Agent}
	h, err := x.startResponse(r.Context(), rec, in, turn)
	if err != nil {
		return err
	}
	addLogAttr(w, "task", turn.ID) // the id that the client has
	w.Header().Set("X-Orq-Trace-Id", h.Begun.TraceID)
	w.Header().Set("X-Orq-Trace-Span-Id", h.Begun.Turn.SpanID)
	if in.Stream {
		return followResponse(w, r, h, turn)
	}
	if in.Background {
		return writeResponse(w, h.Begun, responses.StatusQueued)
	}
	if t := h.Wait(r.Context()); t != nil {
		return writeResponse(w, t.LastTurn(), "")
	}
	return nil
}

// respondingAgent returns the agent that the request runs, with the limits and functions of the request.
func (x *router) respondingAgent(in responses.Request) (*store.Record, error) {
	ref, err := in.Agent()
	if err != nil {
		return nil, err
	}
	rec, err := x.store.Agent(ref)
	if errors.Is(err, store.ErrNoAgent) {
		return nil, &apierror.Error{
			Status: http.StatusNotFound, Code: "agent_not_found", Message: fmt.Sprintf("model: there is no agent %q", truncate.Runes(ref, 60)),
		}
	}
	if err != nil {
		return nil, err
	}
	if rec.Agent.Settings == nil {
		rec.Agent.Settings = run.DefaultSettings("none")
	}
	rec.Agent.Settings = in.Limits.Apply(*rec.Agent.Settings)
	if run.CheckMemory(rec.Agent, in.Memory) != nil {
		return nil, &apierror.Error{
			Status: http.StatusBadRequest, Code: "memory_entity_id_required", Message: "memory.entity_id: is required, because the agent has memory tools",
		}
	}
	return rec, agents.AddFunctions(rec, in.Tools)
}

// startResponse starts the turn of a response.
func (x *router) startResponse(ctx context.Context, rec *store.Record, in responses.Request, turn responses.Turn) (*run.Handle, error) {
	input, err := in.Messages(x.store.NewID)
	if err != nil {
		return nil, err
	}
	invocation, pending := in.Invocation(input.Message), input.Pending
	if in.PreviousResponseID != "" {
		if len(input.History) > 0 {
			return nil, apierror.Invalid("input: items of the agent are not added to a conversation that previous_response_id continues")
		}
		previous, err := x.previousTask(rec, in.PreviousResponseID)
		if err != nil {
			return nil, err
		}
		invocation.TaskID, pending = previous.ID, previous.Pending
	}
	if err := in.CheckOutputs(pending); err != nil {
		return nil, err
	}
	if err := run.Refusal(x.engines.For(rec.Agent), input.Message); err != nil {
		return nil, err
	}
	listen := run.ListenNone
	if in.Stream {
		listen = run.ListenText
	}
	return x.runs.StartTurn(ctx, rec, invocation, listen, run.Terms{
		ResponseID: turn.ID, After: in.PreviousResponseID, Recorder: responses.NewRecorder(turn, in), History: input.History, Pending: input.Pending, Unstored: !in.Stored(),
	})
}

// previousTask returns the task that a response of the agent continues: that of the last response of a conversation.
func (x *router) previousTask(rec *store.Record, id string) (*store.Task, error) {
	const field = "previous_response_id"
	previous, err := x.response(field, id)
	if err != nil {
		return nil, err
	}
	if previous.AgentID != rec.Agent.ID {
		return nil, apierror.Invalid("%s: the response is not one of the agent %q", field, rec.Agent.Key)
	}
	task, err := x.store.Task(previous.TaskID)
	if err != nil {
		return nil, err
	}
	if last := task.Turn.ResponseID; last != id {
		return nil, apierror.Invalid("%s: the conversation has gone on since; its last response is %s", field, last)
	}
	if previous.Active() {
		return nil, apierror.Conflict("%s: the response is still in progress", field)
	}
	return task, nil
}

// getResponse serves GET /v3/router/responses/{response_id}. The responses of a deleted agent can still be read.
func (x *router) getResponse(w http.ResponseWriter, r *http.Request) error {
	found, err := x.response("response_id", r.PathValue("response_id"))
	if err != nil {
		return err
	}
	return writeResponse(w, *found, "")
}

// response returns a stored response. An error names the field that its id is from.
func (x *router) response(field, id string) (*store.Response, error) {
	found, err := x.store.Response(id)
	if errors.Is(err, store.ErrNoResponse) {
		return nil, &apierror.Error{
			Status: http.StatusNotFound, Code: "response_not_found", Message: fmt.Sprintf("%s: there is no response %q", field, truncate.Runes(id, 60)),
		}
	}
	return found, err
}

// writeResponse answers with a response. A status that is not empty replaces its own.
func writeResponse(w http.ResponseWriter, from store.Response, status string) error {
	response, err := responses.New(from)
	if err != nil {
		return err
	}
	if status != "" {
		response.Status = status
	}
	return writeJSON(w, http.StatusOK, response)
}

// followResponse writes the events of a response. The run goes on when the client leaves.
func followResponse(w http.ResponseWriter, r *http.Request, h *run.Handle, turn responses.Turn) error {
	begun, err := responses.New(h.Begun)
	if err != nil {
		return err
	}
	events := newEventStream(w)
	stream := responses.NewStream(turn, events.writeTyped, func() (*responses.Response, error) {
		return responses.New(h.Task().LastTurn())
	})
	_ = stream.Begin(begun) // a client that has left is noticed at the next event
	return follow(r, h, stream)
}

// routerError is an error of the paths below /v3.
type routerError struct {
	Error routerErrorBody `json:"error"`
}

type routerErrorBody struct {
	Type    string               `json:"type"`
	Code    orq.Nullable[string] `json:"code"`
	Message string               `json:"message"`
	Param   *string              `json:"param"`
}

func newRouterError(e *apierror.Error) routerError {
	body := routerErrorBody{Type: "invalid_request_error", Code: orq.ValueOrNull(e.Code), Message: e.Message}
	switch {
	case e.Status == http.StatusUnauthorized:
		body.Type = "authentication_error"
	case e.Status == http.StatusNotFound:
		body.Type = "not_found_error"
	case e.Status == http.StatusTooManyRequests:
		body.Type = "rate_limit_error"
	case e.Status >= http.StatusInternalServerError:
		body.Type = "server_error"
	}
	return routerError{body}
}
