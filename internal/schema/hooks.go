package schema

import "reflect"

// Rewriter is implemented by structs that accept other spellings of their
// fields. RewriteArguments converts the object, as sent, to the advertised form. It
// is called on a zero value before keys are checked, and must keep no state. Values
// are as decoded by encoding/json with UseNumber, of any type.
type Rewriter interface {
	RewriteArguments(obj map[string]any)
}

// Checker is implemented by types with rules that a schema cannot express.
// CheckArguments is called on each decoded value of the type, at any depth, and
// reports all violations with a path relative to the value: "" for the value
// itself, "tool_id", "headers.name", "[2].key". Messages must not contain values that
// may be secret.
//
// A value is not checked if a part of it could not be decoded. It is checked if it
// only lacks a required field, violates a bound, a pattern or an enum, or has unknown
// keys. A report is dropped if there is another problem at its path or below.
type Checker interface {
	CheckArguments(report func(path, message string))
}

// Remarker is implemented by types that accept values that they do not know.
// RemarkArguments is called on each decoded value of the type, as CheckArguments is, and
// describes such values. The remarks do not prevent the call.
type Remarker interface {
	RemarkArguments(remark func(path, message string))
}

// Briefer is implemented by root structs that replace the schema of some fields by a
// description, to save tokens where another tool advertises the same fields in full.
// BriefArguments returns, by field name, the description of an object or of a list of
// objects. Decoding and checks stay the same.
type Briefer interface {
	BriefArguments() map[string]string
}

var (
	brieferType  = reflect.TypeFor[Briefer]()
	rewriterType = reflect.TypeFor[Rewriter]()
	checkerType  = reflect.TypeFor[Checker]()
	remarkerType = reflect.TypeFor[Remarker]()
)

// method is the only method of an interface. Its name is written out: a program that asks reflection for one keeps the
// exported methods of all its types, which is 2 MB here.
type method struct {
	of   reflect.Type
	name string
}

// implements reports whether an addressable value of type t implements iface.
func implements(t, iface reflect.Type) bool {
	return reflect.PointerTo(t).Implements(iface)
}
