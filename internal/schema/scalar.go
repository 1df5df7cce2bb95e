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

// stringDecoder decodes strings.
type stringDecoder struct {
	enum    []string
	open    bool // pass on values that the enum lacks, as OpenEnum describes
	pattern *regexp.Regexp
	format  string
	length  bounds
	scalars bool // accept numbers and booleans as their JSON text
}

func (*stringDecoder) typ() string { return "string" }

func (*stringDecoder) acceptsElement(v any) bool {
	_, ok := v.(string)
	return ok
}

func (t *stringDecoder) decode(p *problems, at path, v any) (any, bool) {
	if t.scalars {
		v = scalarText(v)
	}
	s, ok := v.(string)
	if !ok {
		p.mismatch(at, "a string", v)
		return nil, false
	}
	s, violation := t.check(s, at.secret)
	if violation != "" {
		p.add(at, violation)
	} else {
		t.remark(p, at, s)
	}
	return s, true
}

// remark adds a remark if s is a valid value that the enum lacks.
func (t *stringDecoder) remark(p *problems, at path, s string) {
	if len(t.enum) > 0 && !slices.Contains(t.enum, s) {
		p.remark(at, OpenEnum(t.enum).Remark(s))
	}
}

// scalarText returns the JSON text of a number or boolean, and other values unchanged.
func scalarText(v any) any {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return v
}

// check returns the string, in the spelling of its enum value, and a message for the first rule that it violates.
func (t *stringDecoder) check(s string, secret bool) (string, string) {
	if len(t.enum) > 0 {
		return t.matchEnum(s, secret)
	}
	if violation := t.length.countViolation(utf8.RuneCountInString(s), "characters"); violation != "" {
		return s, violation
	}
	if t.pattern != nil && !t.pattern.MatchString(s) {
		return s, "must match " + t.pattern.String() + ", got " + shortValue(s, secret)
	}
	if t.format == "date-time" {
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			return s, "must be a date and time like 2026-01-31T09:30:00Z, got " + shortValue(s, secret)
		}
	}
	return s, ""
}

// matchEnum returns the enum value that equals s, or the only one that equals it
// apart from case and surrounding space, or s itself if the enum is open and passes it
// on. Otherwise it returns s and a message.
func (t *stringDecoder) matchEnum(s string, secret bool) (string, string) {
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
	if t.open && !secret && OpenEnum(t.enum).PassesOn(s) {
		return s, ""
	}
	violation := "must be one of " + strings.Join(t.enum, ", ") + ", got " + shortValue(s, secret)
	if near := Nearest(s, t.enum, 2); len(near) > 0 {
		violation += " (did you mean " + join(near, "or") + "?)"
	}
	return s, violation
}

// booleanDecoder decodes booleans.
type booleanDecoder struct{}

func (booleanDecoder) typ() string { return "boolean" }

func (booleanDecoder) acceptsElement(any) bool { return false }

func (booleanDecoder) decode(p *problems, at path, v any) (any, bool) {
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
