package schema

import (
	"encoding/json"
	"errors"
)

// free takes any value as it is.
type free struct {
	jsonType string // as advertised
}

func (f *free) typ() string { return f.jsonType }

func (f *free) single(v any) bool { return single(f.jsonType, v) }

func (*free) decode(_ *problems, _ path, v any) (any, bool) { return v, true }

// custom decodes types that decode themselves.
type custom struct {
	jsonType string  // as advertised
	rules    *text   // for strings, where strings are advertised
	form     *object // for objects; nil if the type does not show theirs
	fresh    func() any
}

func (c *custom) typ() string { return c.jsonType }

func (c *custom) single(v any) bool { return single(c.jsonType, v) }

func (c *custom) decode(p *problems, at path, v any) (any, bool) {
	v, ok := c.known(p, at, v)
	if !ok {
		return nil, false
	}
	if err := decodeInto(v, c.fresh()); err != nil {
		c.report(p, at, v, err)
		return nil, false
	}
	return v, true
}

// known checks what is known of the type before it decodes itself.
func (c *custom) known(p *problems, at path, v any) (any, bool) {
	obj, isObject := Object(v)
	switch s, isString := v.(string); {
	case isObject && c.form != nil:
		return c.form.decode(p, at, obj)
	case isObject && c.jsonType == "object":
		return obj, true
	case isString && c.jsonType == "string":
		meant, breach := c.rules.check(s, at.secret)
		if breach != "" {
			p.add(at, breach)
		}
		return meant, breach == ""
	}
	return v, true
}

// report adds the error of the type itself. One that decodes by this package
// too has problems of its own, which belong under its path.
func (c *custom) report(p *problems, at path, v any, err error) {
	var nested *ArgumentError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &nested):
		for _, each := range nested.Problems {
			p.add(at.join(each.Path), each.Message)
		}
	case errors.As(err, &wrongType), at.secret, c.rules.format != "":
		if c.jsonType == "object" || c.jsonType == "array" {
			p.add(at, "must be "+one(c.jsonType)+" of the right form, got "+notParsed(v, at.secret))
			return
		}
		p.mismatch(at, one(c.jsonType)+" of the right form", v)
	default:
		p.add(at, err.Error())
	}
}

// single reports whether v may stand for a list of one, where the Go type
// decides what its values are: an object, or a string if that is advertised.
func single(jsonType string, v any) bool {
	switch v.(type) {
	case string:
		return jsonType == "string"
	case map[string]any:
		return true
	}
	return false
}

// checked runs the Checker of a type on what its shape has decoded.
type checked struct {
	shape
	fresh func() Checker
}

func (c *checked) decode(p *problems, at path, v any) (any, bool) {
	decoded, ok := c.shape.decode(p, at, v)
	if !ok {
		return nil, false
	}
	value := c.fresh()
	if err := decodeInto(decoded, value); err != nil {
		p.add(at, "cannot be decoded")
		return nil, false
	}
	value.CheckArguments(func(relative, message string) {
		if where := at.join(relative); !p.within(where) {
			p.add(where, message)
		}
	})
	return decoded, true
}

func decodeInto(v, into any) error {
	data, err := encode(v)
	if err != nil {
		return err
	}
	return unmarshal(data, into)
}

// core is a shape without its check.
func core(s shape) shape {
	if c, ok := s.(*checked); ok {
		return c.shape
	}
	return s
}

// objectOf is the form of objects at a place, if it has one.
func objectOf(s shape) (*object, bool) {
	switch s := core(s).(type) {
	case *object:
		return s, true
	case *custom:
		return s.form, s.form != nil
	}
	return nil, false
}
