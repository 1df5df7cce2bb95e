package a2aserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

// JSON-RPC of A2A 0.3. The A2A library implements it, too, but imports gRPC and Protocol Buffers for it.

// rpcRequest is a request of JSON-RPC. Its ID is answered as it came.
type rpcRequest struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

// legacySend is the params of message/send and message/stream.
type legacySend struct {
	Message       *orq.Message `json:"message"`
	Configuration struct {
		Blocking      *bool           `json:"blocking"` // true when absent
		HistoryLength *int            `json:"historyLength"`
		Push          json.RawMessage `json:"pushNotificationConfig"`
	} `json:"configuration"`
}

// legacyTaskParams is the params of tasks/get, tasks/cancel and tasks/resubscribe.
type legacyTaskParams struct {
	ID            string `json:"id"`
	HistoryLength *int   `json:"historyLength"`
}

// serveLegacy answers a request of A2A 0.3.
func (a *agent) serveLegacy(w http.ResponseWriter, r *http.Request, request rpcRequest) error {
	if request.Version != "2.0" {
		return writeRPC(w, request.ID, nil, spec.NewError(spec.ErrInvalidRequest, `jsonrpc: must be "2.0"`))
	}
	switch request.Method {
	case "message/stream", "tasks/resubscribe":
		events, err := a.legacyStream(r.Context(), request)
		if err != nil {
			return writeRPC(w, request.ID, nil, err)
		}
		return streamRPC(r.Context(), w, request.ID, events)
	}
	task, err := a.legacyCall(r.Context(), request)
	if err != nil {
		return writeRPC(w, request.ID, nil, err)
	}
	return writeRPC(w, request.ID, toLegacyTask(task), nil)
}

func (a *agent) legacyCall(ctx context.Context, request rpcRequest) (*spec.Task, error) {
	switch request.Method {
	case "message/send":
		params, err := decodeSend(request.Params)
		if err != nil {
			return nil, err
		}
		wait := params.Configuration.Blocking == nil || *params.Configuration.Blocking
		return a.send(ctx, *params.Message, wait, params.Configuration.HistoryLength)
	case "tasks/get", "tasks/cancel":
		var params legacyTaskParams
		if err := decodeParams(request.Params, &params); err != nil {
			return nil, err
		}
		if request.Method == "tasks/get" {
			return a.task(params.ID, params.HistoryLength)
		}
		return a.CancelTask(ctx, &spec.CancelTaskRequest{ID: spec.TaskID(params.ID)})
	case "tasks/pushNotificationConfig/set", "tasks/pushNotificationConfig/get", "tasks/pushNotificationConfig/list",
		"tasks/pushNotificationConfig/delete":
		return nil, spec.ErrPushNotificationNotSupported
	case "agent/getAuthenticatedExtendedCard":
		return nil, spec.ErrExtendedCardNotConfigured
	}
	return nil, spec.ErrMethodNotFound
}

// legacyStream starts what message/stream and tasks/resubscribe ask for. An event that is an error is the only one.
func (a *agent) legacyStream(ctx context.Context, request rpcRequest) (iter.Seq2[spec.Event, error], error) {
	if request.Method == "message/stream" {
		params, err := decodeSend(request.Params)
		if err != nil {
			return nil, err
		}
		return a.stream(ctx, *params.Message), nil
	}
	var params legacyTaskParams
	if err := decodeParams(request.Params, &params); err != nil {
		return nil, err
	}
	return a.SubscribeToTask(ctx, &spec.SubscribeToTaskRequest{ID: spec.TaskID(params.ID)}), nil
}

func decodeSend(raw json.RawMessage) (params legacySend, err error) {
	if err := decodeParams(raw, &params); err != nil {
		return params, err
	}
	switch {
	case params.Message == nil:
		return params, invalid("message: is required")
	case len(params.Configuration.Push) > 0 && string(params.Configuration.Push) != "null":
		return params, spec.ErrPushNotificationNotSupported
	}
	return params, nil
}

func decodeParams(raw json.RawMessage, into any) error {
	if err := exactjson.Unmarshal(raw, into); err != nil {
		return invalid("params: %v", err)
	}
	return nil
}

// rpcResponse is a response of JSON-RPC: a result or an error.
type rpcResponse struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitzero"`
	Error   *rpcError       `json:"error,omitzero"`
}

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func newResponse(id json.RawMessage, result any, err error) rpcResponse {
	response := rpcResponse{Version: "2.0", ID: id, Result: result}
	if len(id) == 0 {
		response.ID = json.RawMessage("null")
	}
	if err != nil {
		response.Result, response.Error = nil, &rpcError{codeOf(err), err.Error()}
	}
	return response
}

// codeOf is the code of an error of A2A in JSON-RPC.
func codeOf(err error) int {
	for _, known := range []struct {
		err  error
		code int
	}{
		{spec.ErrInvalidRequest, -32600},
		{spec.ErrMethodNotFound, -32601},
		{spec.ErrInvalidParams, -32602},
		{spec.ErrServerError, -32000},
		{spec.ErrTaskNotFound, -32001},
		{spec.ErrTaskNotCancelable, -32002},
		{spec.ErrPushNotificationNotSupported, -32003},
		{spec.ErrUnsupportedOperation, -32004},
		{spec.ErrExtendedCardNotConfigured, -32007},
		{spec.ErrVersionNotSupported, -32009},
	} {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	return -32603
}

func writeRPC(w http.ResponseWriter, id json.RawMessage, result any, failure error) error {
	encoded, err := json.Marshal(newResponse(id, result, failure))
	if err != nil {
		return fmt.Errorf("encode a response of A2A 0.3: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(encoded, '\n')) // a failed write is a broken connection
	return nil
}

// streamRPC writes events as server-sent events, each a response of JSON-RPC, and comments while there are none.
func streamRPC(ctx context.Context, w http.ResponseWriter, id json.RawMessage, events iter.Seq2[spec.Event, error]) error {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Accel-Buffering", "no")
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lines := make(chan string)
	go encodeEvents(ctx, lines, id, events)
	silence := time.NewTicker(keepAlive)
	defer silence.Stop()
	for {
		line, more := ": keep-alive\n\n", true
		select {
		case line, more = <-lines:
		case <-silence.C:
		case <-ctx.Done():
			return nil
		}
		if !more {
			return nil
		}
		_, _ = fmt.Fprint(w, line) // Flush reports a broken connection
		if http.NewResponseController(w).Flush() != nil {
			return nil
		}
	}
}

// encodeEvents sends events to lines, as they are written, and closes it.
func encodeEvents(ctx context.Context, lines chan<- string, id json.RawMessage, events iter.Seq2[spec.Event, error]) {
	defer close(lines)
	for event, err := range events {
		encoded, encodeErr := json.Marshal(newResponse(id, toLegacyEvent(event), err))
		if encodeErr != nil {
			return
		}
		select {
		case lines <- "data: " + string(encoded) + "\n\n":
		case <-ctx.Done():
			return
		}
	}
}
