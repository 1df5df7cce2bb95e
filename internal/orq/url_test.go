package orq_test

import (
	"net/url"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestIsHTTP(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://my.orq.ai": true, "http://127.0.0.1:1/v1": true, "HTTPS://my.orq.ai": true, "http://[::1]": true,
		"my.orq.ai": false, "//my.orq.ai": false, "/v1": false, "": false, "ftp://my.orq.ai": false, "https:my.orq.ai": false, "https:///v1": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := orq.IsHTTP(u); got != want {
			t.Errorf("IsHTTP(%q) = %t, want %t", address, got, want)
		}
	}
}
