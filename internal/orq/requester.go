package orq

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/scratch"
	"github.com/orq-mcp/orq-mcp/internal/transport"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxResponse is the maximum size of a response that is not a stream, in bytes.
const maxResponse = 64 << 20

// requester sends the requests of a Client: it adds the credentials, repeats a failed request where that is allowed,
// and reads responses and event streams with the API key masked.
type requester struct {
	base string
	key  string
	// secrets masks key in what the service sends.
	secrets   redact.Values
	userAgent string
	http      *http.Client
	logger    *slog.Logger
	// proxy is Options.Proxy.
	proxy  string
	onWait func(Wait)
	onIdle func()
}

// apiCall is one use of an operation.
type apiCall struct {
	operation
	// segments fill the braces of the operation's path, in order.
	segments []string
	query    url.Values
	// body is sent as JSON; nil sends none.
	body any
}

// roundTrip sends the call and returns its response, decoded into a new T.
func roundTrip[T any](ctx context.Context, r *requester, call apiCall) (*T, error) {
	var response T
	if err := r.do(ctx, call, &response); err != nil {
		return nil, err
	}
	return &response, nil
}

// do sends the call and decodes the body of its response into out. A nil out accepts a response without a body, or with
// any JSON in it.
func (r *requester) do(ctx context.Context, call apiCall, out any) error {
	if call.kind != startsRun {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, maxCallTime, lateError{call.operation})
		defer cancel()
	}
	var body []byte
	complete := true
	response, err := r.send(ctx, call, "application/json", func(response *http.Response) (err error) { //nolint:bodyclose // drain closes it
		defer drain(response.Body)
		body, err = readBody(response)
		if out == nil {
			complete = err == nil
			return nil // the status reports the success; the body may be lost
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(body) > maxResponse {
		return fmt.Errorf("%s: the answer is larger than %d MiB", call.operation, maxResponse>>20)
	}
	if out == nil && (!complete || len(bytes.TrimSpace(body)) == 0) {
		return nil
	}
	return r.decodeAnswer(call, response, body, out)
}

// lateError is the cause of the end of a call that has taken maxCallTime.
type lateError struct{ operation operation }

// Error names the operation.
func (e lateError) Error() string {
	return fmt.Sprintf("%s: no answer within %.0f s", e.operation, maxCallTime.Seconds())
}

// decodeAnswer decodes the body of a successful response into out, which may be nil, and checks that it holds what the
// operation must return. A body that does not is decoded as far as possible.
func (r *requester) decodeAnswer(call apiCall, response *http.Response, body []byte, out any) error {
	body = bytes.TrimPrefix(r.secrets.MaskBytes(body), []byte("\ufeff")) // a byte order mark
	if out == nil {
		out = new(json.RawMessage)
	}
	document := gjson.ParseBytes(body)
	var failed error
	if object, ok := out.(*objectJSON); !ok || !object.decode(document.Raw) {
		failed = unmarshalAnswer(body, out)
	}
	if failed != nil && !json.Valid(body) {
		return r.newAnswerError(call, response, body, notExpected)
	}
	problem := call.answer.problem(document)
	if problem == "" && failed != nil {
		problem = notExpected
	}
	if problem == "" {
		return nil
	}
	return r.newAnswerError(call, response, body, problem)
}

// newAnswerError returns the error of a response whose body has the problem. It quotes the beginning of the body, unless the
// problem describes it.
func (r *requester) newAnswerError(call apiCall, response *http.Response, body []byte, problem string) *AnswerError {
	if !strings.HasPrefix(problem, isError) {
		problem += ": " + r.describe(response, redact.JSON(body))
	}
	e := &AnswerError{
		Operation: call.String(), Status: response.StatusCode, Problem: problem,
		Reads: call.method == http.MethodGet, StartsRun: call.kind == startsRun,
	}
	if id := gjson.GetBytes(body, "id"); e.StartsRun && id.Type == gjson.String && json.Valid(body) {
		e.TaskID = r.secrets.Mask(truncate.Bytes(id.Str, maxTaskID))
	}
	return e
}

// maxTaskID bounds a task's id in an error, in bytes. Those of the service have about 30.
const maxTaskID = 100

// readBody reads the body of a response, up to one byte more than maxResponse.
func readBody(response *http.Response) ([]byte, error) {
	buffer := bytes.NewBuffer(scratch.Take())
	_, err := buffer.ReadFrom(io.LimitReader(response.Body, maxResponse+1))
	if buffer.Cap() > scratch.MaxKept {
		return buffer.Bytes(), err
	}
	defer scratch.Return(buffer.Bytes())
	return bytes.Clone(buffer.Bytes()), err
}

// receive reads what a call needs of a successful response. Its error is a failure of the connection.
type receive func(*http.Response) error

// send attempts the call until it has succeeded and receive has read the response, or until it must not or cannot be
// attempted again. Its error is that of the last attempt.
func (r *requester) send(ctx context.Context, call apiCall, accept string, receive receive) (*http.Response, error) {
	if r.key == "" {
		return nil, ErrNoKey
	}
	var body []byte
	if call.body != nil {
		var err error
		if body, err = json.Marshal(call.body); err != nil {
			return nil, fmt.Errorf("%s: encode the request: %w", call.operation, err)
		}
	}
	return r.retry(ctx, call.kind == idempotent, func() (*http.Response, error) {
		return r.attempt(ctx, call, body, accept, receive)
	})
}

// attempt sends the call once. Its error is an *APIError, a *sendError for a failure of the connection, or the cause of
// ctx's end.
func (r *requester) attempt(ctx context.Context, call apiCall, body []byte, accept string, receive receive) (*http.Response, error) {
	traced, sent := traceSent(ctx)
	request, err := http.NewRequestWithContext(traced, call.method, call.url(r.base, call.segments...), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", call.operation, err)
	}
	request.URL.RawQuery = call.query.Encode()
	request.Header.Set("Authorization", "Bearer "+r.key)
	request.Header.Set("Accept", accept)
	request.Header.Set("User-Agent", r.userAgent)
	if accept == eventStream {
		// Decompression would buffer events that could be read already.
		request.Header.Set("Accept-Encoding", "identity")
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	started := time.Now()
	response, err := r.http.Do(request)
	if err == nil {
		if r.logger.Enabled(ctx, slog.LevelDebug) {
			r.logger.DebugContext(ctx, "api call", "operation", call.String(), "status", response.StatusCode, "duration", time.Since(started))
		}
		if response.StatusCode/100 != 2 {
			return nil, r.readError(call, response)
		}
		err = receive(response)
	}
	switch {
	case err == nil:
		return response, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	r.logger.DebugContext(ctx, "api call failed", "operation", call.String(), "error", err, "duration", time.Since(started))
	return nil, &sendError{operation: call.operation, host: request.URL.Host, proxy: r.proxy, err: err, sent: sent() && !errors.Is(err, transport.ErrUnprocessed)}
}

// readError reads an error response, and closes its body.
func (r *requester) readError(call apiCall, response *http.Response) *APIError {
	defer drain(response.Body)
	body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	apiError := newAPIError(call.operation, response, body, time.Now())
	if location := response.Header.Get("Location"); response.StatusCode/100 == 3 && location != "" {
		apiError.Message = "redirected to " + redact.URL(location)
	}
	if apiError.Message == "" {
		apiError.Message = r.describe(response, body)
	}
	for _, text := range []*string{&apiError.Code, &apiError.Message, &apiError.RequestID} {
		*text = r.secrets.Mask(*text)
	}
	return apiError
}

// describe summarizes the body of a response for an error. A server may echo the key and other credentials, which are
// masked before the summary is truncated.
func (r *requester) describe(response *http.Response, body []byte) string {
	return describeBody(response.StatusCode, []byte(redact.Text(string(r.secrets.MaskBytes(body)))))
}

// drain closes a body after reading a little of what is left, so that its connection can be reused.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 4<<10)
	_ = body.Close()
}
