package relay_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// progressOfTexts returns the progress of a run that brings these texts.
func progressOfTexts(t *testing.T, texts ...string) []relay.Progress {
	t.Helper()
	var events []orq.Event
	for _, text := range texts {
		events = append(events, thought("m", text))
	}
	sink := &recorder{}
	stream := &script{events: events}
	_, _ = relay.Follow(t.Context(), stream.open, sink, &relay.Options{})
	if len(sink.sent) != len(texts) {
		t.Fatalf("%d steps, want %d", len(sink.sent), len(texts))
	}
	return sink.sent
}

func TestALineOfProgressIsTheEndOfTheText(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("lorem ", 20)
	for name, c := range map[string]struct {
		texts []string
		want  string
	}{
		"a short text":               {[]string{"The order ", "has ", "left."}, "The order has left."},
		"line breaks":                {[]string{"a\r\n", "- b\n- c\t1\n"}, "a  - b - c 1"},
		"nothing but space":          {[]string{"\n\n"}, ""},
		"a long text":                {[]string{words, "end"}, strings.Repeat("lorem ", 12) + "end"},
		"one long piece":             {[]string{"x", words + "end"}, strings.Repeat("lorem ", 12) + "end"},
		"many pieces":                {slices.Repeat([]string{"lorem "}, 1000), strings.TrimSpace(strings.Repeat("lorem ", 13))},
		"a word longer than a line":  {[]string{strings.Repeat("x", 200), "y"}, strings.Repeat("x", 79) + "y"},
		"letters beyond ASCII":       {[]string{strings.Repeat("日本語", 30), "!"}, "本語" + strings.Repeat("日本語", 8) + "!"},
		"a long piece with breaks":   {[]string{strings.Repeat("日", 30) + "\nb"}, strings.Repeat("日", 26) + " b"},
		"exactly a line":             {[]string{strings.Repeat("y", 80)}, strings.Repeat("y", 80)},
		"exactly a line, in a piece": {[]string{strings.Repeat("y", 40), strings.Repeat("z", 40)}, strings.Repeat("y", 40) + strings.Repeat("z", 40)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := progressOfTexts(t, c.texts...)
			if diff := cmp.Diff(c.want, sent[len(sent)-1].Message); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
			for i, step := range sent {
				if step.Text != c.texts[i] || len(step.Message) > 80 || !utf8.ValidString(step.Message) {
					t.Errorf("step %d has the line %q, which is to be valid and of 80 bytes at most, and the text %q, want %q", i, step.Message, step.Text, c.texts[i])
				}
			}
		})
	}
}
