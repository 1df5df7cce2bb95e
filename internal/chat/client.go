package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/transport"
)

// Options configure a Client.
type Options struct {
	// URL is the base of the server's API, such as http://127.0.0.1:11434/v1.
	URL string
	// Key is sent as a bearer token. Empty: none is sent.
	Key string
	// KeepPrefix sends model ids as agents have them. Otherwise the provider, which stands before the first slash, is left
	// out: a local server has llama3.2, not ollama/llama3.2.
	KeepPrefix bool
	// Model is asked in place of the one that an agent names, and in place of its fallbacks. Empty: those of the agent.
	Model string
}

// Check returns an error that names the command line's flag or variable behind an option that cannot be used.
func (o Options) Check() error {
	u, err := url.Parse(o.URL)
	if err != nil || !orq.IsHTTP(u) {
		return errors.New("--model-url must be an http or https URL, such as http://127.0.0.1:11434/v1")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("--model-url must hold no user, query or fragment")
	}
	if err := apikey.Check(o.Key); err != nil {
		return fmt.Errorf("ORQ_SANDBOX_MODEL_KEY %w", err)
	}
	return nil
}

// Client asks the models of one server. It is safe for concurrent use.
type Client struct {
	options Options
	secret  redact.Values // the key, which the server may repeat
	shapes  *shapes
	http    *http.Client
}

// New returns a client for options that have passed Check.
func New(o Options) *Client {
	// There is no time limit for an answer: a server may load a model for minutes. The caller's context bounds each call.
	sender := transport.New(30 * time.Second)
	sender.DisableCompression = true
	return &Client{o, redact.NewKey(o.Key), newShapes(o.URL), &http.Client{
		Transport: sender,
		// A redirect could send the key to another address, and would turn the POST into a GET.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Request is what a model is asked.
type Request struct {
	Messages []Message
	Tools    []Tool
	// AfterTools reports that the agent has called tools in this turn already. A forced tool choice is then dropped: an
	// agent that had to call a tool each time would never answer.
	AfterTools bool
	// OnText receives the text as it is streamed, and "" whenever a model begins to answer. Nil: not wanted.
	OnText func(text string)
}

// Ask asks the agent's model and, when that fails, its fallbacks in order. The error is an *Error, or the cause of ctx;
// the completion then holds what was received before it.
func (c *Client) Ask(ctx context.Context, agent *orq.AgentModel, request Request) (*Completion, error) {
	var done *Completion
	var failed *Error
	for _, to := range candidates(agent) {
		var err *Error
		done, err = c.askWithRetries(ctx, to, request)
		switch {
		case ctx.Err() != nil:
			return done, context.Cause(ctx)
		case err == nil:
			return done, nil
		}
		failed = failed.and(err)
	}
	return done, failed
}

// candidates are the agent's model and its fallbacks, each followed by the fallbacks that its parameters name.
func candidates(agent *orq.AgentModel) []orq.FallbackModel {
	var all []orq.FallbackModel
	own := orq.FallbackModel{ID: agent.ID, Parameters: agent.Parameters, Retry: agent.Retry}
	for _, to := range append([]orq.FallbackModel{own}, agent.FallbackModels...) {
		all = append(all, to)
		if to.Parameters == nil {
			continue
		}
		for _, next := range to.Parameters.Fallbacks {
			all = append(all, orq.FallbackModel{ID: next.Model, Parameters: to.Parameters, Retry: to.Retry})
		}
	}
	return all
}

// send sends the request to one model, and again in another shape when the server refuses a member that it can do without.
// The response is a success, and its body must be closed.
func (c *Client) send(ctx context.Context, to orq.FallbackModel, request Request) (*http.Response, error) {
	name := c.modelName(to.ID)
	for s := c.shapes.of(name); ; {
		body := c.bodyFor(to, request, s)
		response, err := c.post(ctx, body)
		if err != nil {
			return nil, err
		}
		if !mayRefuseMembers(response.StatusCode) {
			c.shapes.learn(name, s)
		}
		if response.StatusCode == http.StatusOK {
			return response, nil
		}
		refusal, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody)) // the status alone is an error, too
		_ = response.Body.Close()
		other, ok := s.without(response.StatusCode, refusal, body)
		if !ok {
			return nil, c.refused(response, refusal, to)
		}
		s = other
	}
}

// bodyFor is the request for one model.
func (c *Client) bodyFor(to orq.FallbackModel, request Request, s shape) requestBody {
	body := requestBody{
		Model: c.modelName(to.ID), Tools: request.Tools, ModelParameters: parametersFor(to.Parameters, request), Stream: true,
	}
	s.setLimit(&body.ModelParameters)
	if !s.withoutUsage {
		body.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	wants := to.ID
	if s.withoutReturned {
		wants = ""
	}
	for _, message := range request.Messages {
		body.Messages = append(body.Messages, message.wireFor(wants))
	}
	return body
}

// post makes one attempt at a request.
func (c *Client) post(ctx context.Context, body requestBody) (*http.Response, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	address := strings.TrimRight(c.options.URL, "/") + "/chat/completions"
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(encoded))
	if err != nil {
		return nil, err
	}
	post.Header.Set("Content-Type", "application/json")
	post.Header.Set("Accept", "text/event-stream")
	if c.options.Key != "" {
		post.Header.Set("Authorization", "Bearer "+c.options.Key)
	}
	response, err := c.http.Do(post)
	if err != nil {
		return nil, c.unreachable(err)
	}
	return response, nil
}

// modelName is the id of a model as the server knows it.
func (c *Client) modelName(id string) string {
	if c.options.Model != "" {
		return c.options.Model
	}
	if _, name, ok := strings.Cut(id, "/"); ok && name != "" && !c.options.KeepPrefix {
		return name
	}
	return id
}
