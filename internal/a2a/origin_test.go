package a2a

import (
	"net/url"
	"testing"
)

func TestHeadersAreSentToTheAgentsOriginOnly(t *testing.T) {
	t.Parallel()
	for given, others := range map[string]map[string]bool{
		"https://agent.example/a2a": {
			"https://agent.example/rpc": true, "https://AGENT.example:443/": true, "http://agent.example/rpc": false, "https://agent.example:8443/": false, "https://other.example/": false,
		},
		"http://agent.example": {"https://agent.example/": true, "http://agent.example:80/x": true, "https://agent.example:8443/": false, "http://agent.example:8080/": false},
	} {
		for other, want := range others {
			if got := (Agent{Origins: []string{given}}).sendsHeadersTo(parsed(t, other)); got != want {
				t.Errorf("headers of %s are sent to %s: %t, want %t", given, other, got, want)
			}
		}
	}
}

func parsed(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
