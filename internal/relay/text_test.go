package relay_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text      string
		limit     int
		want      string
		truncated bool
	}{
		"short enough":             {"0123456789", 10, "0123456789", false},
		"cut at a line":            {"01234567\n9 more", 10, "01234567", true},
		"a line far before is not": {"012\n456789 more", 10, "012\n456789", true},
		"cut at a letter":          {"012345678ü more", 10, "012345678", true},
		"no limit":                 {"0123456789", -1, "0123456789", false},
		"default limit, inside":    {strings.Repeat("x", 60_000), 0, strings.Repeat("x", 60_000), false},
		"default limit, beyond":    {strings.Repeat("x", 60_001), 0, strings.Repeat("x", 60_000), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := &orq.AgentResponse{Status: orq.ResponseCompleted, Output: []orq.Message{{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(c.text)}}}}
			stream := &script{events: []orq.Event{started, thought("m", c.text)}, end: orq.ErrCutOff}
			options := relay.Options{TextLimit: c.limit, Lookup: (&lookups{answers: []*orq.AgentResponse{response}}).lookup}
			followed, err := relay.Follow(t.Context(), stream.open, nil, options)
			if err != nil {
				t.Fatal(err)
			}
			awaited, err := relay.Await(t.Context(), "t1", nil, options)
			if err != nil {
				t.Fatal(err)
			}
			for _, outcome := range []relay.Outcome{followed, awaited} {
				if outcome.OutputText != c.want || outcome.Truncated != c.truncated {
					t.Errorf("text %.40q (%d bytes), truncated %v", outcome.OutputText, len(outcome.OutputText), outcome.Truncated)
				}
			}
		})
	}
}

func TestTextCanBeReadFromAnOffset(t *testing.T) {
	t.Parallel()
	response := &orq.AgentResponse{Status: orq.ResponseCompleted, Output: []orq.Message{{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("0ü3456789")}}}}
	for offset, want := range map[int]struct {
		text  string
		begin int
	}{
		0: {"0ü34", 0}, 1: {"ü345", 1}, 2: {"ü345", 1}, 3: {"34567", 3}, 9: {"9", 9}, 10: {"", 10}, 99: {"", 10},
	} {
		options := relay.Options{TextLimit: 5, TextOffset: offset, Lookup: (&lookups{answers: []*orq.AgentResponse{response}}).lookup}
		outcome, err := relay.Await(t.Context(), "t1", nil, options)
		if err != nil || outcome.OutputText != want.text || outcome.Offset != want.begin || outcome.Truncated != (want.begin+len(want.text) < 10) {
			t.Errorf("from %d: %q at %d, truncated %t, %v", offset, outcome.OutputText, outcome.Offset, outcome.Truncated, err)
		}
	}
}
