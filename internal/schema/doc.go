// Package schema derives the JSON Schema of a tool from a Go struct, and decodes
// the arguments of a call into that struct.
//
// Most callers need two functions: [For] compiles the schema of a struct once, and
// [Decode] decodes the arguments of each call. The design is described in compile.go.
//
// # The portable subset
//
// Schemas use only the subset of JSON Schema that every MCP client accepts: a closed
// object at the root, one concrete type everywhere, no references, no unions. [For]
// returns an error with the path of a field that needs more.
//
// [Decode] accepts the deviations that are typical of models (objects and lists as
// JSON strings, "42" for an integer, [] for {}, the whole input in an envelope). For other
// invalid arguments it returns an [ArgumentError] that lists all problems, each with
// its path, the received value and what is valid.
//
// # Tags
//
//   - json:"name" names the property.
//   - jsonschema:"..." holds required, enum, pattern, format, minLength, maxLength,
//     minimum, maximum, minItems and maxItems. On a list, all but required, minItems
//     and maxItems apply to its elements. A comma in a pattern is written as \\,.
//   - jsonschema:"type=string" sets the type of a value that Go leaves open (any,
//     json.RawMessage). Such a value is decoded unchanged. On a struct that
//     decodes itself, type=string advertises only the string, while objects
//     are still accepted.
//   - jsonschema_description:"..." is the description.
//   - jsonschema_extras:"hidden=true" accepts a field without advertising it.
//   - jsonschema_extras:"quiet=true" checks the length of a text, or the bounds of a
//     number, without advertising them.
//   - jsonschema_extras:"keepempty=true" makes "" a value instead of "not set", and
//     null too if the Go type decodes itself or is left open.
//   - jsonschema_extras:"open=true" passes on values that an enum lacks, as [OpenEnum]
//     describes. [DecodeRemarking] returns them.
//   - jsonschema_extras:"word=name" lets a bare string stand for an object with that
//     one field, in an object or in a list of objects.
//   - jsonschema_extras:"items=object" sets the type of the elements of a list
//     that Go leaves open ([]any, []json.RawMessage) or that decode themselves.
//
// # Types with their own JSON form
//
// A type that implements json.Unmarshaler decodes itself. Its errors are reported at
// its path, and those of an [ArgumentError] at their paths below it. If it is a struct
// whose fields all have json names, objects are checked against the fields first, so
// that its code need not check unknown keys and bounds. A type whose schema differs
// from its Go type has a method JSONSchema() *jsonschema.Schema that returns a new
// schema each time. [Rewriter], [Checker], [Remarker] and [Briefer] are optional hooks.
package schema
