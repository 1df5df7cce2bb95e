package orq

import (
	"context"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"

	"github.com/tmaxmax/go-sse"
)

const eventStream = "text/event-stream"

// maxEvent bounds one event of a stream, in bytes.
const maxEvent = 32 << 20

// Events are the events of one run, in order. The request is sent when they are ranged over, once, and its connection
// is closed when the loop is left. An error is yielded last: an *APIError when the run was refused, ErrCutOff
// when the stream ended before its [DONE].
type Events = iter.Seq2[Event, error]

// stream sends the call and yields its events.
func (c *Client) stream(ctx context.Context, call call) Events {
	return func(yield func(Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		response, err := c.send(ctx, call, eventStream, func(*http.Response) error { return nil })
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		if media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); media != eventStream {
			body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
			yield(Event{}, fmt.Errorf("%s: answered without an event stream: %s", call.operation, c.describe(response, body)))
			return
		}
		c.decode(ctx, idling{response.Body, c.onIdle}, yield)
	}
}

// idling tells before each read that what was read before has been dealt with.
type idling struct {
	io.Reader
	onIdle func()
}

// Read waits for more of the stream.
func (r idling) Read(p []byte) (int, error) {
	if r.onIdle != nil {
		r.onIdle()
	}
	return r.Reader.Read(p)
}

// decode yields the events of an SSE stream up to [DONE].
func (c *Client) decode(ctx context.Context, stream io.Reader, yield func(Event, error) bool) {
	for message, err := range sse.Read(stream, &sse.ReadConfig{MaxEventSize: maxEvent}) {
		if err != nil {
			if ctx.Err() != nil {
				yield(Event{}, context.Cause(ctx))
				return
			}
			yield(Event{}, fmt.Errorf("%w: %w", ErrCutOff, err))
			return
		}
		if message.Data == "[DONE]" {
			return
		}
		if message.Data == "" {
			continue
		}
		event, err := readEvent(c.secrets.Mask(message.Data))
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
