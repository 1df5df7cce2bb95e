package a2a

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
	"unicode"

	"github.com/tmaxmax/go-sse"

	"github.com/orq-mcp/orq-mcp/internal/lastline"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	// maxAnswer bounds one response of an A2A agent, in bytes; for a stream, all of it.
	maxAnswer = 64 << 20
	// maxStreamEvent bounds one event of a stream, in bytes.
	maxStreamEvent = 10 << 20
)

var (
	// errWebPage is an HTML page with a status of success.
	errWebPage = errors.New("it answers with a web page")
	// errNotJSON is an answer that is neither JSON nor a stream of it.
	errNotJSON = errors.New("it is not JSON")
)

// connection sends requests to an agent. An error that the agent returns is a *refusal.
type connection struct {
	endpoint

	http *http.Client
}

// send sends a message and yields what the agent answers: the events of a stream, or one answer.
func (c connection) send(ctx context.Context, message orq.Message, how sending) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		request, err := c.newSend(ctx, message, how)
		if err != nil {
			yield(Event{}, err)
			return
		}
		c.answers(request)(yield)
	}
}

// task returns a snapshot of a task: the first event with a state, since an agent may answer with a stream that has no end.
func (c connection) task(ctx context.Context, id string) (last Event, err error) {
	ctx, stop := context.WithTimeoutCause(ctx, lookupTimeout, errSlowLookup)
	defer stop()
	request, err := c.newRequest(ctx, opTask, id, map[string]any{})
	if err != nil {
		return Event{}, err
	}
	for event, err := range c.answers(request) {
		if err != nil {
			return Event{}, cmp.Or(context.Cause(ctx), err)
		}
		if last = event; event.State != "" {
			break
		}
	}
	return last, nil
}

// cancel asks the agent to cancel a task.
func (c connection) cancel(ctx context.Context, id string) error {
	request, err := c.newRequest(ctx, opCancel, id, map[string]any{})
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// answers sends a request and yields the events of the response. Its form decides how it is read, not the request: agents
// answer a stream with a single object, and the other way round.
func (c connection) answers(request *http.Request) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		response, err := c.http.Do(request) //nolint:gosec // to call the address on a card is what it is for
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode/100 != 2 {
			yield(Event{}, readRefusal(response))
			return
		}
		documents, err := documentsOf(response)
		if err != nil {
			yield(Event{}, err)
			return
		}
		yieldEvents(documents, yield)
	}
}

// yieldEvents yields the events in the documents of a response. A document without an event, such as a sign of life, is
// passed over unless there is nothing else; so is one in broken JSON, but as an event that is lost.
func yieldEvents(documents iter.Seq2[[]byte, error], yield func(Event, error) bool) {
	var unreadable error
	found := false
	for document, err := range documents {
		if err != nil {
			yield(Event{}, err)
			return
		}
		events, err := decodeAnswer(document)
		for _, event := range events {
			if found = true; !yield(event, nil) {
				return
			}
		}
		if _, refused := errors.AsType[*refusal](err); refused {
			yield(Event{}, err)
			return
		}
		if unreadable == nil {
			unreadable = err
		}
		isBroken := err != nil && !errors.Is(err, errNoResult) && (document[0] == '{' || document[0] == '[')
		if isBroken && !yield(Event{Lost: true}, nil) {
			return
		}
	}
	if !found && unreadable != nil {
		yield(Event{}, unreadable)
	}
}

// documentsOf returns the JSON documents of a response, one by one. Its first character shows what it is where the content
// type does not.
func documentsOf(response *http.Response) (iter.Seq2[[]byte, error], error) {
	body := bufio.NewReader(response.Body)
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if kind == "text/event-stream" {
		return streamDocuments(body), nil
	}
	first, err := firstCharacter(body)
	switch {
	case kind == "text/html" || first == '<':
		return nil, errWebPage
	case errors.Is(err, io.EOF):
		return nil, errNoResult
	case err != nil:
		return nil, err
	case strings.ContainsRune(`{["n`, first):
		return jsonDocuments(body), nil
	}
	beginning, _ := body.Peek(len("event:"))
	for _, field := range []string{":", "data:", "event:", "id:", "retry:"} {
		if bytes.HasPrefix(beginning, []byte(field)) {
			return streamDocuments(body), nil
		}
	}
	text, err := io.ReadAll(io.LimitReader(body, maxErrorBody))
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%w: %s", errNotJSON, oneLine(string(text)))
}

// firstCharacter returns the first character of a body that is not blank, and leaves it unread.
func firstCharacter(body *bufio.Reader) (rune, error) {
	const byteOrderMark = '\uFEFF'
	for {
		r, _, err := body.ReadRune()
		if err != nil {
			return 0, err
		}
		if !unicode.IsSpace(r) && r != byteOrderMark {
			return r, body.UnreadRune()
		}
	}
}

// streamDocuments returns the data of an event stream.
func streamDocuments(body io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for event, err := range sse.Read(lastline.NewReader(body), &sse.ReadConfig{MaxEventSize: maxStreamEvent}) {
			if err != nil {
				yield(nil, err)
				return
			}
			data := strings.TrimSpace(event.Data)
			if event.Type == "error" {
				yield(nil, refusalOf(data))
				return
			}
			if data != "" && data != "[DONE]" && !yield([]byte(data), nil) {
				return
			}
		}
	}
}

// jsonDocuments returns the JSON values of a body: one, or several on lines of their own.
func jsonDocuments(body io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for decoder := newDecoder(body); ; {
			var document json.RawMessage
			err := decoder.Decode(&document)
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(document, notJSON(err)) || err != nil {
				return
			}
		}
	}
}
