package a2a

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// Agent is what Dial needs to reach an agent.
type Agent struct {
	// Card is its agent card, of A2A 0.2, 0.3 or 1.0.
	Card json.RawMessage
	// CardURL is where the card was found: relative addresses on it refer to that.
	CardURL string
	// Headers are sent with each request to one of Origins, and to no other origin.
	Headers map[string]string
	// Origins are URLs; what follows their port is ignored.
	Origins []string
	// CallerHeaders are sent like Headers and describe the caller: they are no credentials.
	CallerHeaders map[string]string
	// Demand limits the interfaces to those that fit.
	Demand Interface
}

// Dial returns a client of the interfaces on the agent's card that the package supports and that fit the demand. It uses the
// first, and the next only if the agent does not know that one. It sends nothing.
//
// Errors: a card that cannot be read, or one without a supported interface.
func Dial(agent Agent, base http.RoundTripper) (*Client, error) {
	card, chosen, err := agent.endpoints()
	if err != nil {
		return nil, err
	}
	var client *Client
	for _, each := range slices.Backward(chosen) {
		client = &Client{
			connection: connection{each, &http.Client{Transport: transport{base, agent}}},
			streams:    card.streams, next: client,
			secrets: newSecrets(agent.Headers, each.at), credentials: newCredentials(agent.Headers),
			hasHeaders: len(agent.Headers) > 0, headersWithheld: len(agent.Headers) > 0 && !agent.sendsHeadersTo(each.at),
			address: redact.URL(each.at.String()), cardAddress: otherPlace(agent.CardURL, each.at),
		}
	}
	return client, nil
}

// otherPlace returns where the card was found, if that has another origin than the agent's address on it; "" otherwise.
func otherPlace(cardURL string, at *url.URL) string {
	found, err := url.Parse(cardURL)
	if err != nil || found.Host == "" || SameOrigin(found, at) {
		return ""
	}
	return redact.URL(cardURL)
}
