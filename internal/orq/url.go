package orq

import (
	"net/url"
	"strings"
)

// IsHTTP reports whether u is an absolute http or https URL.
func IsHTTP(u *url.URL) bool { return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") }

// IsAPIKey reports whether a key consists of characters that a header can carry and that no copying adds: visible ASCII.
func IsAPIKey(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}
