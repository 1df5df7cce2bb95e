package redact_test

import (
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

func TestSecretName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"api key": true, "OPENAI_API_KEY": true, "bearer": true, "refreshToken": true, "session_token": true, "X-Auth-Token": true,
		"apiToken": true, "githubToken": true, "passphrase": true, "jwt": true, "db_pwd": true, "accessKey": true, "signing-key": true,
		"key": false, "agent_key": false, "tokens": false, "prompt_tokens": false, "max_tokens": false, "author": false, "value": false, "headers": false,
		"cwpwd": false, "completion_tokens": false, "time_to_first_token": false, "01M84YB5S6AFTS5J8JWTT2GKHW": false, "tool_key": false,
	} {
		if got := redact.SecretName(name); got != want {
			t.Errorf("SecretName(%q) = %t, want %t", name, got, want)
		}
	}
}

func TestSecretFieldIncludesHeaders(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"headers": true, "Headers": true, "password": true, "x_headers": false, "city": false} {
		if got := redact.SecretField(name); got != want {
			t.Errorf("SecretField(%q) = %t, want %t", name, got, want)
		}
	}
}

func TestLikelySecret(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"X-Api-Key": true, "accessToken": true, "client_secret": true, "PRIVATE KEY": true, "signing\tkey": true, "tokens": true, "token_id": true,
		"jwtOptions": true, "cwpwd": true, "request_headers": true, "time_to_first_token": true,
		"max_tokens": false, "prompt-tokens": false, "key": false, "agent_key": false, "city": false, "": false,
	} {
		if got := redact.LikelySecret(name); got != want {
			t.Errorf("LikelySecret(%q) = %t, want %t", name, got, want)
		}
	}
}

// LikelySecret must hold for each name for which SecretField does.
func TestLikelySecretHidesAllThatSecretFieldDoes(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "x", "x_", "My-"} {
		for _, word := range []string{
			"authorization", "secret", "password", "passwd", "passphrase", "credential", "cookie", "bearer", "apikey", "api_key", "api-key", "api key",
			"privatekey", "private_key", "private-key", "accesskey", "access_key", "access-key", "signingkey", "signing_key", "signing-key",
			"token", "jwt", "pwd", "headers",
		} {
			if name := prefix + word; redact.SecretField(name) && !redact.LikelySecret(name) {
				t.Errorf("LikelySecret(%q) = false, want true as for SecretField", name)
			}
		}
	}
}
