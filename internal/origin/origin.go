// Package origin tells requests of web pages that may use a local HTTP server from those that may not.
package origin

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Check returns why the Origin or Host of a request is not allowed, or "".
func Check(r *http.Request) string {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	switch {
	case !sameSite(r):
		return "this Origin is not allowed"
	case ok && IsLoopback(local.String()) && !IsLoopback(r.Host):
		// DNS rebinding: a page whose own host name resolves to this machine sends no foreign Origin.
		return "this Host is not allowed on loopback"
	}
	return ""
}

// sameSite reports whether the request has no Origin, that of the server itself or one on loopback; a page of any other
// site must not make a browser call the server (MCP, section Transports: security).
func sameSite(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && (parsed.Host == r.Host || IsLoopback(parsed.Host))
}

// IsLoopback reports whether a host, with or without a port, is this machine's loopback interface.
func IsLoopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
