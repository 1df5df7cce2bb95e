package orq

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// Redacted stands where a secret was.
const Redacted = "***"

// secretName matches the names under which credentials travel. Counters such as completion_tokens, and the time to the
// first_token, are none.
var secretName = regexp.MustCompile(`(?i)authorization|api[-_ ]?key|secret|password|passwd|credential|cookie|private[-_]?key|bearer|passphrase|(?:^|[-_])jwt$|token$`)

// suspicious are the substrings one of which is in every text that holds a secretName or a headers object.
var suspicious = [][]byte{
	[]byte("authorization"), []byte("api_key"), []byte("api-key"), []byte("api key"), []byte("apikey"),
	[]byte("private_key"), []byte("private-key"), []byte("privatekey"), []byte("secret"), []byte("passw"),
	[]byte("credential"), []byte("cookie"), []byte("bearer"), []byte("passphrase"), []byte("jwt"), []byte(`token"`), []byte("headers"),
}

// SecretName reports whether a field of that name holds a credential.
func SecretName(name string) bool {
	return secretName.MatchString(name) && !strings.HasSuffix(strings.ToLower(name), "first_token")
}

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
	if !json.Valid(raw) { // which also bounds the depth
		return raw
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var redacted bytes.Buffer
	if redact(&redacted, decoder, false) != nil {
		return raw
	}
	return redacted.Bytes()
}

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
			inside = secret && name != "encrypted" || SecretName(name) || strings.EqualFold(name, "headers")
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
