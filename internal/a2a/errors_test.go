package a2a

import "testing"

func TestErrorsHoldNoHeader(t *testing.T) {
	t.Parallel()
	c := &Client{address: "http://127.0.0.1:9", headers: map[string]string{
		"Authorization": "Bearer sk-SECRETSECRET", "X-A": "token-abc", "X-B": "token-abcdefgh", "X-Version": "1",
	}}
	got := c.Explain(&Refusal{Message: "sk-SECRETSECRET, Bearer sk-SECRETSECRET, token-abcdefgh and token-abc"})
	if want := "the A2A agent at http://127.0.0.1:9 refused: ***, ***, *** and ***"; got != want {
		t.Errorf("Explain() = %q, want %q", got, want)
	}
}
