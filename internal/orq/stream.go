package orq

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
)

// eventStream is the media type of a stream.
const eventStream = "text/event-stream"

// maxEvent is the maximum size of one event of a stream, in bytes.
const maxEvent = 32 << 20

// maxNoStream is how much is read of a response that is no stream, in bytes.
const maxNoStream = 64 << 10

// Events iterates over the events of one run, in order. The request is sent when the iteration starts, once, and its
// connection is closed when the loop ends. An event is valid until the next one is read, with its texts; Event.Clone returns
// one to keep. An error is the last element: an *APIError when the service refused the run, ErrCutOff when the stream ended
// before its [DONE].
type Events = iter.Seq2[*Event, error]

// eventDecoder reads the events of one API.
type eventDecoder struct {
	// scan reads an event of the usual form, whose texts are parts of the data, and reports false for any other.
	scan func(*Event, string, *fieldNames) bool
	// parse reads an event of any form.
	parse func(*Event, string) error
}

// stream sends the call and yields its events, as decode reads them.
func (r *requester) stream(ctx context.Context, call apiCall, decode eventDecoder) Events {
	return func(yield func(*Event, error) bool) {
		response, err := r.send(ctx, call, eventStream, func(*http.Response) error { return nil })
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		if media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); media != eventStream {
			body, _ := io.ReadAll(io.LimitReader(response.Body, maxNoStream))
			yield(nil, r.noStream(call, response, body))
			return
		}
		r.decodeStream(ctx, idleReader{response.Body, r.onIdle}, decode, yield)
	}
}

// noStream returns the error of a successful response that is no stream.
func (r *requester) noStream(call apiCall, response *http.Response, body []byte) *AnswerError {
	body = r.secrets.MaskBytes(body)
	problem := "no event stream"
	if failure := failureIn(gjson.ParseBytes(body)); failure != nil && json.Valid(body) {
		problem = isError + failure.Error
	}
	return r.newAnswerError(call, response, body, problem)
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
func (r *requester) decodeStream(ctx context.Context, stream io.Reader, decode eventDecoder, yield func(*Event, error) bool) {
	var event Event
	var names fieldNames
	for message, err := range readMessages(&lastEventReader{Reader: stream}) {
		if err != nil {
			if ctx.Err() != nil {
				yield(nil, context.Cause(ctx))
				return
			}
			yield(nil, fmt.Errorf("%w: %w", ErrCutOff, neterror.Describe(err)))
			return
		}
		switch strings.TrimSpace(message.Data) {
		case "[DONE]":
			return
		case "":
			continue
		}
		data := r.secrets.Mask(message.Data)
		if !utf8.ValidString(data) {
			data = strings.ToValidUTF8(data, "\ufffd")
		}
		if !decode.scan(&event, data, &names) {
			if err := event.decodeMessage(message.Type, strings.Clone(data), decode.parse); err != nil {
				if message.LastEventID == lastEventID {
					continue // cut within the event
				}
				r.logger.DebugContext(ctx, "event passed over", "error", err, "bytes", len(message.Data))
			}
		}
		if !yield(&event, nil) {
			return
		}
	}
	if ctx.Err() != nil {
		yield(nil, context.Cause(ctx))
		return
	}
	yield(nil, ErrCutOff)
}

// decodeMessage decodes one message of a stream, under the event name that it came with. The event of a message that cannot
// be read is Unreadable, with the reason as the error.
func (e *Event) decodeMessage(name, data string, parse func(*Event, string) error) error {
	err := parse(e, data)
	if err == nil && (e.Data != nil || e.Type == EventThought || name != string(EventResponseError) && !isFailureType(e.Type)) {
		return nil
	}
	if e.decodeFailure(name, data) {
		return nil
	}
	if err != nil {
		*e = Event{Data: &Unreadable{}}
	}
	return err
}

// lastEventID is the id of an event that the end of the stream has completed.
const lastEventID = "end of stream"

// lastEventReader completes the last event of a stream that ends without a blank line, for the decoder would drop it. Such
// an event gets the id lastEventID.
type lastEventReader struct {
	io.Reader
	last byte
	// err is the end of the stream, once it has come.
	err error
}

// Read implements io.Reader.
func (r *lastEventReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.last = p[n-1]
	}
	switch {
	case err == nil:
		return n, nil
	case r.err != nil:
		return n, r.err
	}
	r.err = err
	blank := "id: " + lastEventID + "\n\n"
	if r.last != '\n' && r.last != '\r' {
		blank = "\n" + blank
	}
	r.Reader = strings.NewReader(blank)
	if n > 0 {
		return n, nil
	}
	return r.Reader.Read(p)
}
