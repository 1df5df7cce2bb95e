package validate

import (
	"encoding/json"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// rule states what a JSON value must be.
type rule interface {
	// check adds what is wrong with the value at a path.
	check(at string, value any, problems *apierror.Problems)
	// prune removes the fields that the rule does not know from value and adds their paths to removed. It removes nothing
	// from a value that is not of the rule's type.
	prune(at string, value any, removed *[]string)
}

// leaf is embedded in the rules of values that have no fields, or any.
type leaf struct{}

func (leaf) prune(string, any, *[]string) {}

type text struct {
	leaf

	Min, Max int // characters; Max 0: any length
	Match    *regexp.Regexp
	OneOf    []string
	Format   string // "url" or "email"
	Null     bool
}

func (r text) check(at string, value any, problems *apierror.Problems) {
	if value == nil && r.Null {
		return
	}
	s, ok := value.(string)
	if !ok {
		problems.Add(at, "must be a string, got %s", kindOf(value))
		return
	}
	length := utf8.RuneCountInString(s)
	switch {
	case length < r.Min && length == 0:
		problems.Add(at, "must not be empty")
	case length < r.Min:
		problems.Add(at, "must have at least %d characters, got %d", r.Min, length)
	case r.Max > 0 && length > r.Max:
		problems.Add(at, "must have at most %d characters, got %d", r.Max, length)
	case r.Match != nil && !r.Match.MatchString(s):
		problems.Add(at, "must match %s, got %q", r.Match, truncate.Runes(s, 60))
	case r.OneOf != nil && !slices.Contains(r.OneOf, s):
		problems.Add(at, "must be one of %s, got %q", strings.Join(r.OneOf, ", "), truncate.Runes(s, 60))
	case r.Format == "url" && !isURL(s):
		problems.Add(at, "must be an http or https URL")
	case r.Format == "email" && !isEmail(s):
		problems.Add(at, "must be an email address")
	}
}

// emptyOr is an empty string, or what satisfies the text.
type emptyOr struct{ text }

func (r emptyOr) check(at string, value any, problems *apierror.Problems) {
	if value != "" {
		r.text.check(at, value, problems)
	}
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && orq.IsHTTP(u)
}

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s
}

// number bounds are inclusive; Max 0 means none.
type number struct {
	leaf

	Min, Max float64
	Unsigned bool // Min holds also when it is 0
	Whole    bool
	Null     bool
}

func (r number) check(at string, value any, problems *apierror.Problems) {
	if value == nil && r.Null {
		return
	}
	n, ok := value.(json.Number)
	if !ok {
		problems.Add(at, "must be a number, got %s", kindOf(value))
		return
	}
	if _, err := strconv.Atoi(n.String()); err != nil && r.Whole {
		problems.Add(at, "must be a whole number, got %s", n)
		return
	}
	f, err := n.Float64()
	switch {
	case err != nil:
		problems.Add(at, "is out of range")
	case (r.Min != 0 || r.Unsigned) && f < r.Min:
		problems.Add(at, "must be at least %v, got %s", r.Min, n)
	case r.Max != 0 && f > r.Max:
		problems.Add(at, "must be at most %v, got %s", r.Max, n)
	}
}

type boolean struct{ leaf }

func (boolean) check(at string, value any, problems *apierror.Problems) {
	if _, ok := value.(bool); !ok {
		problems.Add(at, "must be true or false, got %s", kindOf(value))
	}
}

type anything struct{ leaf }

func (anything) check(string, any, *apierror.Problems) {}

type list struct {
	Of       rule
	Min, Max int // Max 0: any length
	Null     bool
}

func (r list) check(at string, value any, problems *apierror.Problems) {
	if value == nil && r.Null {
		return
	}
	items, ok := value.([]any)
	if !ok {
		problems.Add(at, "must be an array, got %s", kindOf(value))
		return
	}
	if len(items) < r.Min {
		problems.Add(at, "must have at least %d entries, got %d", r.Min, len(items))
	}
	if r.Max > 0 && len(items) > r.Max {
		problems.Add(at, "must have at most %d entries, got %d", r.Max, len(items))
	}
	for i, item := range items {
		r.Of.check(fieldpath.Index(at, i), item, problems)
	}
}

func (r list) prune(at string, value any, removed *[]string) {
	items, _ := value.([]any)
	for i, item := range items {
		r.Of.prune(fieldpath.Index(at, i), item, removed)
	}
}

// kindOf names the JSON type of value.
func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "a boolean"
	case []any:
		return "an array"
	}
	return "an object"
}
