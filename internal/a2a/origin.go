package a2a

import (
	"net/url"
	"slices"
	"strings"
)

// sendsHeadersTo reports whether the agent's headers may be sent to a URL.
func (a Agent) sendsHeadersTo(u *url.URL) bool {
	return slices.ContainsFunc(a.Origins, func(raw string) bool {
		origin, err := url.Parse(raw)
		return err == nil && SameOrigin(origin, u)
	})
}

// SameOrigin reports whether what may be sent to one URL may be sent to another as well: it has the same origin (scheme,
// host and port), or upgrades the same host from HTTP to HTTPS, both on their default ports.
func SameOrigin(given, other *url.URL) bool {
	if !strings.EqualFold(given.Hostname(), other.Hostname()) {
		return false
	}
	if given.Scheme == "http" && other.Scheme == "https" {
		return port(given) == "80" && port(other) == "443"
	}
	return given.Scheme == other.Scheme && port(given) == port(other)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
