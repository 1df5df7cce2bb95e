package a2a

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"

	"github.com/tmaxmax/go-sse"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// legacy is the protocol of A2A 0.2 and 0.3 over JSON-RPC. The client library implements it, too, but imports gRPC and
// Protocol Buffers for it: a quarter of the binary, and 40 % of the CPU time of its start.
type legacy struct {
	url  string
	http *http.Client
}

// maxLegacyEvent bounds one event of a stream, in bytes.
const maxLegacyEvent = 10 << 20

func (c legacy) Send(ctx context.Context, message orq.Message) (Event, error) {
	return c.call(ctx, "message/send", map[string]any{"message": message, "configuration": map[string]any{"blocking": false}})
}

func (c legacy) Task(ctx context.Context, id string) (Event, error) {
	return c.call(ctx, "tasks/get", map[string]any{"id": id})
}

func (c legacy) Cancel(ctx context.Context, id string) error {
	_, err := c.call(ctx, "tasks/cancel", map[string]any{"id": id})
	return err
}

func (c legacy) Stream(ctx context.Context, message orq.Message) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		response, err := c.post(ctx, "text/event-stream", "message/stream", map[string]any{"message": message})
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		for event, err := range sse.Read(response.Body, &sse.ReadConfig{MaxEventSize: maxLegacyEvent}) {
			if err == nil && event.Data == "" {
				continue
			}
			var next Event
			if err == nil {
				next, err = decodeLegacy([]byte(event.Data))
			}
			if !yield(next, err) || err != nil {
				return
			}
		}
	}
}

func (c legacy) call(ctx context.Context, method string, params any) (Event, error) {
	response, err := c.post(ctx, "application/json", method, params)
	if err != nil {
		return Event{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Event{}, err
	}
	return decodeLegacy(body)
}

func (c legacy) post(ctx context.Context, accept, method string, params any) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": "1", "method": method, "params": params})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", method, err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", method, err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", accept)
	return c.http.Do(request)
}

// legacyResult is a task, a message, or an update of a status or an artifact, according to Kind.
type legacyResult struct {
	Kind      string           `json:"kind"`
	ID        string           `json:"id"`
	TaskID    string           `json:"taskId"`
	ContextID string           `json:"contextId"`
	MessageID string           `json:"messageId"`
	Parts     []orq.Part       `json:"parts"`
	History   []orq.Message    `json:"history"`
	Status    *legacyStatus    `json:"status"`
	Artifacts []legacyArtifact `json:"artifacts"`
	Artifact  *legacyArtifact  `json:"artifact"`
	Append    bool             `json:"append"`
	Final     bool             `json:"final"`
}

type legacyStatus struct {
	State     string      `json:"state"`
	Timestamp string      `json:"timestamp"`
	Message   orq.Message `json:"message"`
}

type legacyArtifact struct {
	ID    string     `json:"artifactId"`
	Parts []orq.Part `json:"parts"`
}

// decodeLegacy decodes a JSON-RPC response. An error in it is returned as a *Refusal.
func decodeLegacy(body []byte) (Event, error) {
	var answer struct {
		Result *legacyResult `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // numbers in data keep all their digits
	if err := decoder.Decode(&answer); err != nil {
		return Event{}, err
	}
	switch {
	case answer.Error != nil:
		return Event{}, &Refusal{
			Message:       cmp.Or(answer.Error.Message, fmt.Sprintf("error %d", answer.Error.Code)),
			UnknownMethod: answer.Error.Code == codeMethodNotFound,
		}
	case answer.Result == nil:
		return Event{}, errors.New("there is neither a result nor an error in it")
	}
	return answer.Result.event(), nil
}

// codeMethodNotFound is the code of JSON-RPC for a method that does not exist.
const codeMethodNotFound = -32601

func (r *legacyResult) event() Event {
	event := Event{TaskID: r.TaskID, ContextID: r.ContextID, Final: r.Final}
	switch r.Kind {
	case "message":
		event.State, event.Message = orq.TaskCompleted, orq.Message{MessageID: r.MessageID, Parts: r.Parts}
	case "task":
		event.TaskID, event.Snapshot, event.History = r.ID, true, r.History
	}
	if r.Status != nil {
		event.State, event.StateTime, event.Message = r.Status.State, r.Status.Timestamp, r.Status.Message
	}
	for _, artifact := range r.Artifacts {
		event.Artifacts = append(event.Artifacts, Artifact{artifact.ID, mergeTexts(artifact.Parts), false})
	}
	if r.Artifact != nil {
		event.Artifacts = append(event.Artifacts, Artifact{r.Artifact.ID, mergeTexts(r.Artifact.Parts), r.Append})
	}
	return event
}
