package redact_test

import (
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

func TestURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://a.example/card":                     "https://a.example/card",
		"https://u:pw@a.example/card?token=s#secret": "https://a.example/card",
		"/elsewhere?api_key=s":                       "/elsewhere",
		"u:pw@a.example":                             "an address that cannot be read",
		"http://%zz":                                 "an address that cannot be read",
		"":                                           "",
	} {
		if got := redact.URL(address); got != want {
			t.Errorf("URL(%q) = %q, want %q", address, got, want)
		}
	}
}
