package orq

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Redacted stands where a secret was.
const Redacted = "***"

// secretWords are in the names under which credentials travel.
var secretWords = []string{
	"authorization", "secret", "password", "passwd", "passphrase", "credential", "cookie", "bearer",
	"apikey", "api_key", "api-key", "api key", "privatekey", "private_key", "private-key", "accesskey", "access_key", "access-key",
	"signingkey", "signing_key", "signing-key",
}

// SecretName reports whether a field of that name holds a credential. Counters such as completion_tokens, and the time
// to the first_token, are none.
func SecretName(name string) bool {
	name = strings.ToLower(name)
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	if strings.HasSuffix(name, "token") {
		return !strings.HasSuffix(name, "first_token")
	}
	return endsInWord(name, "jwt") || endsInWord(name, "pwd")
}

// endsInWord reports whether a name is the word or ends in it, after a line.
func endsInWord(name, word string) bool {
	before, found := strings.CutSuffix(name, word)
	return found && (before == "" || strings.HasSuffix(before, "_") || strings.HasSuffix(before, "-"))
}

// RedactJSON replaces the values of fields that look like credentials, and every value below a field named headers, in
// a JSON document. A document without any is returned as it is, and so is one that is not JSON.
func RedactJSON(raw json.RawMessage) json.RawMessage {
	if text := string(raw); holdsSecretNames(text) {
		return json.RawMessage(redactText(text))
	}
	return raw
}

// RedactText is RedactJSON for a document in a string.
func RedactText(raw string) string {
	if !holdsSecretNames(raw) {
		return raw
	}
	return redactText(raw)
}

func redactText(raw string) string {
	if !json.Valid([]byte(raw)) { // which also bounds the depth
		return raw
	}
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.UseNumber()
	var redacted bytes.Buffer
	if redact(&redacted, decoder, false) != nil {
		return raw
	}
	return redacted.String()
}

// holdsSecretNames reports whether a name in a JSON document is that of a secret, or cannot be read without decoding it.
func holdsSecretNames(raw string) bool {
	for i := 0; i < len(raw); {
		start := strings.IndexByte(raw[i:], '"')
		if start < 0 {
			return false
		}
		start += i + 1
		end, escaped := closingQuote(raw, start)
		i = end + 1
		for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
			i++
		}
		if i < len(raw) && raw[i] == ':' && (escaped || !harmless(raw[start:end]) && SecretField(raw[start:end])) {
			return true
		}
	}
	return false
}

// closingQuote finds the end of the string that begins at start. What has no end ends with raw.
func closingQuote(raw string, start int) (end int, escaped bool) {
	for end = start; end < len(raw); end++ {
		next := strings.IndexByte(raw[end:], '"')
		if next < 0 {
			return len(raw), true
		}
		backslash := strings.IndexByte(raw[end:end+next], '\\')
		if backslash < 0 {
			return end + next, escaped
		}
		escaped = true
		end += backslash + 1 // what is escaped is passed over
	}
	return len(raw), true
}

// harmless knows the names that are in nearly every event, so that no words need be looked for in them.
func harmless(name string) bool {
	switch name {
	case "agent_id", "message_difference", "messageId", "role", "parts", "kind", "text", "agent_execution_id", "workspace_id",
		"choice", "message", "content", "index", "finish_reason", "iteration", "accumulated_execution_time", "responseId",
		"usage", "prompt_tokens", "completion_tokens", "total_tokens", "type", "timestamp", "data", "choiceIndex":
		return true
	}
	return false
}

// SecretField reports whether what is below a field of that name is to be hidden: a credential, or headers.
func SecretField(name string) bool { return SecretName(name) || strings.EqualFold(name, "headers") }

// redact copies the decoder's next value, its fields in their order, without what is below a secret.
func redact(out *bytes.Buffer, decoder *json.Decoder, secret bool) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch value := token.(type) {
	case json.Delim:
		return redactNested(out, decoder, value, secret)
	case string:
		if secret && value != "" {
			token = Redacted
		}
	case json.Number:
		if secret {
			token = Redacted
		}
	}
	return writeToken(out, token)
}

func redactNested(out *bytes.Buffer, decoder *json.Decoder, open json.Delim, secret bool) error {
	out.WriteString(open.String())
	for i := 0; decoder.More(); i++ {
		if i > 0 {
			out.WriteByte(',')
		}
		inside := secret
		if open == '{' {
			token, err := decoder.Token()
			if err != nil {
				return err
			}
			name, _ := token.(string)
			inside = secret && name != "encrypted" || SecretField(name)
			if err := writeToken(out, name); err != nil {
				return err
			}
			out.WriteByte(':')
		}
		if err := redact(out, decoder, inside); err != nil {
			return err
		}
	}
	end, err := decoder.Token()
	if closing, ok := end.(json.Delim); ok {
		out.WriteString(closing.String())
	}
	return err
}

func writeToken(out *bytes.Buffer, token any) error {
	encoded, err := json.Marshal(token)
	out.Write(encoded)
	return err
}
