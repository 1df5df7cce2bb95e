package run

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// panicking is an engine that panics.
type panicking struct{}

func (panicking) Turn(context.Context, *Run) (Answer, error) { panic("oh no") }

func TestARunThatPanicsFailsAlone(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	runs := NewRunner(Deps{Store: s, Engines: Engines{Local: panicking{}}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	t.Cleanup(runs.Close)
	rec := &store.Record{Agent: orq.Agent{ID: s.NewID(), Key: "a", Model: &orq.AgentModel{}}}
	if err := s.Insert(rec); err != nil {
		t.Fatal(err)
	}
	question := orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("hi")}}
	h, err := runs.Start(t.Context(), rec, orq.Invocation{Message: question}, ListenNone)
	if err != nil {
		t.Fatal(err)
	}
	got := ResponseOf(h.Wait(t.Context()))
	if got.Error != "the sandbox failed; the reason is in its log" || got.Status != orq.ResponseFailed {
		t.Errorf("response has error %q and status %s, want a failed one", got.Error, got.Status)
	}
}
