package quote_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/quote"
)

// FuzzAppendString checks that strings are encoded as encoding/json does it.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{
		"", "plain", "a\nb\tc\rd\be\ff", `"quoted" \ back`, "<b>&</b>", "\x00\x01\x1f\x7f\x80", "é 日本 \U0001F600", "\u2028\u2029\u2027", "\xe2\x80", "\xff\xfe",
		"\ufffd", strings.Repeat("x", 100) + "\n", strings.Repeat("ü", 9), "\xed\xa0\x80",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := quote.Append([]byte("before "), text); string(got) != "before "+string(want) {
			t.Errorf("Append(%q) = %s, want %s", text, got, want)
		}
	})
}
