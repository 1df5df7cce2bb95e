package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScriptedAnswers(t *testing.T) {
	t.Parallel()
	const instructions = "You write.\n/answer when \"Too Short\": Twice a day.\\nTwice.\n  /answer when \"a \\\"b\\\"\" : Quoted.\n/answer when x: y\n/answers are no script\n/answer Once.\n/answer Never."
	notes := []string{`I left out "/answer when x: y" of my instructions: after when it needs a phrase in quotes and a colon, such as when "too short": Longer.`}
	for text, want := range map[string]struct {
		answer string
		notes  []string
	}{
		"It is too short.": {"Twice a day.\nTwice.", nil},
		`Say a "b" now`:    {"Quoted.", nil},
		"Write.":           {"Once.", notes},
		"":                 {"Once.", notes},
	} {
		got, found, left := scripted(instructions, text)
		if got != want.answer || !found {
			t.Errorf("answer to %q = %q, %v, want %q", text, got, found, want.answer)
		}
		if diff := cmp.Diff(want.notes, left); diff != "" {
			t.Errorf("notes for %q (-want +got):\n%s", text, diff)
		}
	}
	if got, found, _ := scripted("Help. /answer no\n/answer when \"x\": y", "Hello"); found {
		t.Errorf("answer = %q, want none", got)
	}
}
