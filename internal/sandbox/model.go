package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

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

// Check says what is wrong with the options, by the names of the flag and the variable that set them.
func (o ModelOptions) Check() error {
	if !isURL(o.URL) {
		return errors.New("--model-url must be an http or https URL, such as http://127.0.0.1:11434/v1")
	}
	if u, err := url.Parse(o.URL); err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("--model-url must hold no user, query or fragment")
	}
	if strings.ContainsFunc(o.Key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("ORQ_SANDBOX_MODEL_KEY holds a blank, a line break or another character that no key has")
	}
	return nil
}

// model plays the agents with the models of a server.
type model struct {
	options ModelOptions
	http    *http.Client
}

func newModel(o ModelOptions) *model {
	// There is no time limit for an answer: a server may load a model for minutes. The run's limits hold.
	return &model{o, &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout: 30 * time.Second, IdleConnTimeout: 90 * time.Second, DisableCompression: true, ForceAttemptHTTP2: true,
		},
		// The key follows to no other address, and a redirected POST would become a GET.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
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
	messages []chatMessage
	tools    []chatTool
	// answering says that the agent has called tools in this turn already, or before a pause.
	answering bool
	// tell gets the text as it comes, and an empty one when a model begins to answer; nil: nobody wants it.
	tell func(string)
}

// ask asks the agent's model, and its fallbacks in order when that fails. Together with an error it returns what came
// before it.
func (m *model) ask(ctx context.Context, agent *orq.AgentModel, q query) (*completion, error) {
	var done *completion
	var why *modelError
	for _, to := range candidates(agent) {
		var err *modelError
		done, err = m.askWithRetries(ctx, to, q)
		switch {
		case ctx.Err() != nil:
			return done, context.Cause(ctx)
		case err == nil:
			return done, nil
		}
		why = why.and(err)
	}
	return done, &failure{code: why.code, message: why.message}
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

// send asks a model once. The body of the response must be closed.
func (m *model) send(ctx context.Context, to orq.FallbackModel, q query) (*http.Response, error) {
	body, err := json.Marshal(chatRequest{
		Model: m.name(to.ID), Messages: q.messages, Tools: q.tools, ModelParameters: parametersOf(to.Parameters, q),
		Stream: true, StreamOptions: chatStreamOptions{IncludeUsage: true},
	})
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	address := strings.TrimRight(m.options.URL, "/") + "/chat/completions"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body)) //nolint:gosec // the address is the operator's own
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	if m.options.Key != "" {
		request.Header.Set("Authorization", "Bearer "+m.options.Key)
	}
	response, err := m.http.Do(request) //nolint:gosec // as above
	if err != nil {
		return nil, m.unreachable(err)
	}
	if response.StatusCode != http.StatusOK {
		defer func() { _ = response.Body.Close() }()
		return nil, m.refused(response, to)
	}
	return response, nil
}
