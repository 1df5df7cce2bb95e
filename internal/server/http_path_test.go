package server

import (
	"net/http"
	"strings"
	"testing"
)

// Clients that join URLs may end the path with a slash. It is served, not redirected, and with the same checks.
func TestPathMayEndWithSlash(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", http.DefaultTransport)
	ts := serveTCP(t, s)
	ts.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for name, each := range map[string]struct {
		path, header, value string
		want                int
	}{
		"as documented":          {MCPPath, "", "", http.StatusOK},
		"with a slash":           {MCPPath + "/", "", "", http.StatusOK},
		"with a query":           {MCPPath + "/?profile=a", "", "", http.StatusOK},
		"of a foreign origin":    {MCPPath + "/", "Origin", "https://evil.example", http.StatusForbidden},
		"of a foreign host":      {MCPPath + "/", "Host", "evil.example", http.StatusForbidden},
		"with another scheme":    {MCPPath + "/", "Authorization", "Basic eDp5", http.StatusUnauthorized},
		"of another media type":  {MCPPath + "/", "Content-Type", "text/plain", http.StatusUnsupportedMediaType},
		"with more after it":     {MCPPath + "/x", "", "", http.StatusNotFound},
		"in an unknown session":  {MCPPath + "/", "Mcp-Session-Id", "x", http.StatusOK}, // initialize begins a new one
		"without the whole name": {"/", "", "", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+ts.address+each.path, strings.NewReader(initialize))
			if err != nil {
				t.Fatal(err)
			}
			setHeaders(request, "")
			if each.header != "" {
				request.Header.Set(each.header, each.value)
			}
			if each.header == "Host" {
				request.Host = each.value
			}
			response, err := ts.client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != each.want {
				t.Errorf("status %d, want %d", response.StatusCode, each.want)
			}
		})
	}
}
