package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
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
		// Headers may hold credentials: they never follow to another place.
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if !a2a.SamePlace(via[0].URL, next.URL) || len(via) > 5 {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// refreshCard serves POST /v2/agents/{key}/card/refresh.
func (s *Sandbox) refreshCard(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.find(r)
	if err != nil {
		return err
	}
	if rec.Agent.Type != orq.TypeA2A {
		return apierror.Invalid("key: the agent %q is not an A2A agent", rec.Agent.Key)
	}
	card, err := s.fetchCard(r.Context(), rec)
	if err != nil {
		return err
	}
	_, err = s.store.Update(rec.Agent.ID, func(rec *store.Record) error {
		rec.Agent.A2A.CachedCard, rec.Agent.Updated = card, s.store.Timestamp()
		return nil
	})
	if errors.Is(err, store.ErrNoAgent) {
		return apierror.NoAgent(rec.Agent.Key)
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		Message string          `json:"message"`
		Card    json.RawMessage `json:"card"`
	}{"the agent card was refreshed", card})
}

// fetchCard gets the card of an A2A agent over HTTP. Its faults name the URL and never a header.
func (s *Sandbox) fetchCard(ctx context.Context, rec *store.Record) (json.RawMessage, error) {
	at, err := cardURL(rec.Agent.A2A)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil) //nolint:gosec // fetching the given URL is what registering means
	if err != nil {
		return nil, apierror.Invalid("card_url: %v", err)
	}
	request.Header.Set("Accept", "application/json")
	headers, err := s.store.DecryptHeaders(rec.Agent.ID, rec.Secrets)
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := s.cards.Do(request) //nolint:gosec // as above
	if err != nil {
		return nil, unreadable(request.URL, "cannot be reached: %v", reason(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, unreadable(request.URL, "was answered with status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxCard+1))
	if err != nil {
		return nil, unreadable(request.URL, "cannot be read: %v", reason(err))
	}
	if len(body) > maxCard {
		return nil, unreadable(request.URL, "is larger than %d bytes", maxCard)
	}
	if !json.Valid(body) {
		return nil, unreadable(request.URL, "is not JSON (content type %q)", truncate.Runes(response.Header.Get("Content-Type"), 60))
	}
	return body, checkCard(request.URL, body)
}

// checkCard wants a card of A2A 0.2 or 0.3, which has a url, or one of 1.0, which lists interfaces.
func checkCard(at *url.URL, body []byte) error {
	var card struct {
		Name       string `json:"name"`
		URL        string `json:"url"`
		Interfaces []struct {
			URL string `json:"url"`
		} `json:"supportedInterfaces"`
	}
	err := json.Unmarshal(body, &card)
	reachable := card.URL != "" // gRPC has hosts in the place of URLs
	for _, each := range card.Interfaces {
		reachable = reachable || each.URL != ""
	}
	if err != nil || card.Name == "" || !reachable {
		return unreadable(at, "is not an agent card: it needs name, and url or supportedInterfaces with a url")
	}
	return nil
}

func unreadable(at *url.URL, format string, args ...any) error {
	return apierror.Invalid("agent card: %s "+format, append([]any{orq.WithoutCredentials(at.String())}, args...)...)
}

// reason is what went wrong without the URL, which the message names already.
func reason(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
