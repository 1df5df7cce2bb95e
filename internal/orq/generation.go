package orq

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
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
	// lacksExternal is set when the server has no external agents.
	lacksExternal bool
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
	if g == groupExternal && today {
		r.lacksExternal = false
	}
}

// mayHaveExternal reports whether external agents are worth a request.
func (r *routes) mayHaveExternal() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.api != APIAgents && !r.lacksExternal
}

func (r *routes) noExternal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lacksExternal = true
}

// choice is one operation in both generations.
type choice struct {
	group group
	// key is the agent that the operation is about; empty when it need not exist.
	key string
	// march and today perform the operation. A failure with ErrNoRoute means that nothing was done.
	march, today func() error
}

// either performs an operation in the generation that the server offers. It changes the generation only when the server
// has no route for the first one, which therefore cannot have started anything.
func (c *Client) either(ctx context.Context, ch choice) error {
	switch c.routes.api {
	case APIAgents:
		return ch.march()
	case APIResponses:
		return ch.today()
	}
	first, second, preferred := ch.march, ch.today, c.routes.prefersToday(ch.group)
	if preferred {
		first, second = second, first
	}
	err := first()
	if !c.routeIsMissing(ctx, err, ch) {
		return err
	}
	c.routes.remember(ch.group, false)
	other := second()
	if errors.Is(other, ErrNoRoute) {
		return err
	}
	c.routes.remember(ch.group, !preferred)
	return other
}

// routeIsMissing reports whether an operation failed because the server has no route for it. A 404 with nothing but
// "Not Found" can also mean a missing agent: then the agent itself is looked up.
func (c *Client) routeIsMissing(ctx context.Context, err error, ch choice) bool {
	if errors.Is(err, ErrNoRoute) {
		return true
	}
	var e *APIError
	if ch.key == "" || !errors.As(err, &e) || !e.isBareNotFound() {
		return false
	}
	if ch.group == groupExternal {
		_, lookup := c.ListExternalAgents(ctx, ListOptions{Limit: 1})
		return lookup == nil && c.routes.mayHaveExternal()
	}
	name, _, _ := strings.Cut(ch.key, "@")
	_, lookup := c.GetAgent(ctx, name)
	return lookup == nil
}

// isBareNotFound reports whether a 404 does not reveal what is missing.
func (e *APIError) isBareNotFound() bool {
	return e.Status == http.StatusNotFound && strings.EqualFold(strings.TrimRight(strings.TrimSpace(e.Message), "."), "not found")
}

// responsePrefix begins the ids of the Responses API. Those of March are ULIDs.
const responsePrefix = "resp_"

// isResponseID reports whether a task belongs to the Responses API.
func isResponseID(taskID string) bool { return strings.HasPrefix(taskID, responsePrefix) }

// forTask performs an operation on a task in the generation of its id, without a second try. An empty id is a new task,
// for which either generation is right.
func (c *Client) forTask(ctx context.Context, taskID string, ch choice) error {
	switch {
	case taskID == "":
		return c.either(ctx, ch)
	case isResponseID(taskID) && c.routes.api == APIAgents, !isResponseID(taskID) && c.routes.api == APIResponses:
		return fmt.Errorf("%w: task %s cannot be used with the API %q", ErrOtherGeneration, taskID, c.routes.api)
	case isResponseID(taskID):
		return ch.today()
	}
	return ch.march()
}

// eitherStream is forTask for streams. A stream whose first element is an error has not begun.
func (c *Client) eitherStream(ctx context.Context, taskID string, ch choice, march, today Events) Events {
	return func(yield func(Event, error) bool) {
		relay := func(events Events) func() error {
			return func() error {
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
		}
		ch.march, ch.today = relay(march), relay(today)
		if err := c.forTask(ctx, taskID, ch); err != nil {
			yield(Event{}, err)
		}
	}
}
