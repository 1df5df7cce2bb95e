package schema

// A schema is compiled once, when a tool is defined. Both results come from the same struct tags:
//
//	struct with tags --reflect.go--> reflected schema (invopop) --emit.go--> advertised JSON Schema
//	        |                              |
//	        +--------- compile.go ---------+-----> tree of decoders
//
// The compiler walks the Go type and its reflected schema in parallel. For each place it checks that the tags had an
// effect (lint.go), and that encoding/json reads into the Go type what the schema advertises. It returns a decoder for
// the place; the decoders of objects, lists and maps hold those of their parts. Decode runs the arguments through the
// tree, which corrects what models typically get wrong and collects all problems. encoding/json then decodes the
// corrected JSON into the struct.

import (
	"encoding"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"

	"github.com/invopop/jsonschema"
)

// decoder decodes the values of one place in the schema.
type decoder interface {
	// decode converts a received value to the JSON value that the Go type
	// accepts, and adds the problems that it finds to p. It reports whether
	// the value can be decoded; a value out of bounds can.
	decode(p *problems, at path, v any) (any, bool)
	// typ is the advertised JSON type, "" for any.
	typ() string
	// acceptsElement reports whether v, in place of a list, is its only element.
	acceptsElement(v any) bool
}

var (
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	numberType          = reflect.TypeFor[json.Number]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// compiler builds the decoders of one struct.
type compiler struct {
	// seen detects schemas that two fields share.
	seen map[*jsonschema.Schema]bool
}

// decoder compiles one place. The decoder runs the Checker of the type, if it has one.
func (c *compiler) decoder(t reflect.Type, s *jsonschema.Schema, at string) (decoder, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s == nil {
		return nil, definitionError(at, "no schema for %s", t)
	}
	if c.seen[s] {
		return nil, definitionError(at, "the JSONSchema method of %s must return a new schema each time", t)
	}
	c.seen[s] = true
	inner, err := c.uncheckedDecoder(t, s, at)
	if err != nil || !implements(t, checkerType) && !implements(t, remarkerType) {
		return inner, err
	}
	newValue := func() any { return reflect.New(t).Interface() }
	return &checkedDecoder{decoder: inner, newValue: newValue, scalars: scalarsOf(t)}, nil
}

func (c *compiler) uncheckedDecoder(t reflect.Type, s *jsonschema.Schema, at string) (decoder, error) {
	if t == rawMessageType || t.Kind() == reflect.Interface {
		return &anyDecoder{jsonType: s.Type}, rejectConstraints(s, at)
	}
	if implements(t, unmarshalerType) || implements(t, textUnmarshalerType) {
		return c.customDecoder(t, s, at)
	}
	if want := jsonType(t); s.Type != want {
		return nil, definitionError(at, "%s is advertised as %q but decodes as %q", t, s.Type, want)
	}
	switch s.Type {
	case "object":
		if t.Kind() == reflect.Map {
			return c.mapDecoder(t, s, at)
		}
		return c.objectDecoder(t, s, at)
	case "array":
		items, err := c.decoder(t.Elem(), s.Items, at+"[]")
		return &listDecoder{element: items, size: bounds{min: countOf(s.MinItems), max: countOf(s.MaxItems)}}, err
	case "string":
		return newStringDecoder(s, at)
	case "boolean":
		return booleanDecoder{}, nil
	}
	return newNumberDecoder(t, s), nil
}

// jsonType returns the JSON type that encoding/json decodes into a Go type.
func jsonType(t reflect.Type) string {
	if t == numberType {
		return "text of a number" // neither a string nor a number to encoding/json
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "base64" // equals no JSON type, so that a []byte is rejected
		}
		return "array"
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Float32, reflect.Float64:
		return "number"
	}
	return "integer"
}

// customDecoder compiles a type that decodes itself. If its fields have JSON names,
// objects are checked against them, even if a type=string tag leaves the object
// unadvertised.
func (c *compiler) customDecoder(t reflect.Type, s *jsonschema.Schema, at string) (decoder, error) {
	out := &customDecoder{jsonType: s.Type, newValue: func() any { return reflect.New(t).Interface() }}
	if s.Properties != nil && !t.Implements(describerType) && namesFields(t) {
		form, err := c.objectDecoder(t, s, at)
		if err != nil {
			return nil, err
		}
		out.objects = form
	}
	if s.Type != "object" {
		s.Properties, s.Required, s.AdditionalProperties = nil, nil, nil
	}
	var err error
	out.strings, err = newStringDecoder(s, at)
	return out, err
}

// rejectConstraints returns an error for constraints on a value that is decoded
// unchanged, as nothing would check them.
func rejectConstraints(s *jsonschema.Schema, at string) error {
	if s.MinLength != nil || s.MaxLength != nil || s.Pattern != "" || s.Format != "" || s.Enum != nil ||
		s.Minimum != "" || s.Maximum != "" || s.MinItems != nil || s.MaxItems != nil {
		return definitionError(at, "a value of any type is taken as it is and cannot be constrained")
	}
	return nil
}

// mapDecoder compiles a map. Its values are checked but not advertised.
func (c *compiler) mapDecoder(t reflect.Type, s *jsonschema.Schema, at string) (decoder, error) {
	if s.AdditionalProperties == nil || t.Elem().Kind() == reflect.Interface {
		return &mapDecoder{values: &anyDecoder{}}, nil
	}
	values, err := c.decoder(t.Elem(), s.AdditionalProperties, at+".*")
	if err != nil {
		return nil, err
	}
	if str, ok := withoutChecker(values).(*stringDecoder); ok {
		str.scalars = true
	}
	return &mapDecoder{values: values}, nil
}

func (c *compiler) objectDecoder(t reflect.Type, s *jsonschema.Schema, at string) (*objectDecoder, error) {
	o := &objectDecoder{index: map[string]*field{}}
	if implements(t, rewriterType) {
		o.rewriter = reflect.New(t).Interface().(Rewriter)
	}
	required := map[string]bool{}
	for _, name := range s.Required {
		required[name] = true
	}
	if err := c.fields(o, t, s, required, at); err != nil {
		return nil, err
	}
	return o, nil
}

// fields adds the fields of t and of its embedded structs to o.
func (c *compiler) fields(o *objectDecoder, t reflect.Type, s *jsonschema.Schema, required map[string]bool, at string) error {
	for f := range t.Fields() {
		name, kind := fieldName(f)
		switch kind {
		case skippedField:
			continue
		case embeddedField:
			if err := checkHooks(t, f.Type, at); err != nil {
				return err
			}
			if err := c.fields(o, f.Type, s, required, at); err != nil {
				return err
			}
			continue
		}
		if o.index[name] != nil {
			return definitionError(dot(at, name), "two fields have this name")
		}
		compiled, err := c.field(f, name, s, required[name], dot(at, name))
		if err != nil {
			return err
		}
		o.fields = append(o.fields, compiled)
		o.index[name] = compiled
	}
	return nil
}

// checkHooks returns an error for an embedded struct whose hook would never be
// called, because another embedded struct has a hook of the same name.
func checkHooks(outer, embedded reflect.Type, at string) error {
	for _, hook := range []method{{rewriterType, "RewriteArguments"}, {checkerType, "CheckArguments"}, {remarkerType, "RemarkArguments"}} {
		if implements(embedded, hook.of) && !implements(outer, hook.of) {
			return definitionError(at, "%s of the embedded %s is ambiguous in %s", hook.name, embedded, outer)
		}
	}
	return nil
}

func (c *compiler) field(f reflect.StructField, name string, parent *jsonschema.Schema, required bool, at string) (*field, error) {
	var s *jsonschema.Schema
	if parent.Properties != nil {
		s, _ = parent.Properties.Get(name)
	}
	if s == nil {
		return nil, definitionError(at, `is decoded but not in the schema; hide it with jsonschema_extras:"hidden=true"`)
	}
	if err := lintTags(f, s, at); err != nil {
		return nil, err
	}
	if err := setItemType(f, s, at); err != nil {
		return nil, err
	}
	value, err := c.decoder(f.Type, s, at)
	if err != nil {
		return nil, err
	}
	if err := setShorthand(s, value, at); err != nil {
		return nil, err
	}
	if err := setOpen(s, value, at); err != nil {
		return nil, err
	}
	return newField(name, required, s, value), nil
}

// setShorthand makes a string stand for an object with the one field that the word
// extra names.
func setShorthand(s *jsonschema.Schema, value decoder, at string) error {
	word, given := s.Extras[wordExtra].(string)
	if !given {
		return nil
	}
	if l, ok := withoutChecker(value).(*listDecoder); ok {
		value = l.element
	}
	o, ok := objectOf(value)
	if !ok || o.index[word] == nil || o.index[word].value.typ() != "string" {
		return definitionError(at, "tag jsonschema_extras: word names a text of an object or of a list's objects")
	}
	o.word = word
	return nil
}

// setOpen makes the enum of a string, or of a list's strings, an OpenEnum if the open
// extra is set.
func setOpen(s *jsonschema.Schema, value decoder, at string) error {
	if s.Extras[openExtra] != true {
		return nil
	}
	if l, ok := withoutChecker(value).(*listDecoder); ok {
		value = l.element
	}
	text, ok := withoutChecker(value).(*stringDecoder)
	if !ok || len(text.enum) == 0 {
		return definitionError(at, "tag jsonschema_extras: open belongs on an enum")
	}
	text.open = true
	return nil
}

// setItemType sets the type of the elements of a list to that of its items extra.
func setItemType(f reflect.StructField, s *jsonschema.Schema, at string) error {
	name, given := s.Extras[itemsExtra].(string)
	if !given {
		return nil
	}
	t := f.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Slice || (t.Elem().Kind() != reflect.Interface && !implements(t.Elem(), unmarshalerType)) {
		return definitionError(at, "tag jsonschema_extras: items belongs on a list whose elements are any or decode themselves")
	}
	s.Items.Type = name
	return nil
}

func newField(name string, required bool, s *jsonschema.Schema, value decoder) *field {
	f := &field{name: name, required: required, hidden: s.Extras[hiddenExtra] == true, value: value}
	keep := s.Extras[keepEmptyExtra] == true
	switch value := withoutChecker(value).(type) {
	case *stringDecoder:
		f.keepEmpty = keep || required
		f.noText = len(value.enum) > 0 && !slices.Contains(value.enum, "none")
	case *anyDecoder:
		f.keepEmpty, f.keepNull = keep || value.typ() == "string", keep
	case *customDecoder:
		f.keepEmpty, f.keepNull = keep, keep
	default:
		f.noText = true
	}
	return f
}

func newStringDecoder(s *jsonschema.Schema, at string) (*stringDecoder, error) {
	t := &stringDecoder{format: s.Format, length: bounds{min: countOf(s.MinLength), max: countOf(s.MaxLength)}}
	for _, value := range s.Enum {
		str, ok := value.(string)
		if !ok {
			return nil, definitionError(at, "enum value %v is not a string", value)
		}
		t.enum = append(t.enum, str)
	}
	if s.Pattern == "" {
		return t, nil
	}
	if err := portablePattern(s.Pattern); err != nil {
		return nil, definitionError(at, "pattern: %v", err)
	}
	t.pattern = regexp.MustCompile(s.Pattern)
	return t, nil
}

func newNumberDecoder(t reflect.Type, s *jsonschema.Schema) decoder {
	limits := bounds{min: s.Minimum, max: s.Maximum}
	bits := t.Bits()
	if s.Type == "number" {
		return &numberDecoder{limits: limits, bits: bits}
	}
	return &integerDecoder{limits: limits, bits: bits, unsigned: t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64}
}
