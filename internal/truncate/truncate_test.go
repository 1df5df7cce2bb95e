package truncate_test

import (
	"testing"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

type cases map[string]struct {
	text  string
	limit int
	want  string
}

func (c cases) run(t *testing.T, function string, shorten func(string, int) string, length func(string) int) {
	t.Helper()
	for name, each := range c {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := shorten(each.text, each.limit)
			if got != each.want {
				t.Errorf("%s(%q, %d) = %q, want %q", function, each.text, each.limit, got, each.want)
			}
			if length(got) > each.limit {
				t.Errorf("%s(%q, %d) = %q of length %d, want at most the limit", function, each.text, each.limit, got, length(got))
			}
		})
	}
}

func bytes(text string) int { return len(text) }

func TestRunes(t *testing.T) {
	t.Parallel()
	cases{
		"shorter":         {"abc", 4, "abc"},
		"at the limit":    {"abcd", 4, "abcd"},
		"longer":          {"abcde", 4, "abc…"},
		"wide characters": {"ééééé", 4, "ééé…"},
		"wide and fits":   {"éééé", 4, "éééé"},
		"only the mark":   {"ab", 1, "…"},
		"nothing":         {"", 1, ""},
	}.run(t, "Runes", truncate.Runes, utf8.RuneCountInString)
}

func TestBytes(t *testing.T) {
	t.Parallel()
	cases{
		"shorter":            {"abc", 6, "abc"},
		"at the limit":       {"abcdef", 6, "abcdef"},
		"longer":             {"abcdefg", 6, "abc…"},
		"within a character": {"aéééé", 7, "aé…"},
		"invalid UTF-8":      {"a\xffbcdefg", 7, "abc…"},
		"only the mark":      {"abcd", 3, "…"},
		"nothing":            {"", 3, ""},
	}.run(t, "Bytes", truncate.Bytes, bytes)
}

func TestWords(t *testing.T) {
	t.Parallel()
	cases{
		"short enough":               {"one two", 7, "one two"},
		"space and lines are joined": {" one\n\n two\t three ", 60, "one two three"},
		"cut at a word":              {"one two three four", 13, "one two…"},
		"one long word":              {"internationalization", 10, "interna…"},
		"cut within a character":     {"ééééé", 8, "éé…"},
		"invalid UTF-8":              {"\xff\xfe\xfd bad bytes here", 10, " bad…"},
		"nothing":                    {"", 10, ""},
	}.run(t, "Words", func(text string, limit int) string {
		got := truncate.Words(text, limit)
		if !utf8.ValidString(got) {
			t.Errorf("Words(%q, %d) = %q, want valid UTF-8", text, limit, got)
		}
		return got
	}, bytes)
}

func TestRunePrefix(t *testing.T) {
	t.Parallel()
	cases{
		"shorter":       {"abc", 4, "abc"},
		"at the limit":  {"éé", 2, "éé"},
		"longer":        {"ééé", 2, "éé"},
		"nothing":       {"", 2, ""},
		"nothing of it": {"abc", 0, ""},
	}.run(t, "RunePrefix", truncate.RunePrefix, utf8.RuneCountInString)
}

func TestBytePrefix(t *testing.T) {
	t.Parallel()
	cases{
		"shorter":            {"abc", 4, "abc"},
		"at the limit":       {"éé", 4, "éé"},
		"longer":             {"abc", 2, "ab"},
		"within a character": {"éé", 3, "é"},
		"nothing of it":      {"abc", 0, ""},
	}.run(t, "BytePrefix", truncate.BytePrefix, bytes)
}
