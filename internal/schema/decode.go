package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// envelopes are the keys under which some clients send the whole input.
var envelopes = [...]string{"arguments", "input", "params"}

// Decode reads the arguments of a call into a T, from which s was derived. The
// error is an [*ArgumentError] with every problem when the arguments are wrong,
// and another one only when s is not the schema of T.
//
// Numbers in free maps are json.Number, so that none loses precision; a value
// taken as it is may come back with its keys in another order.
func Decode[T any](s *Schema, raw json.RawMessage) (T, error) {
	var out T
	if t := reflect.TypeFor[T](); t != s.goType {
		return out, fmt.Errorf("decode arguments of %s with the schema of %s", t, s.goType)
	}
	data, err := s.normalize(raw)
	if err != nil {
		return out, err
	}
	if err := unmarshal(data, &out); err != nil {
		var zero T
		return zero, refuse("arguments cannot be decoded: " + err.Error())
	}
	return out, nil
}

// normalize turns what was received into JSON that has the advertised form.
func (s *Schema) normalize(raw json.RawMessage) ([]byte, error) {
	obj, err := s.arguments(raw)
	if err != nil {
		return nil, err
	}
	var found problems
	v, _ := s.decode.decode(&found, path{}, obj)
	if err := found.err(); err != nil {
		return nil, err
	}
	data, err := encode(v)
	if err != nil {
		return nil, refuse("arguments cannot be read: " + err.Error())
	}
	return data, nil
}

// arguments is the object that was meant: nothing at all is an empty one, and
// one in a string or in an envelope is taken out of it.
func (s *Schema) arguments(raw json.RawMessage) (map[string]any, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return map[string]any{}, nil
	}
	v, err := parse(raw)
	if err != nil {
		return nil, refuse("arguments are not valid JSON: " + err.Error())
	}
	if text, ok := v.(string); v == nil || ok && strings.TrimSpace(text) == "" {
		return map[string]any{}, nil
	}
	if items, ok := v.([]any); ok && len(items) == 0 {
		return map[string]any{}, nil
	}
	obj, ok := Object(v)
	if !ok {
		return nil, refuse("arguments must be an object, got " + notParsed(v, false))
	}
	return s.unwrap(obj), nil
}

// unwrap takes an object out of its envelopes, however many there are; the tool's name may stand beside it.
func (s *Schema) unwrap(obj map[string]any) map[string]any {
	_, named := obj["name"].(string)
	if named && s.root.index["name"] != nil || len(obj) != 1 && (len(obj) != 2 || !named) {
		return obj
	}
	for name, v := range obj {
		if s.root.index[name] == nil && isEnvelope(name, v) {
			inner, _ := Object(v)
			return s.unwrap(inner)
		}
	}
	return obj
}

func isEnvelope(name string, v any) bool {
	_, ok := Object(v)
	return ok && slices.Contains(envelopes[:], name)
}

// parse reads one JSON value and keeps its numbers as they are written.
func parse(data []byte) (any, error) {
	var v any
	err := unmarshal(data, &v)
	return v, err
}

// unmarshal is json.Unmarshal with UseNumber.
func unmarshal(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("it ends too early")
		}
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after its end")
	}
	return nil
}

// unpack reads the JSON value that a string holds, even one in a string of its
// own or between the fences that Markdown puts around code.
func unpack(text string) (any, error) {
	v, err := parse([]byte(unfenced(text)))
	if inner, ok := v.(string); ok {
		if deeper, err := unpack(inner); err == nil {
			return deeper, nil
		}
	}
	return v, err
}

func unfenced(text string) string {
	const fence = "```"
	inner, opened := strings.CutPrefix(strings.TrimSpace(text), fence)
	inner, closed := strings.CutSuffix(inner, fence)
	if !opened || !closed {
		return text
	}
	return strings.TrimPrefix(inner, "json")
}

// isWord reports a name or an address, which is no attempt at JSON or at several words.
func isWord(text string) bool {
	return text != "" && !strings.ContainsAny(text, " \t\r\n{}[]\"'`,=")
}

// Object takes an object, or a string that holds one. It is for a [Rewriter] too, which gets values as they were sent.
func Object(v any) (map[string]any, bool) {
	if text, ok := v.(string); ok {
		v, _ = unpack(text)
	}
	obj, ok := v.(map[string]any)
	return obj, ok
}

// notParsed describes a value that is neither an object or list nor a string
// that holds one. The text of a string is shown only if it is none that somebody
// may have taken for an object: one cut off may have credentials inside.
func notParsed(v any, secret bool) string {
	text, ok := v.(string)
	if !ok {
		return received(v, secret)
	}
	inner, err := unpack(text)
	switch {
	case err != nil && (secret || strings.ContainsAny(text, "{[\"'`=\n") || strings.Contains(text, ": ")):
		return "a string that is not valid JSON (" + err.Error() + ")"
	case err != nil:
		return received(v, secret)
	}
	switch inner.(type) {
	case string, json.Number:
		return "a string that holds " + received(inner, true)
	}
	return "a string that holds " + received(inner, false)
}
