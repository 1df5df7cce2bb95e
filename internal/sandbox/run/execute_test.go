package run

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// panicking is an engine that panics.
type panicking struct{}

func (panicking) Turn(context.Context, *Run) (Answer, error) { panic("oh no") }

// newPanicking returns a runner with an agent, and a question to it.
func newPanicking(t *testing.T) (*Runner, *store.Record, orq.Message) {
	t.Helper()
	s := openStore(t)
	runs := NewRunner(Deps{Store: s, Engines: Engines{Local: panicking{}}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	t.Cleanup(runs.Close)
	rec := &store.Record{Agent: orq.Agent{ID: s.NewID(), Key: "a", Model: &orq.AgentModel{}}}
	if err := s.Insert(rec); err != nil {
		t.Fatal(err)
	}
	return runs, rec, orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("hi")}}
}

func TestARunThatPanicsFailsAlone(t *testing.T) {
	t.Parallel()
	runs, rec, question := newPanicking(t)
	h, err := runs.Start(t.Context(), rec, orq.Invocation{Message: question}, ListenNone)
	if err != nil {
		t.Fatal(err)
	}
	got := ResponseOf(h.Wait(t.Context()))
	if got.Error != "the sandbox failed; the reason is in its log" || got.Status != orq.ResponseFailed {
		t.Errorf("response has error %q and status %s, want a failed one", got.Error, got.Status)
	}
}

// TestActiveRunsAreBounded has runs of which nobody waits for the end.
func TestActiveRunsAreBounded(t *testing.T) {
	t.Parallel()
	runs, rec, question := newPanicking(t)
	for i := range maxActive {
		if err := runs.register(&Handle{TaskID: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
		runs.wg.Done()
	}
	_, err := runs.Start(t.Context(), rec, orq.Invocation{Message: question}, ListenNone)
	if refused, ok := errors.AsType[*apierror.Error](err); !ok || refused.Status != http.StatusTooManyRequests {
		t.Errorf("start beside %d runs: %v, want status 429", maxActive, err)
	}
	runs.unregister(&Handle{TaskID: "0"})
	h, err := runs.Start(t.Context(), rec, orq.Invocation{Message: question}, ListenNone)
	if err != nil {
		t.Fatal(err)
	}
	h.Wait(t.Context())
}
