package orq

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// API selects the generation of the API that a client uses. The Agents API of March 2026 has operations to run agents and
// to register A2A agents; today's API has the Responses API and external agents in their place. A server may offer one
// of them, or both. The operations on agents are the same in both.
type API string

// Values of Options.API.
const (
	// APIAuto begins with the operations of March and turns to those of today where the server lacks them.
	APIAuto API = "auto"
	// APIAgents uses the operations of March only.
	APIAgents API = "agents"
	// APIResponses uses the operations of today only.
	APIResponses API = "responses"
)

// ErrNoLimits is returned for a run with limits that only the operations of March could perform. Nothing was started.
var ErrNoLimits = errors.New("the run operations of March have no limits")

// ErrOtherGeneration is returned for a task that belongs to the generation which Options.API excludes.
var ErrOtherGeneration = errors.New("the task belongs to the other generation of the API")

// group is a group of operations that a server offers in the same generation.
type group int

const (
	groupRuns group = iota
	groupExternal
)

// routes remembers which generation a server offers. All clients of one address share it. It is safe for concurrent use.
type routes struct {
	api API

	mu    sync.Mutex
	today map[group]bool // groups whose operations of March are missing
	// lacksExternal is until when the server counts as one without external agents.
	lacksExternal time.Time
}

func newRoutes(api API) *routes { return &routes{api: api, today: map[group]bool{}} }

func (r *routes) prefersToday(g group) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.today[g]
}

func (r *routes) remember(g group, today bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.today[g] = today
}

// mayHaveExternal reports whether external agents are worth a request.
func (r *routes) mayHaveExternal() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.api == APIResponses || r.api == APIAuto && time.Now().After(r.lacksExternal)
}

// externalRetry is how long a server that had no external agents is not asked for them.
const externalRetry = 10 * time.Minute

func (r *routes) setExternal(has bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lacksExternal = time.Time{}
	if !has {
		r.lacksExternal = time.Now().Add(externalRetry)
	}
}

// choice is one operation in both generations.
type choice struct {
	group group
	// taskID is the task to which the operation belongs; empty for a new one, for which either generation is right.
	taskID string
	// limited is set for a run with limits, which March would run without them.
	limited bool
	// exists reports whether what the operation is about exists on the server; nil when that need not exist.
	exists func() bool
	// march and today perform the operation. A failure with ErrNoRoute means that nothing was done, unless it is a
	// *ConfiguredError.
	march, today func() error
}

// perform performs an operation in the generation to which it belongs, without a second try, or else in the one that the
// server offers.
func (r *routes) perform(ch choice) error {
	api, err := r.generation(ch)
	switch {
	case err != nil:
		return err
	case api == APIAuto:
		return r.performOffered(ch)
	case api == APIAgents:
		return ch.march()
	}
	err = ch.today()
	if ch.limited && errors.Is(err, ErrNoRoute) {
		return fmt.Errorf("%w: %w", ErrNoLimits, err)
	}
	return err
}

// generation returns the one generation in which an operation may be performed, or APIAuto if it may be either.
func (r *routes) generation(ch choice) (API, error) {
	api := r.api
	if isResponseID(ch.taskID) {
		api = APIResponses
	} else if ch.taskID != "" {
		api = APIAgents
	}
	switch {
	case ch.limited && (r.api == APIAgents || api == APIAgents):
		return "", ErrNoLimits
	case ch.limited:
		return APIResponses, nil
	case r.api != APIAuto && r.api != api:
		return "", fmt.Errorf("%w: task %s cannot be used with the API %q", ErrOtherGeneration, ch.taskID, r.api)
	}
	return api, nil
}

// performOffered performs an operation in the generation that the server offers. It changes the generation only when the
// server has no route for the first one, which therefore cannot have started anything.
func (r *routes) performOffered(ch choice) error {
	first, second, preferred := ch.march, ch.today, r.prefersToday(ch.group)
	if preferred {
		first, second = second, first
	}
	err := first()
	if !ch.routeIsMissing(err) {
		return err
	}
	r.remember(ch.group, false)
	other := second()
	configured, firstDone := errors.AsType[*ConfiguredError](err)
	_, secondDone := errors.AsType[*ConfiguredError](other)
	switch {
	case firstDone && other != nil: // the agent was changed before the route was found to be missing
		return &ConfiguredError{Key: configured.Key, Created: configured.Created, Err: other}
	case errors.Is(other, ErrNoRoute) && !secondDone:
		return err
	case other == nil || !isBareNotFound(other):
		r.remember(ch.group, !preferred)
	}
	return other
}

// routeIsMissing reports whether the operation failed because the server has no route for it. A 404 with nothing but
// "Not Found" can also mean that its subject is missing, which is looked up.
func (ch choice) routeIsMissing(err error) bool {
	if errors.Is(err, ErrNoRoute) {
		return true
	}
	return isBareNotFound(err) && ch.exists != nil && ch.exists()
}

// agentLookupTimeout bounds HasAgent and IsExternalAgent.
const agentLookupTimeout = 3 * time.Second

// HasAgent reports whether the server has the agent. It takes at most 3 s; a failure counts as no.
//
// GET /v2/agents/{agent_key}
func (c *Client) HasAgent(ctx context.Context, key string) bool { return c.findAgent(ctx, key) != nil }

// IsExternalAgent is HasAgent for an A2A agent.
//
// GET /v2/agents/{agent_key} or GET /v2/agents/external/{agent_key}
func (c *Client) IsExternalAgent(ctx context.Context, key string) bool {
	agent := c.findAgent(ctx, key)
	return agent != nil && agent.Type == TypeA2A
}

// findAgent returns the agent, or nil if it could not be found within agentLookupTimeout.
func (c *Client) findAgent(ctx context.Context, key string) *Agent {
	ctx, cancel := context.WithTimeout(ctx, agentLookupTimeout)
	defer cancel()
	agent, err := c.GetAgent(ctx, key)
	if err != nil {
		return nil
	}
	return agent
}

// isBareNotFound reports whether an error is a 404 that does not reveal what is missing.
func isBareNotFound(err error) bool {
	e, ok := errors.AsType[*APIError](err)
	return ok && e.Status == http.StatusNotFound && strings.EqualFold(strings.TrimRight(strings.TrimSpace(e.Message), "."), "not found")
}

// responsePrefix begins the ids of the Responses API. Those of March are ULIDs.
const responsePrefix = "resp_"

// isResponseID reports whether a task belongs to the Responses API.
func isResponseID(taskID string) bool { return strings.HasPrefix(taskID, responsePrefix) }

// stream performs an operation whose generations yield events.
func (r *routes) stream(ch choice, march, today Events) Events {
	return func(yield func(*Event, error) bool) {
		ch.march = func() error { return forward(march, yield) }
		ch.today = func() error { return forward(today, yield) }
		if err := r.perform(ch); err != nil {
			yield(nil, err)
		}
	}
}

// forward yields the elements of events. It returns an error that comes first, before which nothing has begun, in place of
// yielding it.
func forward(events Events, yield func(*Event, error) bool) error {
	begun := false
	for event, err := range events {
		if err != nil && !begun {
			return err
		}
		if begun = true; !yield(event, err) {
			break
		}
	}
	return nil
}
