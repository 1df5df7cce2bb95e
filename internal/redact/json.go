package redact

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// JSON replaces every non-empty string and every number below a field for which SecretField holds by Mask. Booleans,
// nulls and what is in a field named encrypted stay. A document without such a field is returned unchanged, and so
// is one that is not valid JSON.
func JSON(document json.RawMessage) json.RawMessage {
	if text := string(document); hasSecretField(text) {
		return json.RawMessage(redactFields(text, scope{}))
	}
	return document
}

// JSONString is JSON for a document in a string.
func JSONString(document string) string {
	if !hasSecretField(document) {
		return document
	}
	return redactFields(document, scope{})
}

// scope is how the values of a part of a document are treated.
type scope struct {
	// secret is set below a field that is a secret.
	secret bool
	// event is set in an event of the Responses API. See ResponseEvent.
	event bool
	// variables is how many objects deep the part is below a field named variables, or 0 outside of one.
	variables int
	// hidden is set for an object whose own field value is a secret.
	hidden bool
	// document is set for the value of a field that may hold JSON in a string.
	document bool
}

func redactFields(raw string, s scope) string {
	if !json.Valid([]byte(raw)) { // also bounds the depth
		return raw
	}
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.UseNumber()
	var redacted bytes.Buffer
	if copyValue(&redacted, decoder, s) != nil {
		return raw
	}
	return redacted.String()
}

// hasSecretField reports whether a JSON document has a field that is a secret, or one whose name is escaped and would have
// to be decoded first. It only scans for quotes and allocates nothing.
func hasSecretField(raw string) bool {
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
		if i < len(raw) && raw[i] == ':' && (escaped || !isCommonEventField(raw[start:end]) && SecretField(raw[start:end])) {
			return true
		}
	}
	return false
}

// closingQuote returns where the string that begins at start ends, or len(raw) for one without an end, and whether it
// holds a backslash.
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
		end += backslash + 1 // skips the escaped character
	}
	return len(raw), true
}

// isCommonEventField is a fast path: it reports whether name is a field of nearly every event that brings text, and never a
// secret.
func isCommonEventField(name string) bool {
	switch name {
	case "agent_id", "message_difference", "messageId", "role", "parts", "kind", "text", "agent_execution_id", "workspace_id",
		"choice", "message", "content", "index", "finish_reason", "iteration", "accumulated_execution_time", "responseId",
		"usage", "prompt_tokens", "completion_tokens", "total_tokens", "type", "timestamp", "data", "choiceIndex",
		"sequence_number", "item_id", "output_index", "content_index", "delta", "logprobs":
		return true
	}
	return false
}

// copyValue writes the decoder's next value to out, its fields in their order. Below a secret, Mask stands for strings and
// numbers. JSON in a string is copied as JSONString returns it, where the scope expects it.
func copyValue(out *bytes.Buffer, decoder *json.Decoder, s scope) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch value := token.(type) {
	case json.Delim:
		s.document = false
		return copyNested(out, decoder, value, s)
	case string:
		switch {
		case s.secret && value != "":
			token = Mask
		case s.document:
			token = JSONString(value)
		}
	case json.Number:
		if s.secret {
			token = Mask
		}
	}
	return writeToken(out, token)
}

func copyNested(out *bytes.Buffer, decoder *json.Decoder, open json.Delim, s scope) error {
	start, isSecret := out.Len(), false
	out.WriteString(open.String())
	for i := 0; decoder.More(); i++ {
		if i > 0 {
			out.WriteByte(',')
		}
		inside, name := s, ""
		if open == '{' {
			var err error
			if name, err = copyName(out, decoder); err != nil {
				return err
			}
			inside = s.below(name)
		}
		begin := out.Len()
		if err := copyValue(out, decoder, inside); err != nil {
			return err
		}
		isSecret = isSecret || name == "secret" && string(out.Bytes()[begin:]) == "true"
	}
	end, err := decoder.Token()
	if closing, ok := end.(json.Delim); ok {
		out.WriteString(closing.String())
	}
	if isSecret && s.mayBeVariable() {
		hideValue(out, start, s)
	}
	return err
}

// copyName writes the name of an object's next field.
func copyName(out *bytes.Buffer, decoder *json.Decoder) (string, error) {
	token, err := decoder.Token()
	if err != nil {
		return "", err
	}
	name, _ := token.(string)
	err = writeToken(out, name)
	out.WriteByte(':')
	return name, err
}

// below returns the scope of an object's field.
func (s scope) below(name string) scope {
	s.secret = s.secret && name != "encrypted" || s.hidden && name == "value" || SecretField(name)
	s.hidden = false
	s.document = s.event && !s.secret && slices.Contains(documentFields[:], name)
	if s.variables > 0 || s.event && name == "variables" {
		s.variables++
	}
	return s
}

func writeToken(out *bytes.Buffer, token any) error {
	encoded, err := json.Marshal(token)
	out.Write(encoded)
	return err
}
