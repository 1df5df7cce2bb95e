package sandbox

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Options configure a Sandbox. The zero value is a workspace in memory that accepts any bearer and never pauses.
type Options struct {
	// Data is the file that holds the workspace; it is made when it is missing, with Data + ".key" beside it for the
	// key that encrypts header values. Empty: memory only.
	Data string
	// Pace is the pause before each event of a run. 0: none.
	Pace time.Duration
	// Key is the only bearer accepted. Empty: any that is not empty.
	Key string
	// Logger gets one line for each request, and failures of the store. Nil: discard.
	Logger *slog.Logger
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
	// Model is the server of the models that play the agents. Without a URL the rule engine plays them.
	Model ModelOptions
}

// Sandbox is a workspace. It serves the Agents API as an http.Handler and is safe for concurrent use.
type Sandbox struct {
	key    string
	pace   time.Duration
	log    *slog.Logger
	now    func() time.Time
	store  *store.Store
	engine engine  // of the agents that run here
	remote callers // of A2A agents
	cards  *http.Client
	routes *http.ServeMux

	ctx  context.Context // ended by Close; parent of every run's
	stop context.CancelCauseFunc
	wg   sync.WaitGroup // one for each run
	mu   sync.Mutex
	runs map[string]*run // by task id; nil when closed
}

// Open opens the workspace. It fails when the file is in use by another process or was written by a newer program.
// Tasks that a crash interrupted become failed.
func Open(o Options) (*Sandbox, error) {
	s := &Sandbox{
		key: o.Key, pace: o.Pace, log: o.Logger, now: o.Now, engine: commands{}, remote: newCallers(), runs: map[string]*run{},
	}
	s.cards = cardClient(s.remote.transport)
	if o.Model.URL != "" {
		if err := o.Model.Check(); err != nil {
			return nil, err
		}
		s.engine = newModel(o.Model)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.store, err = store.Open(store.Options{Path: o.Data, Now: s.now}); err != nil {
		return nil, fmt.Errorf("open sandbox data %s: %w", o.Data, err)
	}
	s.ctx, s.stop = context.WithCancelCause(context.Background())
	s.routes = s.newRoutes()
	return s, nil
}

// ServeHTTP serves the paths of the Agents API. Any other path is answered 404 in plain text, so that a client can
// tell a missing route from a missing agent.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
	defer func() { //nolint:contextcheck // it is the request's own
		s.log.LogAttrs(r.Context(), slog.LevelInfo, "request", append([]slog.Attr{
			slog.String("method", r.Method), slog.String("path", r.URL.EscapedPath()),
			slog.Int("status", recorder.status), slog.Duration("duration", time.Since(start).Round(10*time.Microsecond)),
		}, recorder.about...)...)
	}()
	s.routes.ServeHTTP(recorder, r)
}

// Close fails the active runs, waits for their goroutines and closes the store. Requests that come later fail.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	s.runs = nil
	s.mu.Unlock()
	s.stop(errClosed)
	s.wg.Wait()
	s.engine.close()
	s.remote.close()
	if err := s.store.Close(); err != nil {
		return fmt.Errorf("close sandbox data: %w", err)
	}
	return nil
}
