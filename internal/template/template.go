// Package template fills variables into texts, in the three ways that the Agents API knows: text, jinja and mustache.
package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxTemplate bounds templates of jinja and mustache, in characters: their parsers recurse.
	maxTemplate = 50_000
	// maxRendered bounds what such a template makes, in bytes.
	maxRendered = 1 << 20
)

// Template fills in variables. It changes none of them.
type Template func(variables map[string]any) (string, error)

// Parse reads source as engine does; an engine that is not named is text.
func Parse(engine, source string) (Template, error) {
	parse := map[string]func(string) (Template, error){"jinja": parseJinja, "mustache": parseMustache}[engine]
	if parse == nil {
		return func(variables map[string]any) (string, error) { return renderText(source, variables), nil }, nil
	}
	if n := utf8.RuneCountInString(source); n > maxTemplate {
		return nil, fmt.Errorf("has %d characters; templates of %s have at most %d", n, engine, maxTemplate)
	}
	parsed, err := parse(source)
	if err != nil {
		return nil, fmt.Errorf("is no %s template: %w", engine, err)
	}
	return func(variables map[string]any) (string, error) {
		text, err := parsed(plainVariables(variables))
		if err != nil {
			return "", fmt.Errorf("cannot be filled in by %s: %w", engine, err)
		}
		return text, nil
	}, nil
}

// recovered turns a panic of a template library into an error: templates are a stranger's input.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%v", p)
	}
}

// rendered collects what a template makes.
type rendered struct{ text strings.Builder }

// Write takes maxRendered bytes.
func (r *rendered) Write(p []byte) (int, error) {
	if r.text.Len()+len(p) > maxRendered {
		return 0, fmt.Errorf("it makes more than %d bytes", maxRendered)
	}
	return r.text.Write(p)
}

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}`)

// Placeholders are the names that a text template wants filled in, in order.
func Placeholders(source string) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(source, -1) {
		names = append(names, match[1])
	}
	return names
}

// renderText fills {{name}} from variables; a name that is not given stays as it is.
func renderText(source string, variables map[string]any) string {
	return placeholder.ReplaceAllStringFunc(source, func(match string) string {
		value, ok := variables[placeholder.FindStringSubmatch(match)[1]]
		if !ok {
			return match
		}
		if s, ok := value.(string); ok {
			return s
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return match
		}
		return string(encoded)
	})
}

// plainVariables copies variables, so that no template changes them, and makes whole numbers integers: 3, not 3.0.
func plainVariables(variables map[string]any) map[string]any {
	plain := make(map[string]any, len(variables))
	for name, value := range variables {
		plain[name] = plainValue(value)
	}
	return plain
}

func plainValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return plainVariables(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plainValue(item)
		}
		return list
	case json.Number: // a reader kept all its digits
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		if f, err := v.Float64(); err == nil {
			return plainValue(f)
		}
	case float64:
		if n, err := strconv.ParseInt(strconv.FormatFloat(v, 'f', -1, 64), 10, 64); err == nil { // the digits of its JSON
			return int(n)
		}
	}
	return value
}
