package rig

import (
	"encoding/json"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestEventsAreOfTheSizeOfRealOnes(t *testing.T) {
	t.Parallel()
	plan := Plan{Run: 17, Events: 60}
	for seq := range plan.Total() {
		raw := plan.AppendEvent(nil, seq)
		var event orq.Event
		if err := json.Unmarshal(raw[len("data: "):], &event); err != nil || event.Data == nil {
			t.Fatalf("event %d: %v: %s", seq, err, raw)
		}
		if event.Type == orq.EventThought && (len(raw) < 600 || len(raw) > 1000) {
			t.Errorf("event %d has %d bytes", seq, len(raw))
		}
		if found, ok := findMark([]byte(event.Raw), 17); !ok || found != (mark{17, seq}) {
			t.Errorf("event %d is marked %v", seq, found)
		}
	}
}
