package relay_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// A panic on a goroutine without a recover would end the process, and all other runs with it.
func TestPanicOfAStreamReachesTheCaller(t *testing.T) {
	t.Parallel()
	defer func() {
		if reason := fmt.Sprint(recover()); reason != "out of order" {
			t.Errorf("recovered %q, want \"out of order\"", reason)
		}
	}()
	open := func(context.Context) orq.Events {
		return func(func(*orq.Event, error) bool) { panic("out of order") }
	}
	outcome, err := relay.Follow(t.Context(), open, nil, &relay.Options{})
	t.Errorf("Follow() = %v, %v, want a panic", outcome, err)
}

// The lookup of a stalled stream runs on a timer's goroutine, where nothing else recovers a panic.
func TestPanicOfALookupReachesTheCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started}, hangs: true}
		defer func() {
			reason := fmt.Sprint(recover())
			if !strings.HasPrefix(reason, "out of order\n") || !strings.Contains(reason, "panic_test.go") || !stream.closed {
				t.Errorf("recovered %q, closed: %t; want the reason and its stack", reason, stream.closed)
			}
		}()
		outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{
			Lookup: func(context.Context, string) (*orq.AgentResponse, error) { panic("out of order") },
		})
		t.Errorf("Follow() = %v, %v, want a panic", outcome, err)
	})
}
