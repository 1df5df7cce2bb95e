package schema

import (
	"encoding/json"
	"errors"
)

// anyDecoder returns any value unchanged, but for [] in place of an object.
type anyDecoder struct {
	jsonType string // as advertised
}

func (a *anyDecoder) typ() string { return a.jsonType }

func (a *anyDecoder) acceptsElement(v any) bool { return isElement(a.jsonType, v) }

func (a *anyDecoder) decode(p *problems, at path, v any) (any, bool) {
	if a.jsonType == "object" {
		v = objectFor(v)
	}
	return v, p.checkNumbers(at, v)
}

// customDecoder decodes types that implement json.Unmarshaler or
// encoding.TextUnmarshaler.
type customDecoder struct {
	jsonType string         // as advertised
	strings  *stringDecoder // checks strings, if they are advertised
	objects  *objectDecoder // checks objects; nil if the fields of the type are unknown
	newValue func() any
}

func (c *customDecoder) typ() string { return c.jsonType }

func (c *customDecoder) acceptsElement(v any) bool { return isElement(c.jsonType, v) }

func (c *customDecoder) decode(p *problems, at path, v any) (any, bool) {
	if c.jsonType == "object" && isEmptyList(v) && decodeInto(v, c.newValue()) != nil {
		v = objectFor(v) // the type takes no list itself
	}
	v, ok := c.checkAdvertised(p, at, v)
	if !ok || c.objects == nil && !p.checkNumbers(at, v) {
		return nil, false
	}
	if err := decodeInto(v, c.newValue()); err != nil {
		c.reportError(p, at, v, err)
		return nil, false
	}
	return v, true
}

// checkAdvertised checks a value against the advertised schema, before the type
// decodes it.
func (c *customDecoder) checkAdvertised(p *problems, at path, v any) (any, bool) {
	obj, isObject := Object(v)
	switch s, isString := v.(string); {
	case isObject && c.objects != nil:
		return c.objects.decode(p, at, obj)
	case isObject && c.jsonType == "object":
		return obj, true
	case isString && c.jsonType == "string":
		matched, violation := c.strings.check(s, at.secret)
		if violation != "" {
			p.add(at, violation)
		} else {
			c.strings.remark(p, at, matched)
		}
		return matched, violation == ""
	}
	return v, true
}

// reportError adds the error of the type's own decoding. If the type uses this
// package, the paths of its problems are relative to at.
func (c *customDecoder) reportError(p *problems, at path, v any, err error) {
	var nested *ArgumentError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &nested):
		for _, each := range nested.Problems {
			p.add(at.join(each.Path), each.Message)
		}
	case errors.As(err, &wrongType), at.secret, c.strings.format != "":
		if c.jsonType == "object" || c.jsonType == "array" {
			p.add(at, "must be "+withArticle(c.jsonType)+" of the right form, got "+describeUnparsed(v, at.secret))
			return
		}
		p.mismatch(at, withArticle(c.jsonType)+" of the right form", v)
	default:
		p.add(at, err.Error())
	}
}

// isElement reports whether v may be the only element of a list of a type that
// decodes itself: an object, or a string if that is advertised.
func isElement(jsonType string, v any) bool {
	switch v.(type) {
	case string:
		return jsonType == "string"
	case map[string]any:
		return true
	}
	return false
}

// checkedDecoder runs the Checker and the Remarker of a type on the values that it
// decodes.
type checkedDecoder struct {
	decoder
	newValue func() any // of a type that is a Checker, a Remarker or both
	scalars  scalars    // of the type
}

func (c *checkedDecoder) decode(p *problems, at path, v any) (any, bool) {
	decoded, _, ok := c.decodeChecked(p, at, v)
	return decoded, ok
}

// decodeChecked is decode that also returns the value of the type that was checked.
func (c *checkedDecoder) decodeChecked(p *problems, at path, v any) (decoded, value any, ok bool) {
	decoded, ok = c.decoder.decode(p, at, v)
	if !ok {
		return nil, nil, false
	}
	value = c.newValue()
	values, _ := decoded.(map[string]any)
	if values == nil || !c.scalars.decodeInto(values, value) {
		if err := decodeInto(decoded, value); err != nil {
			p.add(at, "cannot be decoded")
			return nil, nil, false
		}
	}
	if checker, ok := value.(Checker); ok {
		checker.CheckArguments(func(relative, message string) {
			if where := at.join(relative); !p.hasAt(where) {
				p.add(where, message)
			}
		})
	}
	if remarker, ok := value.(Remarker); ok {
		remarker.RemarkArguments(func(relative, message string) { p.remark(at.join(relative), message) })
	}
	return decoded, value, true
}

func decodeInto(v, into any) error {
	data, err := encode(v)
	if err != nil {
		return err
	}
	return unmarshal(data, into)
}

// withoutChecker returns the decoder inside a checkedDecoder, or d itself.
func withoutChecker(d decoder) decoder {
	if c, ok := d.(*checkedDecoder); ok {
		return c.decoder
	}
	return d
}

// objectOf returns the decoder of objects at a place, if there is one.
func objectOf(d decoder) (*objectDecoder, bool) {
	switch d := withoutChecker(d).(type) {
	case *objectDecoder:
		return d, true
	case *customDecoder:
		return d.objects, d.objects != nil
	}
	return nil, false
}
