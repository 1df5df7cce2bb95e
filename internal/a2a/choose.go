package a2a

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Interface is a way to reach an agent that its card offers. As a demand, an empty field fits any value.
type Interface struct {
	// Transport is JSONRPC, HTTP+JSON, GRPC or a name that the agent's author chose.
	Transport string
	// Version is that of the protocol. As a demand, 0.3 fits 0.3.0, and the other way round.
	Version string
}

// Choose returns the interface on the agent's card that Dial takes for its demand. If Dial supports none that fits, it is
// the first that fits, and false if the card offers none or cannot be read.
func Choose(agent Agent) (Interface, bool) {
	card, err := readCard(agent.Card, agent.CardURL)
	if err != nil {
		return Interface{}, false
	}
	if chosen := card.choose(agent.Demand); len(chosen) > 0 {
		return chosen[0].Interface, true
	}
	for _, each := range card.endpoints {
		if agent.Demand.fits(each.Interface) {
			return each.Interface, true
		}
	}
	return Interface{}, false
}

// Check returns the error with which Dial would fail.
func Check(agent Agent) error {
	_, _, err := agent.endpoints()
	return err
}

// IsCard reports whether a document is an agent card: it has a name, and an interface with an address.
func IsCard(document json.RawMessage) bool {
	card, err := readCard(document, "")
	return err == nil && card.name != "" && len(card.endpoints) > 0
}

// endpoints returns the agent's card and the endpoints on it that fit the demand, at least one.
func (a Agent) endpoints() (card, []endpoint, error) {
	card, err := readCard(a.Card, a.CardURL)
	if err != nil {
		return card, nil, fmt.Errorf("the agent's card cannot be read: %w; refresh it", err)
	}
	chosen := card.choose(a.Demand)
	if len(chosen) == 0 {
		return card, nil, card.unsupported(a.Demand)
	}
	return card, chosen, nil
}

// choose returns the endpoints that are supported and fit, in the order of the card. Of those that are called alike, it is the
// first.
func (c card) choose(demand Interface) (chosen []endpoint) {
	for _, each := range c.endpoints {
		if each.isSupported() && demand.fits(each.Interface) && !slices.ContainsFunc(chosen, each.isCalledAs) {
			chosen = append(chosen, each.endpoint)
		}
	}
	return chosen
}

// unsupported describes what the card offers in place of an endpoint that can be called.
func (c card) unsupported(demand Interface) error {
	offers := []string{}
	for _, each := range c.endpoints[:min(len(c.endpoints), 10)] {
		offers = append(offers, each.String())
	}
	if len(offers) == 0 {
		offers = []string{"nothing"}
	}
	reason := "agents are called by JSONRPC of A2A 0.2, 0.3 and 1.0 and by HTTP+JSON of 1.0"
	if demand != (Interface{}) {
		reason += fmt.Sprintf(", and this one is registered for %s", demand)
	}
	return errors.New(reason + "; the agent's card offers " + strings.Join(offers, ", "))
}

// String returns what is set, such as "JSONRPC 0.3".
func (d Interface) String() string { return strings.TrimSpace(d.Transport + " " + d.Version) }

// fits reports whether an interface satisfies the demand.
func (d Interface) fits(other Interface) bool {
	return (d.Transport == "" || d.Transport == other.Transport || readTransport(d.Transport) == other.Transport) &&
		(d.Version == "" || sameVersion(readVersion(d.Version), other.Version))
}

// sameVersion reports whether two versions are equal as far as both are written.
func sameVersion(a, b string) bool {
	return a == b || strings.HasPrefix(b, a+".") || b != "" && strings.HasPrefix(a, b+".")
}
