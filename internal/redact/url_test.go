package redact_test

import (
	"errors"
	"net/url"
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

func TestWithoutURL(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection refused")
	if got := redact.WithoutURL(&url.Error{Op: "Get", URL: "https://host.example/?key=secret", Err: cause}); !errors.Is(got, cause) || got.Error() != cause.Error() {
		t.Errorf("WithoutURL of a url.Error = %v, want %v", got, cause)
	}
	if got := redact.WithoutURL(cause); got.Error() != cause.Error() {
		t.Errorf("WithoutURL of another error = %v, want %v", got, cause)
	}
}
