package a2a

import (
	"net/url"
	"testing"
)

func TestErrorsHoldNoHeader(t *testing.T) {
	t.Parallel()
	c := &Client{address: "http://127.0.0.1:9", secrets: newSecrets(map[string]string{
		"Authorization": "Bearer sk-SECRETSECRET", "X-A": "token-abc", "X-B": "token-abcdefgh", "X-Version": "1",
	}, &url.URL{})}
	got := c.Explain(&refusal{words: "sk-SECRETSECRET, Bearer sk-SECRETSECRET, token-abcdefgh and token-abc"})
	if want := "the A2A agent at http://127.0.0.1:9 refused: ***, ***, *** and ***"; got != want {
		t.Errorf("Explain() = %q, want %q", got, want)
	}
}
