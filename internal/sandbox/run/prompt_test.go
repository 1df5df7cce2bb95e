package run

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// rendering is an engine that fills in a text once the caller has left.
type rendering struct {
	left chan struct{}
	text string
}

func (e rendering) Turn(_ context.Context, r *Run) (Answer, error) {
	<-e.left
	r.AddOutput(r.Prompt.Render(e.text))
	return Answer{}, nil
}

// startTemplate starts a run of an agent with jinja instructions.
func startTemplate(ctx context.Context, t *testing.T, engine rendering, instructions string) (*Handle, error) {
	t.Helper()
	s := openStore(t)
	runs := NewRunner(Deps{Store: s, Engines: Engines{Local: engine}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	t.Cleanup(runs.Close)
	rec := &store.Record{Agent: orq.Agent{
		ID: s.NewID(), Key: "a", Model: &orq.AgentModel{}, Engine: "jinja", Instructions: instructions, Variables: map[string]any{"name": "Ann"},
	}}
	if err := s.Insert(rec); err != nil {
		t.Fatal(err)
	}
	question := orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("hi")}}
	return runs.Start(ctx, rec, orq.Invocation{Message: question}, ListenNone)
}

func TestACallerThatLeavesStopsTheTemplates(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancelCause(t.Context())
	leave(errors.New("the client has left"))
	_, err := startTemplate(ctx, t, rendering{}, "{{ name }}")
	if want := "instructions: cannot be filled in by jinja: line 1: it was stopped: the client has left"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want %q", err, want)
	}
}

func TestMessagesAreFilledInAfterTheCallerHasLeft(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	engine := rendering{make(chan struct{}), "I am {{ name }}."}
	h, err := startTemplate(ctx, t, engine, "none")
	if err != nil {
		t.Fatal(err)
	}
	leave()
	close(engine.left)
	h.Wait(t.Context())
	if got, want := h.run.output.String(), "I am Ann."; got != want {
		t.Errorf("the text became %q, want %q", got, want)
	}
}

// The texts of a run share a budget, in which each counts once.
func TestTextsShareABudget(t *testing.T) {
	t.Parallel()
	agent := orq.Agent{Engine: "jinja"}
	p, err := newPrompt(t.Context(), agent, "jinja", nil)
	if err != nil {
		t.Fatal(err)
	}
	loop := func(n string) string {
		return "{% for i in range(999) %}{% for j in range(60) %}{% endfor %}{% endfor %}" + n
	}
	for i, test := range []struct{ text, want string }{{loop("a"), "a"}, {loop("a"), "a"}, {loop("b"), loop("b")}, {"{{ 1 }}", "{{ 1 }}"}} {
		if got := p.Render(test.text); got != test.want {
			t.Errorf("text %d became %q, want %q", i, got, test.want)
		}
	}
	p.within(t.Context())
	if got := p.Render("{{ 1 }}"); got != "1" {
		t.Errorf("with a new budget the text became %q, want 1", got)
	}
}
