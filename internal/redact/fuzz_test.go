package redact_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// FuzzJSON checks that JSON stays JSON in which no secret is left and everything else is unchanged.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"api_key":"s","n":12345678901234567890}`, `{"Authorization":"Bearer s"}`, `{"credentials":{"user":"u","list":["a",1,true,null]}}`,
		`{"headers":{"X":{"value":"v","encrypted":true}},"HEADERS":{"a":"b"}}`, `[{"a":[{"password":"s","n":1.50}]}]`, `{"total_tokens":3,"token":"s"}`,
		`{"time_to_first_token":3,"first_token":"s"}`, `{"password":"a","password":"b"}`, `{"\u0061pi_key":"s"}`, `{"pass\u0077ord":"s"}`, `{"toke\u006e":"s"}`,
		`"api_key"`, `{"password":`, `{"text":"my password is s"}`, `{"secret":"\ud800"}`, "{\"secret\":\"\xff\"}", `{"jwt":1e400}`, ` {"jwt" : [ 1 , 2 ] } `,
		`{"a_jwt":{"b":[{"c":"s"}]}}`, `{"secret":"` + strings.Repeat("s", 1000) + `"}`, `{"` + strings.Repeat("x", 1000) + `token":"s"}`, `{"":"","token":""}`,
		`{"url":"https:\/\/u:p@h\/x?token=s","max_tokens":"5","access_tokens":["s",1,"2"]}`, `{"uri":"https://b/f?sig=s","output_text":"https://u:p@h"}`,
		strings.Repeat(`{"a":`, 1000) + `{"token":"s"}` + strings.Repeat("}", 1000), strings.Repeat("[", 11_000) + `"token"` + strings.Repeat("]", 11_000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		redacted := redact.JSON(document)
		if !json.Valid(document) {
			if !bytes.Equal(redacted, document) {
				t.Errorf("JSON(%q) = %q, want it unchanged: it is not JSON", document, redacted)
			}
			return
		}
		if !json.Valid(redacted) {
			t.Fatalf("JSON(%q) = %q, want valid JSON", document, redacted)
		}
		before, after := decodedNumbers(t, document), decodedNumbers(t, redacted)
		if diff := cmp.Diff(masked(before, false), after); diff != "" {
			t.Errorf("JSON(%q) (-want +got):\n%s", document, diff)
		}
		if again := redact.JSON(redacted); !bytes.Equal(again, redacted) {
			t.Errorf("JSON(%q) = %q, want it unchanged", redacted, again)
		}
	})
}

// decodedNumbers decodes JSON and keeps the digits of numbers.
func decodedNumbers(t *testing.T, document []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// masked returns value with redact.Mask in place of what is below the name of a secret, and of credentials in texts.
func masked(value any, secret bool) any { return maskedField("", value, secret, false) }

// maskedField is masked for the value of a field; secretText is set below one that is a secret if it is a text.
func maskedField(name string, value any, secret, secretText bool) any {
	switch value := value.(type) {
	case map[string]any:
		fields := map[string]any{}
		for name, field := range value {
			below := secret && name != "encrypted" || redact.SecretName(name) || strings.EqualFold(name, "headers")
			fields[name] = maskedField(name, field, below, secretText || redact.SecretText(name))
		}
		return fields
	case []any:
		list := []any{}
		for _, item := range value {
			list = append(list, maskedField(name, item, secret, secretText))
		}
		return list
	case string:
		_, noNumber := strconv.ParseFloat(value, 64)
		switch {
		case value != "" && (secret || secretText && noNumber != nil && strings.Trim(value, "0123456789.,_-+eE") != ""):
			return redact.Mask
		case secret || secretText || name == "output_text":
			return value
		case name == "uri":
			return redact.FileURI(value)
		}
		return redact.Text(value)
	case json.Number:
		if secret {
			return redact.Mask
		}
	}
	return value
}
