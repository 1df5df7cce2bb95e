package orq

import (
	"context"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"

	"github.com/tmaxmax/go-sse"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
)

// eventStream is the media type of a stream.
const eventStream = "text/event-stream"

// maxEvent is the maximum size of one event of a stream, in bytes.
const maxEvent = 32 << 20

// Events iterates over the events of one run, in order. The request is sent when the iteration starts, once, and its
// connection is closed when the loop ends. An error is the last element: an *APIError when the service refused the run,
// ErrCutOff when the stream ended before its [DONE].
type Events = iter.Seq2[Event, error]

// stream sends the call and yields its events, as decode reads them.
func (r *requester) stream(ctx context.Context, call apiCall, decode func(string) (Event, error)) Events {
	return func(yield func(Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		response, err := r.send(ctx, call, eventStream, func(*http.Response) error { return nil })
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		if media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); media != eventStream {
			body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
			yield(Event{}, fmt.Errorf("%s: answered %d without an event stream: %s", call.operation, response.StatusCode, r.describe(response, body)))
			return
		}
		r.decodeStream(ctx, idleReader{response.Body, r.onIdle}, decode, yield)
	}
}

// idleReader calls onIdle before each read: the decoder reads more only when all earlier events have been yielded.
type idleReader struct {
	io.Reader
	onIdle func()
}

// Read implements io.Reader.
func (r idleReader) Read(p []byte) (int, error) {
	if r.onIdle != nil {
		r.onIdle()
	}
	return r.Reader.Read(p)
}

// decodeStream yields the events of an SSE stream up to [DONE].
func (r *requester) decodeStream(ctx context.Context, stream io.Reader, decode func(string) (Event, error), yield func(Event, error) bool) {
	for message, err := range sse.Read(stream, &sse.ReadConfig{MaxEventSize: maxEvent}) {
		if err != nil {
			if ctx.Err() != nil {
				yield(Event{}, context.Cause(ctx))
				return
			}
			yield(Event{}, fmt.Errorf("%w: %w", ErrCutOff, neterror.Describe(err)))
			return
		}
		if message.Data == "[DONE]" {
			return
		}
		if message.Data == "" {
			continue
		}
		event, err := decode(r.secrets.Mask(message.Data))
		if err != nil {
			yield(Event{}, fmt.Errorf("%w: an event is not the JSON expected: %w", ErrCutOff, err))
			return
		}
		if !yield(event, nil) {
			return
		}
	}
	if ctx.Err() != nil {
		yield(Event{}, context.Cause(ctx))
		return
	}
	yield(Event{}, ErrCutOff)
}
