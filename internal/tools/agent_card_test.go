package tools

import (
	"slices"
	"testing"
)

func TestACardIsToldInShort(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	_, registered := s.want(t, "register_a2a_agent", registration(t))
	short, _ := registered["card"].(fields)
	for name, want := range map[string]any{"name": "Planner", "protocol_version": "0.3.0", "streaming": true} {
		if short[name] != want {
			t.Errorf("%s is %v, want %v", name, short[name], want)
		}
	}
	if skills, _ := short["skills"].([]any); !slices.Equal(skills, []any{"Plan a trip", "book"}) {
		t.Errorf("skills are %v", skills)
	}
}
