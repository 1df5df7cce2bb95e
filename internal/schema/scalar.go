package schema

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// text decodes strings.
type text struct {
	enum    []string
	pattern *regexp.Regexp
	format  string
	length  bounds
	scalars bool // numbers and booleans become their JSON text
}

func (*text) typ() string { return "string" }

func (*text) single(v any) bool {
	_, ok := v.(string)
	return ok
}

func (t *text) decode(p *problems, at path, v any) (any, bool) {
	if t.scalars {
		v = scalarText(v)
	}
	s, ok := v.(string)
	if !ok {
		p.mismatch(at, "a string", v)
		return nil, false
	}
	s, breach := t.check(s, at.secret)
	if breach != "" {
		p.add(at, breach)
	}
	return s, true
}

func scalarText(v any) any {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return v
}

// check returns the string as it is meant, and the first rule that it breaks.
func (t *text) check(s string, secret bool) (string, string) {
	if len(t.enum) > 0 {
		return t.choose(s, secret)
	}
	if breach := t.length.countBreach(utf8.RuneCountInString(s), "characters"); breach != "" {
		return s, breach
	}
	if t.pattern != nil && !t.pattern.MatchString(s) {
		return s, "must match " + t.pattern.String() + ", got " + value(s, secret)
	}
	if t.format == "date-time" {
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			return s, "must be a date and time like 2026-01-31T09:30:00Z, got " + value(s, secret)
		}
	}
	return s, ""
}

// choose finds the value of the enum that is meant: the same one, or the only
// one that differs in nothing but case and surrounding space.
func (t *text) choose(s string, secret bool) (string, string) {
	if slices.Contains(t.enum, s) {
		return s, ""
	}
	var same []string
	for _, valid := range t.enum {
		if strings.EqualFold(strings.TrimSpace(s), valid) {
			same = append(same, valid)
		}
	}
	if len(same) == 1 {
		return same[0], ""
	}
	breach := "must be one of " + strings.Join(t.enum, ", ") + ", got " + value(s, secret)
	if near := Nearest(s, t.enum, 2); len(near) > 0 {
		breach += " (did you mean " + join(near, "or") + "?)"
	}
	return s, breach
}

// boolean decodes booleans.
type boolean struct{}

func (boolean) typ() string { return "boolean" }

func (boolean) single(any) bool { return false }

func (boolean) decode(p *problems, at path, v any) (any, bool) {
	if b, ok := v.(bool); ok {
		return b, true
	}
	s, _ := v.(string)
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	p.mismatch(at, "true or false", v)
	return nil, false
}
