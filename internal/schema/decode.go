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

// envelopes are the keys in which some clients wrap the whole input.
var envelopes = [...]string{"arguments", "input", "params"}

// Decode decodes the arguments of a call into a T, of which s must be the schema. The
// error is an [*ArgumentError] with all problems when the arguments are invalid,
// and another one only when s is not the schema of T.
//
// Numbers in free maps are json.Number and keep their precision. The keys of a value
// that is decoded unchanged may change their order.
func Decode[T any](s *Schema, raw json.RawMessage) (T, error) {
	out, _, err := DecodeRemarking[T](s, raw)
	return out, err
}

// DecodeRemarking is Decode that also returns remarks about arguments that are passed on
// although they are not known, in the order of the fields.
func DecodeRemarking[T any](s *Schema, raw json.RawMessage) (T, []Problem, error) {
	var out T
	if t := reflect.TypeFor[T](); t != s.goType {
		return out, nil, fmt.Errorf("decode arguments of %s with the schema of %s", t, s.goType)
	}
	obj, err := s.arguments(raw)
	if err != nil {
		return out, nil, err
	}
	var found problems
	normal, checked := s.normalize(&found, obj)
	if err := found.err(); err != nil {
		return out, nil, err
	}
	if checked, ok := checked.(*T); ok {
		return *checked, found.remarks, nil
	}
	if err := decodeInto(normal, &out); err != nil {
		var zero T
		return zero, nil, newArgumentError("arguments cannot be decoded: " + err.Error())
	}
	return out, found.remarks, nil
}

// normalize converts arguments to a value that matches the advertised schema, but for the
// values that the remarks name. It also returns the struct of them, if that was needed to check them.
func (s *Schema) normalize(p *problems, obj map[string]any) (normal, checked any) {
	if root, ok := s.decoder.(*checkedDecoder); ok {
		normal, checked, _ = root.decodeChecked(p, path{}, obj)
		return normal, checked
	}
	normal, _ = s.decoder.decode(p, path{}, obj)
	return normal, nil
}

// arguments returns the object that holds the arguments: an empty one for no
// arguments, else the object as sent, in a string, or in an envelope.
func (s *Schema) arguments(raw json.RawMessage) (map[string]any, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return map[string]any{}, nil
	}
	v, err := parse(raw)
	if err != nil {
		return nil, newArgumentError("arguments are not valid JSON: " + err.Error())
	}
	if text, ok := v.(string); v == nil || ok && strings.TrimSpace(text) == "" {
		return map[string]any{}, nil
	}
	obj, ok := Object(objectFor(v))
	if !ok {
		return nil, newArgumentError("arguments must be an object, got " + describeUnparsed(v, false))
	}
	return s.unwrap(obj), nil
}

// unwrap removes all envelopes around an object. The name of the tool may stand beside an envelope.
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

// parse decodes one JSON value. Its numbers are json.Number.
func parse(data []byte) (any, error) {
	if v, ok := parsePlain(data); ok {
		return v, nil
	}
	var v any
	err := unmarshal(data, &v)
	return v, err
}

// unmarshal is json.Unmarshal with UseNumber and shorter errors for truncated input.
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

// unpack decodes the JSON value in a string, which may be quoted again or fenced
// as Markdown code.
func unpack(text string) (any, error) {
	v, err := parse([]byte(withoutFence(text)))
	if inner, ok := v.(string); ok {
		if deeper, err := unpack(inner); err == nil {
			return deeper, nil
		}
	}
	return v, err
}

func withoutFence(text string) string {
	const fence = "```"
	inner, opened := strings.CutPrefix(strings.TrimSpace(text), fence)
	inner, closed := strings.CutSuffix(inner, fence)
	if !opened || !closed {
		return text
	}
	return strings.TrimPrefix(inner, "json")
}

// isWord reports whether text is one name or address, rather than JSON or several words.
func isWord(text string) bool {
	return text != "" && !strings.ContainsAny(text, " \t\r\n{}[]\"'`,=")
}

// Object returns v if it is an object, or the object in it if it is a string. Implementations of [Rewriter] use it, as
// they receive values as sent.
func Object(v any) (map[string]any, bool) {
	if text, ok := v.(string); ok {
		v, _ = unpack(text)
	}
	obj, ok := v.(map[string]any)
	return obj, ok
}

// describeUnparsed describes a value that is not the expected object or list, nor a
// string that holds it. A string that looks like truncated JSON or another format is
// not shown, as it may contain credentials.
func describeUnparsed(v any, secret bool) string {
	text, ok := v.(string)
	if !ok {
		return describeValue(v, secret)
	}
	inner, err := unpack(text)
	switch {
	case err != nil && (secret || strings.ContainsAny(text, "{[\"'`=\n") || strings.Contains(text, ": ")):
		return "a string that is not valid JSON (" + err.Error() + ")"
	case err != nil:
		return describeValue(v, secret)
	}
	switch inner.(type) {
	case string, json.Number:
		return "a string that holds " + describeValue(inner, true)
	}
	return "a string that holds " + describeValue(inner, false)
}
