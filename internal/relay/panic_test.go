package relay_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// A panic in a goroutine that nobody recovers would end the process and with it everybody's runs.
func TestPanicOfAStreamReachesTheCaller(t *testing.T) {
	t.Parallel()
	defer func() {
		if reason := fmt.Sprint(recover()); reason != "out of order" {
			t.Errorf("recovered %q, want the reason", reason)
		}
	}()
	open := func(context.Context) orq.Events {
		return func(func(orq.Event, error) bool) { panic("out of order") }
	}
	outcome, err := relay.Follow(t.Context(), open, nil, relay.Options{})
	t.Errorf("returned %v, %v", outcome, err)
}
