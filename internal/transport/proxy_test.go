package transport_test

import (
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/transport"
)

func TestProxyVariablesNamesThoseThatAreSet(t *testing.T) { //nolint:paralleltest // it sets environment variables
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		t.Setenv(name, "")
	}
	if got := transport.ProxyVariables(); got != "" {
		t.Errorf("ProxyVariables() = %q without any, want none", got)
	}
	t.Setenv("https_proxy", "http://user:secret@127.0.0.1:1")
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	if got, want := transport.ProxyVariables(), "https_proxy or HTTP_PROXY"; got != want {
		t.Errorf("ProxyVariables() = %q, want %q", got, want)
	}
}
