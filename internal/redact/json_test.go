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
		"tokens that are counted":       {`{"max_tokens":5,"total_tokens":"5","tokens":7,"stop_tokens":["x"]}`, `{"max_tokens":5,"total_tokens":"5","tokens":7,"stop_tokens":["x"]}`},
		"tokens that are texts":         {`{"access_tokens":["s",1,"2"],"tokens":{"a":"s"}}`, `{"access_tokens":["***",1,"2"],"tokens":{"a":"***"}}`},
		"more names":                    {`{"auth":"s","sig":"s","dsn":"s","connection_string":"s","subscription-key":"s"}`, `{"auth":"***","sig":"***","dsn":"***","connection_string":"***","subscription-key":"***"}`},
		"pass as a text and a count":    {`{"db_pass":"s","pass":3,"fail":1}`, `{"db_pass":"***","pass":3,"fail":1}`},
		"an address by its name":        {`{"authorization_url":"https://a/auth","token_url":"https://u:p@a/"}`, `{"authorization_url":"https://a/auth","token_url":"https://***@a/"}`},
		"a URL in a text":               {`{"instructions":"Call https://u:p@a/x?api_key=s&n=1 first."}`, `{"instructions":"Call https://***@a/x?api_key=***\u0026n=1 first."}`},
		"an escaped URL":                {`{"url":"https:\/\/u:p@a\u002fx"}`, `{"url":"https://***@a/x"}`},
		"a URL in a list":               {`{"x":["a","https://u:p@a"]}`, `{"x":["a","https://***@a"]}`},
		"a text alone":                  {`"https://u:p@a"`, `"https://***@a"`},
		"ordinary URLs":                 {`{"a": "https:\/\/a.example\/x?limit=1", "b": "x\ny"}`, `{"a": "https:\/\/a.example\/x?limit=1", "b": "x\ny"}`},
		"a signed file":                 {`{"uri": "https://b/f?X-Amz-Signature=s", "base64": "aGk="}`, `{"uri": "https://b/f?X-Amz-Signature=s", "base64": "aGk="}`},
		"a signed URL":                  {`{"url":"https://b/f?X-Amz-Signature=s"}`, `{"url":"https://b/f?X-Amz-Signature=***"}`},
		"what an agent wrote":           {`{"output_text": "see https://b/f?sig=s"}`, `{"output_text": "see https://b/f?sig=s"}`},
		"properties of a schema":        {`{"type":"object","properties":{"password":{"type":"string","description":"d","minLength":8}},"required":["password"]}`, `{"type":"object","properties":{"password":{"type":"string","description":"d","minLength":8}},"required":["password"]}`},
		"a schema within a schema":      {`{"properties":{"auth":{"type":"object","properties":{"description":{"type":"string"},"tokens":{"items":{"enum":["a"]}}}}}}`, `{"properties":{"auth":{"type":"object","properties":{"description":{"type":"string"},"tokens":{"items":{"enum":["a"]}}}}}}`},
		"values in a schema":            {`{"properties":{"token":{"type":"string","default":"s","const":"s","examples":["s"],"x":{"type":"s"}}}}`, `{"properties":{"token":{"type":"string","default":"***","const":"***","examples":["***"],"x":{"type":"***"}}}}`},
		"a schema below a secret":       {`{"secret":{"properties":{"a":{"type":"s"}}}}`, `{"secret":{"properties":{"a":{"type":"***"}}}}`},
		"properties that are values":    {`{"properties":{"password":"s","auth":{"user":"s","api_key":"s"}}}`, `{"properties":{"password":"***","auth":{"user":"***","api_key":"***"}}}`},
		"schemes of a card":             {`{"securitySchemes":{"apiKey":{"type":"apiKey","in":"header","name":"X-Key"},"bearer":{"scheme":"Bearer"}}}`, `{"securitySchemes":{"apiKey":{"type":"apiKey","in":"header","name":"X-Key"},"bearer":{"scheme":"Bearer"}}}`},
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

func TestEventLeavesWhatTheAgentWrites(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		`{"delta": "https://u:p@a"}`: `{"delta": "https://u:p@a"}`,
		`{"parts": [{"kind": "text", "text": "https://u:p@a"}], "last_message": "https://u:p@a"}`: `{"parts": [{"kind": "text", "text": "https://u:p@a"}], "last_message": "https://u:p@a"}`,
		`{"content":["https://u:p@a","b"],"error":"GET https://u:p@a failed"}`:                    `{"content":["https://u:p@a","b"],"error":"GET https://***@a failed"}`,
		`{"content":{"url":"https://u:p@a"}}`:                                                     `{"content":{"url":"https://***@a"}}`,
		`{"message":"GET https://u:p@a failed"}`:                                                  `{"message":"GET https://***@a failed"}`,
		`{"tool_arguments":{"text":"a","url":"https://u:p@a"},"token":"s"}`:                       `{"tool_arguments":{"text":"a","url":"https://***@a"},"token":"***"}`,
	} {
		if got := redact.Event(document); got != want {
			t.Errorf("Event(%s) = %s, want %s", document, got, want)
		}
		if got := redact.ResponseEvent(document); got != want {
			t.Errorf("ResponseEvent(%s) = %s, want %s", document, got, want)
		}
	}
}
