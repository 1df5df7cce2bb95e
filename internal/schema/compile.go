package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"

	"github.com/invopop/jsonschema"
)

// shape decodes the values of one place in the schema.
type shape interface {
	// decode turns what was received into the JSON value that the Go type
	// takes, and adds all problems met on the way. It reports whether the
	// value can be decoded; a value out of bounds can.
	decode(p *problems, at path, v any) (any, bool)
	// typ is the advertised JSON type, "" where any value will do.
	typ() string
	// single reports whether v alone may stand for a list of one.
	single(v any) bool
}

var (
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	numberType          = reflect.TypeFor[json.Number]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// compiler walks a Go type and its reflected schema side by side.
type compiler struct {
	seen map[*jsonschema.Schema]bool // one that is met twice is shared by two fields
}

func (c *compiler) shape(t reflect.Type, s *jsonschema.Schema, at string) (shape, error) {
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
	inner, err := c.unchecked(t, s, at)
	if err != nil || !implements(t, checkerType) {
		return inner, err
	}
	fresh := func() Checker { return reflect.New(t).Interface().(Checker) }
	return &checked{shape: inner, fresh: fresh}, nil
}

func (c *compiler) unchecked(t reflect.Type, s *jsonschema.Schema, at string) (shape, error) {
	if t == rawMessageType || t.Kind() == reflect.Interface {
		return &free{jsonType: s.Type}, bare(s, at)
	}
	if implements(t, unmarshalerType) || implements(t, textUnmarshalerType) {
		return c.custom(t, s, at)
	}
	if want := jsonType(t); s.Type != want {
		return nil, definitionError(at, "%s is advertised as %q but decodes as %q", t, s.Type, want)
	}
	switch s.Type {
	case "object":
		if t.Kind() == reflect.Map {
			return c.freeMap(t, s, at)
		}
		return c.object(t, s, at)
	case "array":
		items, err := c.shape(t.Elem(), s.Items, at+"[]")
		return &list{items: items, size: bounds{min: countOf(s.MinItems), max: countOf(s.MaxItems)}}, err
	case "string":
		return newText(s, at)
	case "boolean":
		return boolean{}, nil
	}
	return newNumber(t, s), nil
}

// jsonType is the JSON type that encoding/json reads into a Go type.
func jsonType(t reflect.Type) string {
	if t == numberType {
		return "text of a number" // neither a string nor a number to encoding/json
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "base64" // as no schema says, so that a []byte is refused
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

// custom compiles a type that decodes itself. Where its fields have JSON names,
// they are the form that an object has to have, even if a type=string tag leaves
// the object unadvertised.
func (c *compiler) custom(t reflect.Type, s *jsonschema.Schema, at string) (shape, error) {
	out := &custom{jsonType: s.Type, fresh: func() any { return reflect.New(t).Interface() }}
	if s.Properties != nil && !t.Implements(describerType) && namesFields(t) {
		form, err := c.object(t, s, at)
		if err != nil {
			return nil, err
		}
		out.form = form
	}
	if s.Type != "object" {
		s.Properties, s.Required, s.AdditionalProperties = nil, nil, nil
	}
	var err error
	out.rules, err = newText(s, at)
	return out, err
}

// bare refuses constraints on a value that is decoded as it is: nobody would
// check them.
func bare(s *jsonschema.Schema, at string) error {
	if s.MinLength != nil || s.MaxLength != nil || s.Pattern != "" || s.Format != "" || s.Enum != nil ||
		s.Minimum != "" || s.Maximum != "" || s.MinItems != nil || s.MaxItems != nil {
		return definitionError(at, "a value of any type is taken as it is and cannot be constrained")
	}
	return nil
}

// freeMap compiles a map. Its elements are checked but not advertised.
func (c *compiler) freeMap(t reflect.Type, s *jsonschema.Schema, at string) (shape, error) {
	if s.AdditionalProperties == nil || t.Elem().Kind() == reflect.Interface {
		return &freeMap{values: &free{}}, nil
	}
	values, err := c.shape(t.Elem(), s.AdditionalProperties, at+".*")
	if err != nil {
		return nil, err
	}
	if str, ok := core(values).(*text); ok {
		str.scalars = true
	}
	return &freeMap{values: values}, nil
}

func (c *compiler) object(t reflect.Type, s *jsonschema.Schema, at string) (*object, error) {
	o := &object{index: map[string]*field{}}
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

// fields adds the fields of t, and of the structs embedded in it, to o.
func (c *compiler) fields(o *object, t reflect.Type, s *jsonschema.Schema, required map[string]bool, at string) error {
	for f := range t.Fields() {
		name, kind := fieldName(f)
		switch kind {
		case skippedField:
			continue
		case embeddedField:
			if err := hooksPromoted(t, f.Type, at); err != nil {
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

// hooksPromoted refuses an embedded struct whose hook would silently never be
// called, because another embedded struct has one of the same name.
func hooksPromoted(outer, embedded reflect.Type, at string) error {
	for _, hook := range []reflect.Type{rewriterType, checkerType} {
		if implements(embedded, hook) && !implements(outer, hook) {
			return definitionError(at, "%s of the embedded %s is ambiguous in %s", hook.Method(0).Name, embedded, outer)
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
	if err := typeItems(f, s, at); err != nil {
		return nil, err
	}
	value, err := c.shape(f.Type, s, at)
	if err != nil {
		return nil, err
	}
	if err := wordFor(s, value, at); err != nil {
		return nil, err
	}
	return newField(name, required, s, value), nil
}

// wordFor lets a string stand for an object, as the field's word extra says.
func wordFor(s *jsonschema.Schema, value shape, at string) error {
	word, given := s.Extras[wordExtra].(string)
	if !given {
		return nil
	}
	if l, ok := core(value).(*list); ok {
		value = l.items
	}
	o, ok := objectOf(value)
	if !ok || o.index[word] == nil || o.index[word].value.typ() != "string" {
		return definitionError(at, "tag jsonschema_extras: word names a text of an object or of a list's objects")
	}
	o.word = word
	return nil
}

// typeItems gives the elements of a list the type that its items extra names.
func typeItems(f reflect.StructField, s *jsonschema.Schema, at string) error {
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

func newField(name string, required bool, s *jsonschema.Schema, value shape) *field {
	f := &field{name: name, required: required, hidden: s.Extras[hiddenExtra] == true, value: value}
	keep := s.Extras[keepEmptyExtra] == true
	switch value := core(value).(type) {
	case *text:
		f.keepEmpty = keep || required
		f.noText = len(value.enum) > 0 && !slices.Contains(value.enum, "none")
	case *free:
		f.keepEmpty, f.keepNull = keep || value.typ() == "string", keep
	case *custom:
		f.keepEmpty, f.keepNull = keep, keep
	default:
		f.noText = true
	}
	return f
}

func newText(s *jsonschema.Schema, at string) (*text, error) {
	t := &text{format: s.Format, length: bounds{min: countOf(s.MinLength), max: countOf(s.MaxLength)}}
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

func newNumber(t reflect.Type, s *jsonschema.Schema) shape {
	limits := bounds{min: s.Minimum, max: s.Maximum}
	bits := t.Bits()
	if s.Type == "number" {
		return &number{limits: limits, bits: bits}
	}
	return &integer{limits: limits, bits: bits, unsigned: t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64}
}
