package relay_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestAStreamThatNothingEndsIsLookedUpAtItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello}, hangs: true}
		service := &lookups{answers: []*orq.AgentResponse{completed()}}
		began := time.Now()
		outcome, err := relay.Follow(t.Context(), stream.open, nil, relay.Options{Limit: time.Hour, Stall: 2 * time.Hour, Lookup: service.lookup})
		if err != nil || outcome.State != relay.StateCompleted || time.Since(began) != time.Hour || !stream.closed {
			t.Errorf("%q after %v, %v, closed: %t", outcome.State, time.Since(began), err, stream.closed)
		}
	})
}

func TestALookupThatTakesLongIsNotSilent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context, _ string) (*orq.AgentResponse, error) {
			if !wait(ctx, 40*time.Second) {
				return nil, context.Cause(ctx)
			}
			return completed(), nil
		}
		sink := &recorder{}
		if _, err := relay.Await(t.Context(), "t1", sink, relay.Options{Lookup: slow, Patience: time.Minute}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"still working", "still working"}, sink.lines()); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestALookupIsGivenUpSoonAfterThePatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		silent := func(ctx context.Context, _ string) (*orq.AgentResponse, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}
		began := time.Now()
		_, err := relay.Await(t.Context(), "t1", nil, relay.Options{Lookup: silent})
		if err == nil || err.Error() != "no answer within 5 s" || time.Since(began) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestWhatARunKeepsIsBounded(t *testing.T) {
	t.Parallel()
	events := []orq.Event{started}
	for i := range 1000 {
		events = append(events, thought("m", strings.Repeat("x", 100)),
			at(0, orq.EventToolStarted, fmt.Sprintf(`{"tool_key":"t","action_type":"http","tool_execution_context":{"agent_tool_call_id":"c%d"}}`, i)),
			at(0, orq.EventToolFinished, fmt.Sprintf(`{"action_type":"http","tool_execution_context":{"agent_tool_call_id":"c%d"}}`, i)))
	}
	stream := &script{events: append(events, at(0, orq.EventErrored, `{"error":"enough","code":500}`))}
	outcome, err := relay.Follow(t.Context(), stream.open, nil, relay.Options{TextLimit: 250})
	if err != nil || len(outcome.OutputText) != 250 || !outcome.Truncated || len(outcome.ToolExecutions) != 500 {
		t.Errorf("%d bytes of text, truncated: %t, %d tools, %v", len(outcome.OutputText), outcome.Truncated, len(outcome.ToolExecutions), err)
	}
}
