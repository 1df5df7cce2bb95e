package rig

import (
	"encoding/json"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestAppendEvent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		plan              Plan
		shortest, longest int
	}{
		"large": {Plan{Run: 17, Events: 60}, 600, 1000},
		"small": {Plan{Run: 17, Events: 60, Small: true}, 150, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testEvents(t, test.plan, test.shortest, test.longest)
		})
	}
}

func testEvents(t *testing.T, plan Plan, shortest, longest int) {
	t.Helper()
	for seq := range plan.Total() {
		raw := plan.AppendEvent(nil, seq)
		var event orq.Event
		if err := json.Unmarshal(raw[len("data: "):], &event); err != nil || event.Data == nil {
			t.Fatalf("AppendEvent(%d) = %s, error %v, want an event with data", seq, raw, err)
		}
		if event.Type == orq.EventThought && (len(raw) < shortest || len(raw) > longest) {
			t.Errorf("AppendEvent(%d) has %d bytes, want %d to %d: %s", seq, len(raw), shortest, longest, raw)
		}
		if found, ok := findMark([]byte(event.Raw), 17); !ok || found != (mark{17, seq}) {
			t.Errorf("findMark of event %d = %v, want %v", seq, found, mark{17, seq})
		}
	}
}

func TestAppendEventOfTheResponsesAPI(t *testing.T) {
	t.Parallel()
	plan := Plan{Run: 17, Events: 60, Responses: true}
	for seq := range plan.Total() {
		raw := plan.AppendEvent(nil, seq)
		var event struct {
			Type     orq.EventType
			Sequence int `json:"sequence_number"`
		}
		if err := json.Unmarshal(raw[len("data: "):], &event); err != nil || event.Type != plan.Type(seq) || event.Sequence != seq {
			t.Fatalf("AppendEvent(%d) = %s, error %v, want %s with its sequence number", seq, raw, err, plan.Type(seq))
		}
		if found, ok := findMark(raw, 17); !ok || found != (mark{17, seq}) {
			t.Errorf("findMark of event %d = %v, want %v", seq, found, mark{17, seq})
		}
	}
}
