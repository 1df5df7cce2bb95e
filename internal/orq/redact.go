package orq

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// Redacted stands where a secret was.
const Redacted = "***"

// secretName matches the names under which credentials travel. Counters such as completion_tokens are none.
var secretName = regexp.MustCompile(`(?i)authorization|api[-_ ]?key|secret|password|passwd|credential|cookie|private[-_]?key|bearer|(?:^|[-_]|access|auth|refresh|id|session|bot|user)token$`)

// suspicious are the substrings one of which is in every text that holds a secretName or a headers object.
var suspicious = [][]byte{
	[]byte("authorization"), []byte("api_key"), []byte("api-key"), []byte("api key"), []byte("apikey"),
	[]byte("private_key"), []byte("private-key"), []byte("privatekey"), []byte("secret"), []byte("passw"),
	[]byte("credential"), []byte("cookie"), []byte("bearer"), []byte(`token"`), []byte("headers"),
}

// SecretName reports whether a field of that name holds a credential.
func SecretName(name string) bool { return secretName.MatchString(name) }

// RedactJSON replaces the values of fields that look like credentials, and every value below a field named headers, in
// a JSON document. A document without any is returned as it is, and so is one that is not JSON.
func RedactJSON(raw json.RawMessage) json.RawMessage {
	lower := bytes.ToLower(raw)
	worth := false
	for _, word := range suspicious {
		worth = worth || bytes.Contains(lower, word)
	}
	if !worth {
		return raw
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return raw
	}
	redacted, err := json.Marshal(redact(value, false))
	if err != nil {
		return raw
	}
	return redacted
}

// redact masks every string below a secret, and looks for secrets elsewhere.
func redact(value any, secret bool) any {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			value[name] = redact(field, secret && name != "encrypted" || SecretName(name) || strings.EqualFold(name, "headers"))
		}
	case []any:
		for i, item := range value {
			value[i] = redact(item, secret)
		}
	case string:
		if secret && value != "" {
			return Redacted
		}
	case json.Number:
		if secret {
			return Redacted
		}
	}
	return value
}
