package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// ModelOptions say which OpenAI-compatible server runs the models of the agents.
type ModelOptions struct {
	// URL is the base of its API, such as http://127.0.0.1:11434/v1.
	URL string
	// Key is its bearer. Empty: none is sent.
	Key string
	// KeepPrefix sends the ids of models as agents have them. Otherwise the provider, which stands before the first slash,
	// is left out: a server of its own knows llama3.2, not ollama/llama3.2.
	KeepPrefix bool
}

// Check says what is wrong with the options.
func (o ModelOptions) Check() error {
	if !isURL(o.URL) {
		return errors.New("the URL of the model server must be an http or https URL, such as http://127.0.0.1:11434/v1")
	}
	if u, err := url.Parse(o.URL); err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("the URL of the model server must hold no user, query or fragment")
	}
	return nil
}

// model plays the agents with the models of a server.
type model struct {
	options ModelOptions
	http    *http.Client
}

func newModel(o ModelOptions) *model {
	// No time limit of its own: a server may load a model for minutes before it answers. The run's limits hold.
	return &model{o, &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, IdleConnTimeout: 90 * time.Second}}}
}

// refuse lets every message pass: a model gets what the user wrote.
func (*model) refuse(string) error { return nil }

func (m *model) close() { m.http.CloseIdleConnections() }

// name is the id of a model as the server knows it.
func (m *model) name(id string) string {
	if _, name, ok := strings.Cut(id, "/"); ok && name != "" && !m.options.KeepPrefix {
		return name
	}
	return id
}

// query is what a model is asked.
type query struct {
	messages []openai.ChatCompletionMessage
	tools    []openai.Tool
	// answering says that the agent has called tools in this turn already.
	answering bool
}

// ask asks the agent's model, and its fallbacks in order when that fails. Together with an error it returns what came
// before it.
func (m *model) ask(ctx context.Context, agent *orq.AgentModel, q query) (*completion, error) {
	done, err := m.askWithRetries(ctx, orq.FallbackModel{ID: agent.ID, Parameters: agent.Parameters, Retry: agent.Retry}, q)
	for _, next := range agent.FallbackModels {
		if err == nil || ctx.Err() != nil {
			break
		}
		first := err
		if done, err = m.askWithRetries(ctx, next, q); err != nil {
			err = first.and(err)
		}
	}
	switch {
	case ctx.Err() != nil:
		return done, context.Cause(ctx)
	case err != nil:
		return done, &failure{code: err.code, message: err.Error()}
	}
	return done, nil
}

// open sends the query. The stream that it returns must be closed.
func (m *model) open(ctx context.Context, to orq.FallbackModel, q query) (*openai.ChatCompletionStream, error) {
	config := openai.DefaultConfig(m.options.Key)
	config.BaseURL = m.options.URL
	config.EmptyMessagesLimit = 1 << 30 // comments that keep the connection alive count as empty
	config.HTTPClient = &sender{m, to, parametersOf(to.Parameters, q)}
	return openai.NewClientWithConfig(config).CreateChatCompletionStream(ctx, openai.ChatCompletionRequest{
		Model: m.name(to.ID), Messages: q.messages, StreamOptions: &openai.StreamOptions{IncludeUsage: true},
	})
}

// sender sends the requests of the client library. It adds the parameters, because the library's request drops a
// temperature of 0, lacks some, and is refused for models that the library believes to know; and it reads the errors,
// because the library keeps no headers.
type sender struct {
	model      *model
	to         orq.FallbackModel
	parameters parameters
}

// Do sends a request with the parameters.
func (s *sender) Do(r *http.Request) (*http.Response, error) {
	body, err := s.withParameters(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	response, err := s.model.http.Do(r) //nolint:gosec // the address is the operator's own
	if err != nil {
		return nil, s.model.unreachable(err)
	}
	page := strings.HasPrefix(response.Header.Get("Content-Type"), "text/html")
	if response.StatusCode == http.StatusOK && !page {
		return response, nil
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK {
		return nil, s.model.page()
	}
	return nil, s.model.refused(response, s.to)
}

func (s *sender) withParameters(body io.Reader) ([]byte, error) {
	var request, added map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&request); err != nil {
		return nil, fmt.Errorf("decode the request: %w", err)
	}
	encoded, err := json.Marshal(s.parameters)
	if err != nil {
		return nil, fmt.Errorf("encode the parameters: %w", err)
	}
	if err := json.Unmarshal(encoded, &added); err != nil {
		return nil, fmt.Errorf("encode the parameters: %w", err)
	}
	maps.Copy(request, added)
	return json.Marshal(request)
}
