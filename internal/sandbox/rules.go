package sandbox

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// rule states what a JSON value must be. A body is checked against rules before it is decoded, so that every problem
// is reported, with its path, and an absent field is told from an empty one.
type rule interface {
	check(at string, value any, to *problems)
	// prune takes the names that the rule does not know out of value and adds their paths to cut. It cuts nothing out
	// of a value that is not what the rule wants.
	prune(at string, value any, cut *[]string)
}

// leaf is part of the rules of values in which no names are known, or all are.
type leaf struct{}

func (leaf) prune(string, any, *[]string) {}

// problems collects what is wrong with a request.
type problems []string

func (p *problems) add(at, format string, args ...any) {
	*p = append(*p, at+": "+fmt.Sprintf(format, args...))
}

// fault is nil when there are no problems.
func (p problems) fault() error {
	if len(p) == 0 {
		return nil
	}
	return invalid("%s", strings.Join(p, "; "))
}

type text struct {
	leaf

	Min, Max int // characters; Max 0: any length
	Match    *regexp.Regexp
	OneOf    []string
	Format   string // "url" or "email"
}

func (r text) check(at string, value any, to *problems) {
	s, ok := value.(string)
	if !ok {
		to.add(at, "must be a string, got %s", kindOf(value))
		return
	}
	length := utf8.RuneCountInString(s)
	switch {
	case length < r.Min && length == 0:
		to.add(at, "must not be empty")
	case length < r.Min:
		to.add(at, "must have at least %d characters, got %d", r.Min, length)
	case r.Max > 0 && length > r.Max:
		to.add(at, "must have at most %d characters, got %d", r.Max, length)
	case r.Match != nil && !r.Match.MatchString(s):
		to.add(at, "must match %s, got %q", r.Match, truncate.Runes(s, 60))
	case r.OneOf != nil && !slices.Contains(r.OneOf, s):
		to.add(at, "must be one of %s, got %q", strings.Join(r.OneOf, ", "), truncate.Runes(s, 60))
	case r.Format == "url" && !isURL(s):
		to.add(at, "must be an http or https URL")
	case r.Format == "email" && !isEmail(s):
		to.add(at, "must be an email address")
	}
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
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

func (r number) check(at string, value any, to *problems) {
	if value == nil && r.Null {
		return
	}
	n, ok := value.(json.Number)
	if !ok {
		to.add(at, "must be a number, got %s", kindOf(value))
		return
	}
	if _, err := strconv.Atoi(n.String()); err != nil && r.Whole {
		to.add(at, "must be a whole number, got %s", n)
		return
	}
	f, err := n.Float64()
	switch {
	case err != nil:
		to.add(at, "is out of range")
	case (r.Min != 0 || r.Unsigned) && f < r.Min:
		to.add(at, "must be at least %v, got %s", r.Min, n)
	case r.Max != 0 && f > r.Max:
		to.add(at, "must be at most %v, got %s", r.Max, n)
	}
}

type boolean struct{ leaf }

func (boolean) check(at string, value any, to *problems) {
	if _, ok := value.(bool); !ok {
		to.add(at, "must be true or false, got %s", kindOf(value))
	}
}

type anything struct{ leaf }

func (anything) check(string, any, *problems) {}

type list struct {
	Of       rule
	Min, Max int // Max 0: any length
	Null     bool
}

func (r list) check(at string, value any, to *problems) {
	if value == nil && r.Null {
		return
	}
	items, ok := value.([]any)
	if !ok {
		to.add(at, "must be an array, got %s", kindOf(value))
		return
	}
	if len(items) < r.Min {
		to.add(at, "must have at least %d entries, got %d", r.Min, len(items))
	}
	if r.Max > 0 && len(items) > r.Max {
		to.add(at, "must have at most %d entries, got %d", r.Max, len(items))
	}
	for i, item := range items {
		r.Of.check(entry(at, i), item, to)
	}
}

func (r list) prune(at string, value any, cut *[]string) {
	items, _ := value.([]any)
	for i, item := range items {
		r.Of.prune(entry(at, i), item, cut)
	}
}

func entry(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

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
