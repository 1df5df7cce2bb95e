package relay_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// TestTheTextOfThoughtsIsTheAnswerOfARunWithoutAnother sends a text in parts of many sizes.
func TestTheTextOfThoughtsIsTheAnswerOfARunWithoutAnother(t *testing.T) {
	t.Parallel()
	events := []orq.Event{started}
	var want strings.Builder
	for i := range 200 {
		part := fmt.Sprintf("%d %s ", i, strings.Repeat("word ", i%97*i%53))
		want.WriteString(part)
		events = append(events, thought("m", part))
	}
	stream := &script{events: append(events, at(0, orq.EventErrored, `{"error":"enough"}`))}
	outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{TextLimit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), outcome.OutputText); diff != "" {
		t.Errorf("text (-want +got):\n%.2000s", diff)
	}
}
