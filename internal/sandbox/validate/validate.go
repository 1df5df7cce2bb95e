// Package validate checks the bodies of requests to the Agents API and decodes what it has checked. All problems of a body
// are reported at once, each with its path, and an absent field is distinguished from an empty one.
//
// The rules of each operation are data, built from a few kinds of rules: values.go has those of simple values and lists,
// object.go those of objects; agents.go, model.go and runs.go put them together.
package validate

import (
	"cmp"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

// Decode checks a body against rules and decodes the fields that they know. Unknown fields are ignored, as the service
// does. The error is an *apierror.Error.
func Decode(body []byte, rules Object, into any) error {
	value, problems, _, err := check(body, rules)
	if err != nil {
		return err
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return fill(into, value)
}

// DecodeStrict is Decode for a body in which each unknown field is a mistake.
func DecodeStrict(body []byte, rules Object, into any) error {
	value, problems, unknown, err := check(body, rules)
	if err != nil {
		return err
	}
	for _, path := range unknown {
		problems.Add(path, "unknown field")
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return fill(into, value)
}

// check returns the fields of a body that rules know, what is wrong with them, and the paths of the unknown fields.
func check(body []byte, rules Object) (value any, problems apierror.Problems, unknown []string, err error) {
	if err := exactjson.Unmarshal(body, &value); err != nil {
		return nil, nil, nil, apierror.Invalid("body: is not JSON: %s", cmp.Or(errortext.Syntax(err), err.Error()))
	}
	rules.check("", value, &problems)
	rules.prune("", value, &unknown)
	return value, problems, unknown, nil
}

// fill decodes the checked value instead of the body: encoding/json would accept a name in other capitals for the known
// one, and merge equal names.
func fill(into, known any) error {
	body, err := exactjson.Marshal(known)
	if err != nil {
		return err
	}
	if err := exactjson.Unmarshal(body, into); err != nil {
		return apierror.Invalid("body: %v", err)
	}
	return nil
}
