package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestIsLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "localhost:8080": true, "127.0.0.1": true, "127.0.0.1:80": true, "127.8.9.1:80": true,
		"::1": true, "[::1]": true, "[::1]:80": true, "::ffff:127.0.0.1": true,
		"": false, ":8080": false, "0.0.0.0:80": false, "[::]:80": false, "10.0.0.1": false, "192.168.1.5:80": false,
		"example.com": false, "localhost.example.com": false, "127.0.0.1.example.com": false, "notlocalhost:80": false,
	} {
		if got := IsLoopback(host); got != want {
			t.Errorf("IsLoopback(%q): %v, want %v", host, got, want)
		}
	}
}

func TestPagesOfOtherSitesMayNotCall(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		origin string
		want   bool
	}{
		"no page":                        {"", true},
		"a page of the server":           {"https://mcp.example:8443", true},
		"a page of this machine":         {"http://localhost:3000", true},
		"a page at a loopback address":   {"http://127.0.0.1:3000", true},
		"a page at IPv6's loopback":      {"http://[::1]:3000", true},
		"the same without a port":        {"http://[::1]", true},
		"another site":                   {"https://evil.example", false},
		"the server's name, other port":  {"https://mcp.example", false},
		"a name that begins alike":       {"http://localhost.evil.example", false},
		"a user before the name":         {"http://localhost@evil.example", false},
		"a page without a site":          {"null", false},
		"a file":                         {"file:///etc/passwd", false},
		"what is no address":             {"http://%zz", false},
		"a name without a scheme":        {"localhost:3000", false},
		"the server's name as a subsite": {"https://mcp.example:8443.evil.example", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := postTo(`{"jsonrpc":"2.0","id":1,"method":"ping"}`)
			if each.origin != "" {
				r.Header.Set("Origin", each.origin)
			}
			if got := sameSite(r); got != each.want {
				t.Errorf("sameSite with Origin %q: %v, want %v", each.origin, got, each.want)
			}
			called := false
			recorder := httptest.NewRecorder()
			entranceTo(t, func(http.ResponseWriter, *http.Request) { called = true }, HTTPOptions{}).ServeHTTP(recorder, r)
			if called != each.want || !each.want && recorder.Code != http.StatusForbidden {
				t.Errorf("passed on: %v, status %d", called, recorder.Code)
			}
		})
	}
}

func TestTheCallersKeyComesFromItsRequest(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]struct {
		key string
		ok  bool
	}{
		"": {"", true}, "Bearer k1": {"k1", true}, "bearer k1": {"k1", true}, "BEARER  k1 ": {"k1", true},
		"Bearer": {"", false}, "Bearer ": {"", false}, "Basic azE6": {"", false}, "k1": {"", false}, "BearerX k1": {"", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
		r.Header.Set("Authorization", header)
		ctx, ok := withRequestKey(t.Context(), r)
		if got := keyFrom(ctx); got != want.key || ok != want.ok {
			t.Errorf("Authorization %q: key %q, accepted %v; want %v", header, got, ok, want)
		}
	}
	if got := keyFrom(t.Context()); got != "" {
		t.Errorf("without a request: key %q", got)
	}
}
