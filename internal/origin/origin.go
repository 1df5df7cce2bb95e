// Package origin tells this machine from others: which web pages may use a local HTTP server, and what leaves the machine.
package origin

import (
	"net"
	"net/http"
	"net/netip"
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

// IsThisMachine reports whether what is sent to a host, which has no port, stays on this machine. It takes more spellings than
// IsLoopback, which decides who may come in.
func IsThisMachine(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && (ip.Unmap().IsLoopback() || ip.IsUnspecified())
}
