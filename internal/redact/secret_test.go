package redact_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// FuzzKeyIsFound compares the search for a key with that of the standard library.
func FuzzKeyIsFound(f *testing.F) {
	f.Add("sk-orq-QX1234", "before sk-orq-QX1234 after")
	f.Add("aaaaaaaQ", strings.Repeat("aaaaaaaaQ", 50))
	f.Add("QQQQQQQQ", strings.Repeat("Q ", 100)+"QQQQQQQQ")
	f.Add("password", "passwor")
	f.Add("12345678Z", "Z12345678Z")
	f.Add("QaQbQcQd", strings.Repeat("QaQbQcQ", 40)+"QaQbQcQd")
	f.Fuzz(func(t *testing.T, key, text string) {
		if len(key) < redact.MinKeyLength || strings.Contains(key, " ") {
			return
		}
		if got, want := redact.NewKey(key).Mask(text), strings.ReplaceAll(text, key, redact.Mask); got != want {
			t.Errorf("Mask(%q) with the key %q = %q, want %q", text, key, got, want)
		}
	})
}
