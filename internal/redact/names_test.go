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
		"auth": true, "basic_auth": true, "X-Auth": true, "sig": true, "url-sig": true, "dsn": true, "SENTRY_DSN": true, "connection_string": true, "connectionString": true,
		"conn_str": true, "subscription-key": true, "Ocp-Apim-Subscription-Key": true, "accountKey": true, "master_key": true, "encryption_key": true, "x-functions-key": true,
		"developer_token": true, "superToken": true, "passcode": true, "otp": true, "auth_key": true,
		"authors": false, "authority": false, "oauth": false, "authenticated": false, "authorization_url": false, "authorizationUrl": false, "token_endpoint": false, "secret_name": false,
		"signature": false, "signatures": false, "design": false, "assigned": false, "tokenizer": false, "token_count": false, "pass": false, "passage": false, "compass": false,
		"bypass": false, "passed": false, "path": false, "cursor": false, "after": false, "next_page_token": false, "pageToken": false, "progressToken": false, "cost_per_token": false,
		"eos_token": false, "primary_key": false, "public_key": false, "sort_key": false, "code": false, "username": false, "ids": false, "access_tokens": false,
		"key": false, "agent_key": false, "tokens": false, "prompt_tokens": false, "max_tokens": false, "author": false, "value": false, "headers": false,
		"cwpwd": false, "credential_type": false, "password_policy": false, "passwordMinLength": false, "cookie_consent": false, "authorization_level": false, "secretary": false, "secretary_password": true, "completion_tokens": false, "time_to_first_token": false, "01M84YB5S6AFTS5J8JWTT2GKHW": false, "tool_key": false,
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

func TestSecretText(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"access_tokens": true, "refreshTokens": true, "tokens": true, "pass": true, "db_pass": true, "smtp-pass": true,
		"max_tokens": false, "total_tokens": false, "prompt_tokens": false, "completion_tokens": false, "input_tokens": false, "output_tokens": false, "maxOutputTokens": false,
		"reasoning_tokens": false, "cached_tokens": false, "budget_tokens": false, "stop_tokens": false, "bypass": false, "compass": false, "tokens_per_minute": false,
		"passage": false, "token": false, "key": false,
	} {
		if got := redact.SecretText(name); got != want {
			t.Errorf("SecretText(%q) = %t, want %t", name, got, want)
		}
	}
}
