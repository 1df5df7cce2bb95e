package sandbox

import (
	"bytes"
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

// legacyClient speaks A2A 0.2 and 0.3 over JSON-RPC. The client library can do so, too, but brings gRPC and Protocol
// Buffers with it: a quarter of the program, and 40 % of the processor time of its start.
type legacyClient struct {
	url  string
	http *http.Client
}

var _ agentClient = legacyClient{}

// maxLegacyEvent bounds one event of a stream, in bytes.
const maxLegacyEvent = 10 << 20

func (c legacyClient) send(ctx context.Context, message orq.Message) (remoteEvent, error) {
	return c.call(ctx, "message/send", map[string]any{"message": message, "configuration": map[string]any{"blocking": false}})
}

func (c legacyClient) look(ctx context.Context, taskID string) (remoteEvent, error) {
	return c.call(ctx, "tasks/get", map[string]any{"id": taskID})
}

func (c legacyClient) cancel(ctx context.Context, taskID string) error {
	_, err := c.call(ctx, "tasks/cancel", map[string]any{"id": taskID})
	return err
}

func (c legacyClient) stream(ctx context.Context, message orq.Message) iter.Seq2[remoteEvent, error] {
	return func(yield func(remoteEvent, error) bool) {
		response, err := c.post(ctx, "text/event-stream", "message/stream", map[string]any{"message": message})
		if err != nil {
			yield(remoteEvent{}, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		for event, err := range sse.Read(response.Body, &sse.ReadConfig{MaxEventSize: maxLegacyEvent}) {
			var news remoteEvent
			if err == nil {
				news, err = readLegacy([]byte(event.Data))
			}
			if !yield(news, err) || err != nil {
				return
			}
		}
	}
}

func (c legacyClient) call(ctx context.Context, method string, params any) (remoteEvent, error) {
	response, err := c.post(ctx, "application/json", method, params)
	if err != nil {
		return remoteEvent{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return remoteEvent{}, err
	}
	return readLegacy(body)
}

func (c legacyClient) post(ctx context.Context, accept, method string, params any) (*http.Response, error) {
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

// legacyResult is a task, a message, or an update of either kind; Kind says which.
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
}

type legacyStatus struct {
	State   string      `json:"state"`
	Message orq.Message `json:"message"`
}

type legacyArtifact struct {
	ID    string     `json:"artifactId"`
	Parts []orq.Part `json:"parts"`
}

// readLegacy reads an answer in JSON-RPC.
func readLegacy(body []byte) (remoteEvent, error) {
	var answer struct {
		Result *legacyResult `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return remoteEvent{}, err
	}
	switch {
	case answer.Error != nil:
		return remoteEvent{}, &refusal{
			message: firstOf(answer.Error.Message, fmt.Sprintf("error %d", answer.Error.Code)),
			unknown: answer.Error.Code == codeMethodNotFound,
		}
	case answer.Result == nil:
		return remoteEvent{}, errors.New("there is neither a result nor an error in it")
	}
	return answer.Result.event(), nil
}

// codeMethodNotFound is the code of JSON-RPC for a method that does not exist.
const codeMethodNotFound = -32601

func (r *legacyResult) event() remoteEvent {
	news := remoteEvent{taskID: r.TaskID, contextID: r.ContextID}
	switch r.Kind {
	case "message":
		news.state, news.says = orq.TaskCompleted, orq.Message{MessageID: r.MessageID, Parts: r.Parts}
	case "task":
		news.taskID, news.history = r.ID, r.History
	}
	if r.Status != nil {
		news.state, news.says = r.Status.State, r.Status.Message
	}
	for _, made := range r.Artifacts {
		news.artifacts = append(news.artifacts, remoteArtifact{made.ID, appendParts(nil, made.Parts...), false})
	}
	if r.Artifact != nil {
		news.artifacts = append(news.artifacts, remoteArtifact{r.Artifact.ID, appendParts(nil, r.Artifact.Parts...), r.Append})
	}
	return news
}
