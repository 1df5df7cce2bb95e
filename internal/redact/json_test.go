package redact_test

import (
	"encoding/json"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ document, want string }{
		"nothing to hide":               {`{"b": 1, "a": "x"}`, `{"b": 1, "a": "x"}`},
		"API key":                       {`{"api_key":"s","apiKey":"s","API-Key":"s","x-api-key":"s"}`, `{"api_key":"***","apiKey":"***","API-Key":"***","x-api-key":"***"}`},
		"authorization":                 {`{"Authorization":"Bearer s"}`, `{"Authorization":"***"}`},
		"passwords":                     {`{"password":"s","db_passwd":"s"}`, `{"password":"***","db_passwd":"***"}`},
		"secrets":                       {`{"client_secret":"s","credentials":"s","Set-Cookie":"s"}`, `{"client_secret":"***","credentials":"***","Set-Cookie":"***"}`},
		"private key":                   {`{"private_key":"s","privateKey":"s"}`, `{"private_key":"***","privateKey":"***"}`},
		"tokens":                        {`{"token":"s","access_token":"s","accessToken":"s","bot-token":"s"}`, `{"token":"***","access_token":"***","accessToken":"***","bot-token":"***"}`},
		"counters are no secrets":       {`{"total_tokens":3,"max_completion_tokens":5,"token":"s"}`, `{"total_tokens":3,"max_completion_tokens":5,"token":"***"}`},
		"number":                        {`{"secret":12345}`, `{"secret":"***"}`},
		"empty, null and boolean":       {`{"secret":"","password":null,"token":true}`, `{"secret":"","password":null,"token":true}`},
		"all below a secret":            {`{"credentials":{"user":"u","list":["a",1]}}`, `{"credentials":{"user":"***","list":["***","***"]}}`},
		"headers":                       {`{"Headers":{"X-Any":"v"}}`, `{"Headers":{"X-Any":"***"}}`},
		"headers that may be encrypted": {`{"headers":{"X":{"value":"v","encrypted":true}}}`, `{"headers":{"X":{"value":"***","encrypted":true}}}`},
		"deep in lists":                 {`[{"a":[{"password":"s","n":1}]}]`, `[{"a":[{"password":"***","n":1}]}]`},
		"large numbers stay exact":      {`{"password":"s","n":12345678901234567890}`, `{"password":"***","n":12345678901234567890}`},
		"word in a text":                {`{"text":"my password is s"}`, `{"text":"my password is s"}`},
		"not JSON":                      {`{"password":`, `{"password":`},
		"empty document":                {``, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(redact.JSON(json.RawMessage(c.document))); got != c.want {
				t.Errorf("JSON(%s) = %s, want %s", c.document, got, c.want)
			}
			if got := redact.JSONString(c.document); got != c.want {
				t.Errorf("JSONString(%s) = %s, want %s", c.document, got, c.want)
			}
		})
	}
}
