// Package schema derives the JSON Schema of a tool from a Go struct and reads
// the arguments of a call back into that struct.
//
// The schema keeps to the small subset of JSON Schema that every MCP client
// accepts: one closed object at the root, a concrete type everywhere, no
// references, no unions. [For] fails, naming the path, when a struct asks for
// anything else; [Violations] judges the result independently.
//
// [Decode] accepts what models really send (objects and lists as JSON strings,
// "42" for an integer, the whole input wrapped once more) and refuses the rest
// with an [ArgumentError] that names every problem at its path, with what was
// received and what is valid.
//
// # Tags
//
//   - json:"name" names the property.
//   - jsonschema:"..." holds required, enum, pattern, format, minLength, maxLength,
//     minimum, maximum, minItems and maxItems. On a list, all but the last two
//     and required speak of its elements. A comma in a pattern is written as \\,.
//   - jsonschema:"type=string" gives a type to a value that Go leaves open (any,
//     json.RawMessage); such a value is decoded as it is. On a struct that
//     decodes itself, type=string advertises the string alone, while an object
//     is still accepted.
//   - jsonschema_description:"..." is the prose.
//   - jsonschema_extras:"hidden=true" accepts a field without advertising it.
//   - jsonschema_extras:"quiet=true" checks the length of a text, or the bounds of a
//     number, without advertising them.
//   - jsonschema_extras:"keepempty=true" makes "" a value instead of "not set";
//     where the Go type decodes itself or is left open, null as well.
//   - jsonschema_extras:"word=name" lets a bare string stand for an object with that
//     one field, in an object or in a list of objects.
//   - jsonschema_extras:"items=object" gives a type to the elements of a list
//     that Go leaves open ([]any, []json.RawMessage) or that decode themselves.
//
// A type that implements json.Unmarshaler decodes itself, and its errors are
// reported at its path (an [ArgumentError] with its problems' own paths below
// it). If it is a struct whose fields all have json names, an object is checked
// against them first: unknown keys and bounds there need no code. A type whose schema differs from its Go shape has a
// method JSONSchema() *jsonschema.Schema that returns a new schema each time.
package schema
