package schema

import "reflect"

// Rewriter is implemented by structs that accept other spellings of their
// fields. RewriteArguments is called on a zero value, with the object as it was
// sent, before its keys are checked, and turns it into the advertised form.
// Values are as decoded by encoding/json with UseNumber; none can be trusted to
// have the advertised type. The method keeps no state.
type Rewriter interface {
	RewriteArguments(obj map[string]any)
}

// Checker is implemented by types whose rules a schema cannot express.
// CheckArguments is called on each decoded value of the type, at any depth, and
// reports every breach with a path relative to the value: "" for the value
// itself, "tool_id", "headers.name", "[2].key". It must not repeat values that
// may be secret.
//
// A value is not checked when part of it could not be decoded. One that only lacks
// a required field, breaks a bound, a pattern or an enum, or has unknown keys, is.
// What is reported where there is another problem, at the same path or below it,
// is dropped.
type Checker interface {
	CheckArguments(report func(path, message string))
}

// Briefer is implemented by root structs some of whose fields are described in
// full elsewhere, so that a caller pays for the description once.
// BriefArguments gives, by field name, the words that stand for the inside of an
// object, or of a list's objects. The fields decode and are checked as ever.
type Briefer interface {
	BriefArguments() map[string]string
}

var (
	brieferType  = reflect.TypeFor[Briefer]()
	rewriterType = reflect.TypeFor[Rewriter]()
	checkerType  = reflect.TypeFor[Checker]()
)

// implements reports whether a value of type t, once addressable, has the
// methods of the interface.
func implements(t, iface reflect.Type) bool {
	return reflect.PointerTo(t).Implements(iface)
}
