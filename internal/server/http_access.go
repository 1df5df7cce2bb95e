package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// stranger says what is wrong with where a request comes from; empty when nothing is.
func stranger(r *http.Request) string {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	switch {
	case !sameSite(r):
		return "this Origin is not allowed"
	case ok && IsLoopback(local.String()) && !IsLoopback(r.Host):
		// A page can have the name of its site resolve to this machine, and then has no foreign Origin.
		return "this Host is not allowed on loopback"
	}
	return ""
}

// sameSite refuses requests that a page of another site makes a browser send (MCP, section Transports: security).
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
