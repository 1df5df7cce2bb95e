package redact

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// JSON replaces every non-empty string and every number below a field for which SecretField holds by Mask, strings below one
// for which SecretText holds, unless they are numbers, and credentials within any other string as Text does. Booleans, nulls
// and what is in a field named encrypted stay, and so does the output_text of an agent (Event). A document without anything
// to mask is returned unchanged, and so is one that is not valid JSON.
func JSON(document json.RawMessage) json.RawMessage {
	if text := string(document); mayHoldSecret(text, scope{}) {
		return json.RawMessage(redactFields(text, scope{}))
	}
	return document
}

// JSONString is JSON for a document in a string.
func JSONString(document string) string {
	if !mayHoldSecret(document, scope{}) {
		return document
	}
	return redactFields(document, scope{})
}

// Event is JSONString for an event of the Agents API. What the agent itself writes is passed on as it is: the texts that are
// strings in agentTexts. They come in pieces, over which a credential may be spread.
func Event(document string) string {
	if !mayHoldSecret(document, scope{event: true}) {
		return document
	}
	return redactFields(document, scope{event: true})
}

// scope is how the values of a part of a document are treated.
type scope struct {
	// secret is set below a field that is a secret.
	secret bool
	// secretText is set below a field that is a secret if it is a text.
	secretText bool
	// event is set in an event.
	event bool
	// response is set in an event of the Responses API. See ResponseEvent.
	response bool
	// variables is how many objects deep the part is below a field named variables, or 0 outside of one.
	variables int
	// hidden is set for an object whose own field value is a secret.
	hidden bool
	// document is set for the value of a field that may hold JSON in a string.
	document bool
	// written is set for a text that the agent wrote.
	written bool
	// file is set for the address of a file.
	file bool
	// schema is where the part is in a JSON Schema. See schemaPlace.
	schema schemaPlace
}

// text returns a string with its secrets masked.
func (s scope) text(value string) string {
	switch {
	case value == "":
	case s.secret, s.secretText && !isNumber(value):
		return Mask
	case s.document && json.Valid([]byte(value)):
		return JSONString(value)
	case s.written:
	case s.file:
		return FileURI(value)
	default:
		return Text(value)
	}
	return value
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

// mayHoldSecret reports whether a JSON document has a field that is a secret, one whose name is escaped and would have to be
// decoded first, or a string with a credential. It only scans for quotes, and decodes the strings that are escaped.
func mayHoldSecret(raw string, s scope) bool {
	var value scope // of the string that follows
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
		if isName := i < len(raw) && raw[i] == ':'; !isName {
			if changes(value, raw[start:end], escaped) {
				return true
			}
			value = scope{}
			continue
		}
		if escaped {
			return true
		}
		if name := raw[start:end]; CommonField(name) != 0 {
			value = scope{written: s.event && name != "message" && name != "data" || name == agentOutput}
		} else if value = s.below(name); value.secret || value.secretText {
			return true
		}
	}
	return false
}

// changes reports whether text changes a string, of which raw is what stands between its quotes.
func changes(s scope, raw string, escaped bool) bool {
	if s.written || len(raw) < minCredential {
		return false
	}
	if !s.document {
		in := signsIn(raw)
		if in == 0 || !escaped {
			return replace(raw, credentialsOf(in, raw, s.file)) != raw
		}
	}
	if escaped {
		var value string
		if json.Unmarshal([]byte(`"`+raw+`"`), &value) != nil {
			return true
		}
		raw = value
	}
	return s.text(raw) != raw
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

// copyValue writes the decoder's next value to out, its fields in their order, with secrets masked.
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
		token = s.text(value)
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

// agentOutput is the field of a result that holds what the agent wrote.
const agentOutput = "output_text"

// agentTexts are the fields of events that hold what the agent writes. Those of commonFields are among them.
var agentTexts = [...]string{"text", "content", "delta", "last_message", "refusal"}

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
	s.secretText = s.secretText || SecretText(name)
	s.hidden = false
	s.document = s.response && slices.Contains(documentFields[:], name)
	s.written = name == agentOutput || s.event && slices.Contains(agentTexts[:], name)
	s.file = name == "uri"
	s = s.inSchema(name)
	if s.variables > 0 || s.response && name == "variables" {
		s.variables++
	}
	return s
}

func writeToken(out *bytes.Buffer, token any) error {
	encoded, err := json.Marshal(token)
	out.Write(encoded)
	return err
}
