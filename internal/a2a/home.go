package a2a

import (
	"net/url"
	"slices"
	"strings"
)

// isHome reports whether the agent's headers may be sent to a URL.
func (a Agent) isHome(u *url.URL) bool {
	return slices.ContainsFunc(a.Homes, func(given string) bool {
		home, err := url.Parse(given)
		return err == nil && SamePlace(home, u)
	})
}

// SamePlace reports whether what may be sent to one URL may be sent to another: to the same scheme, host and port, or to
// the same host by HTTPS in place of HTTP.
func SamePlace(given, other *url.URL) bool {
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
