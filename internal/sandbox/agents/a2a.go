package agents

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/engine/remote"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Registration is the body of POST /v2/agents/external, and of POST /v2/agents/a2a, which lacks the last three fields.
type Registration struct {
	orq.RegisterA2ARequest

	ProjectID          string `json:"project_id,omitzero"`
	ProtocolVersion    string `json:"protocol_version,omitzero"`
	PreferredTransport string `json:"preferred_transport,omitzero"`
}

// Register returns the A2A agent that a request describes, with its card. It is not stored yet.
func (b *Builder) Register(ctx context.Context, in Registration) (*store.Record, error) {
	rec, err := b.NewExternal(in)
	if err != nil {
		return nil, err
	}
	if err := b.AddCard(ctx, rec); err != nil {
		return nil, err
	}
	return rec, CheckConnection(rec)
}

// NewExternal returns the A2A agent that a request describes, without its card.
func (b *Builder) NewExternal(in Registration) (*store.Record, error) {
	agent := b.newAgent(orq.TypeA2A, in.Key, cmp.Or(in.Path, DefaultPath))
	agent.DisplayName, agent.Description = in.DisplayName, in.Description
	setText(&agent.ProjectID, in.ProjectID)
	// The API of March always sends these two; an agent that runs elsewhere has neither.
	agent.Role, agent.Model = "A2A agent", &orq.AgentModel{ID: "a2a", IntegrationID: orq.Null[string]()}
	agent.A2A = &orq.A2AConfig{AgentURL: in.AgentURL, CardURL: in.CardURL}
	if err := checkURLs(agent.A2A); err != nil {
		return nil, err
	}
	rec := &store.Record{Agent: agent, Connection: store.Connection{
		ProtocolVersion: in.ProtocolVersion, PreferredTransport: in.PreferredTransport,
	}}
	if err := b.setHeaders(rec, in.Headers, false); err != nil {
		return nil, err
	}
	return rec, nil
}

// AddCard fetches the card of a new A2A agent. An agent without one can be stored: its card is then fetched at each call.
func (b *Builder) AddCard(ctx context.Context, rec *store.Record) error {
	card, err := b.card(ctx, rec)
	if err == nil {
		b.setCard(rec, card)
	}
	return err
}

// setCard stores a card that was fetched just now.
func (b *Builder) setCard(rec *store.Record, card json.RawMessage) {
	rec.Agent.A2A.CachedCard, rec.Connection.CardRefreshed = card, b.Store.Timestamp()
}

// CheckConnection requires the card to offer what the caller demands, and what the sandbox can call.
func CheckConnection(rec *store.Record) error {
	var problems apierror.Problems
	version, transport := rec.Connection.ProtocolVersion, rec.Connection.PreferredTransport
	if _, _, ok := remote.Choose(rec.Agent.A2A, store.Connection{ProtocolVersion: version}); version != "" && !ok {
		problems.Add("protocol_version", "the agent card offers no version %q", truncate.Runes(version, 60))
	}
	if _, _, ok := remote.Choose(rec.Agent.A2A, rec.Connection); transport != "" && problems == nil && !ok {
		problems.Add("preferred_transport", "the agent card offers no transport %q of the version", truncate.Runes(transport, 60))
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return remote.CheckConnection(rec.Agent.A2A, rec.Connection)
}

// updateA2A changes the connection. The card stays as it was fetched until it is refreshed.
func (b *Builder) updateA2A(rec *store.Record, in orq.A2AUpdate) error {
	setText(&rec.Agent.A2A.AgentURL, in.AgentURL)
	setText(&rec.Agent.A2A.CardURL, in.CardURL)
	if err := checkURLs(rec.Agent.A2A); err != nil {
		return apierror.Below("a2a", err)
	}
	if in.Headers == nil {
		return nil
	}
	return apierror.Below("a2a", b.setHeaders(rec, in.Headers, true))
}

func checkURLs(a2a *orq.A2AConfig) error {
	if a2a.CardURL == a2a.AgentURL {
		return apierror.Invalid("card_url: must differ from agent_url")
	}
	return nil
}

// setHeaders replaces the headers; their values are kept encrypted. On an update an empty value keeps the stored one.
func (b *Builder) setHeaders(rec *store.Record, headers map[string]orq.Header, update bool) error {
	shown, secrets := map[string]orq.Header{}, map[string][]byte{}
	var problems apierror.Problems
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		header := headers[name]
		secrets[name] = rec.Secrets[name]
		if header.Value != "" || !update {
			secrets[name] = b.Store.EncryptHeader(rec.Agent.ID, name, header.Value)
		} else if secrets[name] == nil {
			problems.Add("headers."+name+".value", "is empty, and there is no stored value to keep")
		}
		encrypted := header.Encrypted != nil && *header.Encrypted
		shown[name] = orq.Header{Encrypted: &encrypted}
	}
	rec.Agent.A2A.Headers, rec.Secrets = shown, secrets
	return problems.Err()
}

// card fetches the card of an A2A agent.
func (b *Builder) card(ctx context.Context, rec *store.Record) (json.RawMessage, error) {
	headers, err := b.Store.DecryptHeaders(rec.Agent.ID, rec.Secrets)
	if unreadable, ok := errors.AsType[*store.UnreadableHeaderError](err); ok {
		return nil, apierror.Invalid("%v", unreadable)
	}
	if err != nil {
		return nil, err
	}
	return b.FetchCard(ctx, rec.Agent.A2A, headers)
}

// Refresh fetches the card of an A2A agent and stores it. A card that cannot be read, or without
// an interface that the sandbox can call, leaves the stored one.
func (b *Builder) Refresh(ctx context.Context, rec *store.Record) (*store.Record, error) {
	card, err := b.card(ctx, rec)
	if err != nil {
		return nil, err
	}
	key, config := rec.Agent.Key, *rec.Agent.A2A
	config.CachedCard = card
	if err := remote.CheckConnection(&config, store.Connection{}); err != nil {
		return nil, err
	}
	rec, err = b.Store.Update(rec.Agent.ID, func(rec *store.Record) error {
		b.setCard(rec, card)
		rec.Agent.Updated = b.Store.Timestamp()
		return nil
	})
	if errors.Is(err, store.ErrNoAgent) {
		return nil, apierror.NoAgent(key)
	}
	return rec, err
}
