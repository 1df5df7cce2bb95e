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

// legacy speaks A2A 0.2 and 0.3 over JSON-RPC. The client library can do so, too, but brings gRPC and Protocol
// Buffers with it: a quarter of the program, and 40 % of the processor time of its start.
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
			var news Event
			if err == nil {
				news, err = readLegacy([]byte(event.Data))
			}
			if !yield(news, err) || err != nil {
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
	return readLegacy(body)
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

// readLegacy reads an answer in JSON-RPC.
func readLegacy(body []byte) (Event, error) {
	var answer struct {
		Result *legacyResult `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // data keeps all its digits
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
	news := Event{TaskID: r.TaskID, ContextID: r.ContextID, Final: r.Final}
	switch r.Kind {
	case "message":
		news.State, news.Says = orq.TaskCompleted, orq.Message{MessageID: r.MessageID, Parts: r.Parts}
	case "task":
		news.TaskID, news.Snapshot, news.History = r.ID, true, r.History
	}
	if r.Status != nil {
		news.State, news.At, news.Says = r.Status.State, r.Status.Timestamp, r.Status.Message
	}
	for _, made := range r.Artifacts {
		news.Artifacts = append(news.Artifacts, Artifact{made.ID, merged(made.Parts), false})
	}
	if r.Artifact != nil {
		news.Artifacts = append(news.Artifacts, Artifact{r.Artifact.ID, merged(r.Artifact.Parts), r.Append})
	}
	return news
}
