package orq

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// DefaultBaseURL is where the service answers unless told otherwise.
const DefaultBaseURL = "https://my.orq.ai"

// maxAnswer bounds an answer that is not a stream, in bytes.
const maxAnswer = 64 << 20

// Options configure a Client. The zero value is a client of DefaultBaseURL without a key.
type Options struct {
	// BaseURL is the service's address, without a path to an operation; DefaultBaseURL when empty.
	BaseURL string
	// APIKey is sent as a bearer token. Without one every operation fails with ErrNoKey.
	APIKey string
	// UserAgent names the program and its version.
	UserAgent string
	// Transport sends the requests; a pooled default when nil.
	Transport http.RoundTripper
	// Logger receives one debug line per request; nothing is logged when nil.
	Logger *slog.Logger
}

// Client calls the Agents API. It is safe for concurrent use.
type Client struct {
	base string
	key  string
	// callers reports that the key is the caller's own.
	callers bool
	// secrets masks key in what the service sends.
	secrets   redact.Values
	userAgent string
	http      *http.Client
	logger    *slog.Logger
	onWait    func(Wait)
	onIdle    func()
}

// New returns a client, or an error when BaseURL is not an absolute http or https URL.
func New(options Options) (*Client, error) {
	base := options.BaseURL
	if base == "" {
		base = DefaultBaseURL
	}
	parsed, err := url.Parse(base)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, fmt.Errorf("base URL %q: must look like %s", redact.URL(base), DefaultBaseURL)
	}
	if parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		return nil, errors.New("base URL: must hold neither user, query nor fragment")
	}
	key := strings.TrimSpace(options.APIKey)
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("API key: holds a blank, a line break or another character that no key has")
	}
	transport := options.Transport
	if transport == nil {
		transport = NewTransport()
	}
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Client{
		base:      strings.TrimRight(base, "/"),
		key:       key,
		secrets:   redact.NewKey(key),
		userAgent: options.UserAgent,
		// A redirect is reported, not followed: it could move a run or the key to another host.
		http:   &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		logger: logger,
	}, nil
}

// NewTransport returns a transport that keeps enough idle connections for many callers at once.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          1024,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		ReadBufferSize:        8 << 10, // a stream at full speed is read in larger pieces
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// Caller is on whose behalf a client works.
type Caller struct {
	// APIKey replaces the client's own when not empty.
	APIKey string
	// OnWait is told before each wait for another try; nil is allowed.
	OnWait func(Wait)
	// OnIdle is told whenever all events received so far have been yielded and more are waited for; nil is allowed.
	OnIdle func()
}

// For returns a client that shares this one's connections and works for caller.
func (c *Client) For(caller Caller) *Client {
	copied := *c
	if key := strings.TrimSpace(caller.APIKey); key != "" {
		copied.key, copied.callers, copied.secrets = key, true, redact.NewKey(key)
	}
	copied.onWait, copied.onIdle = caller.OnWait, caller.OnIdle
	return &copied
}

// HasKey reports whether operations can be sent at all.
func (c *Client) HasKey() bool { return c.key != "" }

// KeyOfCaller reports whether operations are sent with the caller's own key.
func (c *Client) KeyOfCaller() bool { return c.callers }

// call is one use of an operation.
type call struct {
	operation
	segments []string
	query    url.Values
	// body is sent as JSON; nil sends none.
	body any
}

// do sends the call and decodes its answer into answer, which may be nil.
func (c *Client) do(ctx context.Context, call call, answer any) error {
	if call.kind != starting {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, maxRetrying, fmt.Errorf("%s: no answer within %.0f s", call.operation, maxRetrying.Seconds()))
		defer cancel()
	}
	var body []byte
	whole := true
	response, err := c.send(ctx, call, "application/json", func(response *http.Response) (err error) { //nolint:bodyclose // drain closes it
		defer drain(response.Body)
		body, err = readAnswer(response)
		if answer == nil {
			whole = err == nil
			return nil // the answer has come, and nothing of its body is wanted
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(body) > maxAnswer {
		return fmt.Errorf("%s: the answer is larger than %d MiB", call.operation, maxAnswer>>20)
	}
	if answer == nil {
		if !whole || len(bytes.TrimSpace(body)) == 0 || json.Valid(body) {
			return nil
		}
	} else if json.Unmarshal(c.secrets.MaskBytes(body), answer) == nil {
		return nil
	}
	return fmt.Errorf("%s: %d but not the JSON expected: %s", call.operation, response.StatusCode, c.describe(response, body))
}

// readAnswer reads a body, one byte more than maxAnswer at most.
func readAnswer(response *http.Response) ([]byte, error) {
	const trusted = 1 << 20 // an announced length need not be true
	body := bytes.NewBuffer(make([]byte, 0, min(max(response.ContentLength, 0), trusted)+bytes.MinRead))
	_, err := body.ReadFrom(io.LimitReader(response.Body, maxAnswer+1))
	return body.Bytes(), err
}

// receive reads what is wanted of a successful answer. Its error is a connection that broke off.
type receive func(*http.Response) error

// send tries the call until it is answered with success and the answer received, or must not or cannot be tried again.
func (c *Client) send(ctx context.Context, call call, accept string, receive receive) (*http.Response, error) {
	if c.key == "" {
		return nil, ErrNoKey
	}
	var body []byte
	if call.body != nil {
		var err error
		if body, err = json.Marshal(call.body); err != nil {
			return nil, fmt.Errorf("%s: encode the request: %w", call.operation, err)
		}
	}
	return c.retry(ctx, call.kind == repeatable, func() (*http.Response, error) {
		return c.try(ctx, call, body, accept, receive)
	})
}

// try sends the call once. Its error is an *APIError, or a *sendError for a failure of the connection.
func (c *Client) try(ctx context.Context, call call, body []byte, accept string, receive receive) (*http.Response, error) {
	traced, sent := traceSent(ctx)
	request, err := http.NewRequestWithContext(traced, call.method, call.url(c.base, call.segments...), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", call.operation, err)
	}
	request.URL.RawQuery = call.query.Encode()
	request.Header.Set("Authorization", "Bearer "+c.key)
	request.Header.Set("Accept", accept)
	request.Header.Set("User-Agent", c.userAgent)
	if accept == eventStream {
		// A compressed stream would take a buffer of its own, and events would wait in it.
		request.Header.Set("Accept-Encoding", "identity")
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	started := time.Now()
	response, err := c.http.Do(request)
	if err == nil {
		c.logger.DebugContext(ctx, "api call", "operation", call.String(), "status", response.StatusCode, "duration", time.Since(started))
		if response.StatusCode/100 != 2 {
			return nil, c.refusal(call, response)
		}
		err = receive(response)
	}
	switch {
	case err == nil:
		return response, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	c.logger.DebugContext(ctx, "api call failed", "operation", call.String(), "error", err, "duration", time.Since(started))
	return nil, &sendError{operation: call.operation, host: request.URL.Host, err: err, sent: sent()}
}

// refusal reads an answer other than success.
func (c *Client) refusal(call call, response *http.Response) *APIError {
	defer drain(response.Body)
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	refusal := newAPIError(call.operation, response, answer, time.Now())
	if location := response.Header.Get("Location"); response.StatusCode/100 == 3 && location != "" {
		refusal.Message = "redirected to " + redact.URL(location) + "; set the base URL to where the service answers itself"
	}
	if refusal.Message == "" {
		refusal.Message = c.describe(response, answer)
	}
	for _, text := range []*string{&refusal.Code, &refusal.Message, &refusal.RequestID} {
		*text = c.secrets.Mask(*text)
	}
	return refusal
}

// describe says in a few words what an answer holds. A server may echo the key, which is masked before the text is cut.
func (c *Client) describe(response *http.Response, body []byte) string {
	return describeBody(response.StatusCode, c.secrets.MaskBytes(body))
}

// drain closes a body after reading a little of what is left, so that its connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 4<<10)
	_ = body.Close()
}
