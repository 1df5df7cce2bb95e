package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const (
	cardTimeout = 5 * time.Second
	maxCard     = 1 << 20 // bytes
)

func cardClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Timeout:   cardTimeout,
		Transport: transport,
		// Headers may hold credentials: they are sent to no other origin.
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if !a2a.SameOrigin(via[0].URL, next.URL) || len(via) > 5 {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// FetchCard gets the card of an A2A agent: from card_url or, when that is empty, from /card below agent_url. Its errors are
// *apierror.Error, which name the URL and never a header.
func (e *Engine) FetchCard(ctx context.Context, config *orq.A2AConfig, headers map[string]string) (json.RawMessage, error) {
	at, err := cardURL(config)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, apierror.Invalid("card_url: %v", err)
	}
	request.Header.Set("Accept", "application/json")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := e.cards.Do(request)
	if err != nil {
		return nil, unreadable(request.URL, "cannot be reached: %v", neterror.Describe(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		where := ""
		if response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusMethodNotAllowed {
			where = elsewhere(config)
		}
		return nil, unreadable(request.URL, "was answered with status %d%s", response.StatusCode, where)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxCard+1))
	if err != nil {
		return nil, unreadable(request.URL, "cannot be read: %v", neterror.Describe(err))
	}
	if len(body) > maxCard {
		return nil, unreadable(request.URL, "is larger than %d bytes", maxCard)
	}
	if !json.Valid(body) {
		where := ""
		if config.CardURL == "" {
			where = elsewhere(config)
		}
		return nil, unreadable(request.URL, "is not JSON (content type %q)%s", truncate.Runes(response.Header.Get("Content-Type"), 60), where)
	}
	return body, checkCard(request.URL, body)
}

// checkCard accepts a card of A2A 0.2 or 0.3, which has a url, or of 1.0, which lists interfaces.
func checkCard(at *url.URL, body []byte) error {
	if !a2a.IsCard(body) {
		return unreadable(at, "is not an agent card: it needs name, and url or supportedInterfaces with a url")
	}
	return nil
}

// elsewhere describes where else the card may be that is not at its address.
func elsewhere(config *orq.A2AConfig) string {
	agent, err := url.Parse(config.AgentURL)
	if err != nil {
		return ""
	}
	agent.Path, agent.RawPath = "", ""
	return fmt.Sprintf("; give the address of the card as card_url: most agents have it at %s/.well-known/agent-card.json, older ones at /.well-known/agent.json",
		redact.URL(agent.String()))
}

func unreadable(at *url.URL, format string, args ...any) error {
	return apierror.Invalid("agent card: %s "+format, append([]any{redact.URL(at.String())}, args...)...)
}

// cardURL is where the card is: at the given URL, or at /card below the agent's.
func cardURL(config *orq.A2AConfig) (string, error) {
	if config.CardURL != "" {
		return config.CardURL, nil
	}
	joined, err := url.JoinPath(config.AgentURL, "card")
	if err != nil {
		return "", apierror.Invalid("agent_url: %v", err)
	}
	return joined, nil
}

// CheckConnection returns why the agent with a card cannot be called; nil when it can.
func CheckConnection(config *orq.A2AConfig, connection store.Connection) error {
	at, err := cardURL(config)
	if err != nil {
		return err
	}
	if err := a2a.Check(a2a.Agent{Card: config.CachedCard, CardURL: at, Demand: demand(connection)}); err != nil {
		return apierror.Invalid("agent card: %s: %v", redact.URL(at), err)
	}
	return nil
}

// Choose returns the version of A2A and the transport by which the agent with this card is called: as the connection
// demands, or else the first in the card that the engine supports. It reports false when the card offers none that fits.
func Choose(config *orq.A2AConfig, connection store.Connection) (version, transport string, ok bool) {
	at, err := cardURL(config)
	if err != nil {
		return "", "", false
	}
	chosen, ok := a2a.Choose(a2a.Agent{Card: config.CachedCard, CardURL: at, Demand: demand(connection)})
	return chosen.Version, chosen.Transport, ok
}

func demand(c store.Connection) a2a.Interface {
	return a2a.Interface{Version: c.ProtocolVersion, Transport: c.PreferredTransport}
}
