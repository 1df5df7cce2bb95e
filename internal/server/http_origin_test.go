package server

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/origin"
)

func TestForeignOriginIsForbidden(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		origin string
		want   bool
	}{
		"no Origin":                         {"", true},
		"the server itself":                 {"https://mcp.example:8443", true},
		"localhost":                         {"http://localhost:3000", true},
		"IPv4 loopback":                     {"http://127.0.0.1:3000", true},
		"IPv6 loopback":                     {"http://[::1]:3000", true},
		"IPv6 loopback without port":        {"http://[::1]", true},
		"another site":                      {"https://evil.example", false},
		"the server's name on another port": {"https://mcp.example", false},
		"a name with localhost as prefix":   {"http://localhost.evil.example", false},
		"localhost as user name":            {"http://localhost@evil.example", false},
		"opaque origin":                     {"null", false},
		"a file":                            {"file:///etc/passwd", false},
		"invalid URL":                       {"http://%zz", false},
		"no scheme":                         {"localhost:3000", false},
		"the server's name as a subdomain":  {"https://mcp.example:8443.evil.example", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := sessionlessPost(`{"jsonrpc":"2.0","id":1,"method":"ping"}`)
			if each.origin != "" {
				r.Header.Set("Origin", each.origin)
			}
			if got := origin.Check(r) == ""; got != each.want {
				t.Errorf("origin.Check allows Origin %q = %v, want %v", each.origin, got, each.want)
			}
			forwarded := false
			recorder := httptest.NewRecorder()
			newTestHandler(t, func(http.ResponseWriter, *http.Request) { forwarded = true }, HTTPOptions{}).ServeHTTP(recorder, r)
			if forwarded != each.want {
				t.Errorf("forwarded = %v, want %v", forwarded, each.want)
			}
			if !each.want && recorder.Code != http.StatusForbidden {
				t.Errorf("status %d, want %d", recorder.Code, http.StatusForbidden)
			}
		})
	}
}
