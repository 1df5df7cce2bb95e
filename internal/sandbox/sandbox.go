package sandbox

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/a2aserver"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/engine/model"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/engine/remote"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/engine/rules"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// ModelOptions configure the server whose models play the agents.
type ModelOptions = chat.Options

// Options configure a Sandbox. The zero value is a workspace in memory that accepts any bearer token and never pauses.
type Options struct {
	// Data is the file that holds the workspace; it is created when it is missing, with Data + ".key" beside it for the
	// key that encrypts header values. Empty: memory only.
	Data string
	// Pace is the pause before each event of a run. 0: none.
	Pace time.Duration
	// Key is the only bearer token accepted. Empty: any that is not empty.
	Key string
	// Logger gets one line for each request, and failures of the store. Nil: discard.
	Logger *slog.Logger
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
	// Generation is the operations that the workspace has. Empty: those of all.
	Generation Generation
	// Model is the server of the models that play the agents. Without a URL the rule engine plays them.
	Model ModelOptions
}

// Sandbox is a workspace. It serves the Agents API as an http.Handler and is safe for concurrent use.
type Sandbox struct {
	key     string
	log     *slog.Logger
	now     func() time.Time
	store   *store.Store
	engines run.Engines
	runs    *run.Runner
	router  *router
	a2a     *a2aserver.Server
	build   *agents.Builder
	routes  http.Handler
}

// ErrInUse is the error of Open and Export for a data file that another process has open.
var ErrInUse = store.ErrInUse

// Open opens the workspace. It fails when the file is in use by another process or was written by a newer program.
// Tasks that a crash interrupted become failed.
func Open(o Options) (*Sandbox, error) {
	if err := o.Generation.check(); err != nil {
		return nil, err
	}
	models, err := newModels(o.Model)
	if err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	data, err := store.Open(store.Options{Path: o.Data, Now: o.Now})
	if err != nil {
		return nil, fmt.Errorf("open sandbox data %s: %w", o.Data, err)
	}
	far := remote.New()
	s := &Sandbox{
		key: o.Key, log: o.Logger, now: o.Now, store: data,
		engines: run.Engines{Local: localEngine(models), Remote: far}, build: &agents.Builder{Store: data, FetchCard: far.FetchCard},
	}
	s.runs = run.NewRunner(run.Deps{Store: data, Engines: s.engines, Log: o.Logger, Now: o.Now, Pace: o.Pace})
	s.router = &router{store: data, engines: s.engines, runs: s.runs, models: models}
	s.a2a = a2aserver.New(a2aserver.Deps{Store: data, Runs: s.runs, Engines: s.engines, Log: o.Logger})
	s.routes = s.newRoutes(o.Generation)
	return s, nil
}

// newModels returns the client of the model server, nil when there is none.
func newModels(o ModelOptions) (*chat.Client, error) {
	if o.URL == "" {
		return nil, nil
	}
	if err := o.Check(); err != nil {
		return nil, err
	}
	return chat.New(o), nil
}

// localEngine returns the engine of the agents that run here.
func localEngine(models *chat.Client) run.Engine {
	if models == nil {
		return rules.Engine{}
	}
	return model.New(models)
}

// Close fails the active runs, waits for their goroutines and closes the store. Requests that come later fail.
func (s *Sandbox) Close() error {
	s.runs.Close()
	s.a2a.Close()
	s.engines.Close()
	if err := s.store.Close(); err != nil {
		return fmt.Errorf("close sandbox data: %w", err)
	}
	return nil
}
