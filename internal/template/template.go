// Package template renders templates with variables, in the three engines of the Agents API: text, jinja and mustache.
//
// Templates are untrusted input. The size of a template, of its output and of its expressions is bounded, a panic of a
// library becomes an error, and no template can read a file.
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
	// maxRendered bounds the output of such a template, in bytes.
	maxRendered = 1 << 20
)

// Template renders a parsed template. It does not change the variables.
type Template func(variables map[string]any) (string, error)

// Parse parses source for an engine: jinja or mustache; any other is text, which accepts every source.
//
// Errors complete a sentence about the template: "is no jinja template: ...".
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

// recovered, when deferred, turns a panic of a template library into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%v", p)
	}
}

// output collects what a template writes, up to maxRendered bytes.
type output struct{ text strings.Builder }

// Write fails when the output grows larger than maxRendered.
func (o *output) Write(p []byte) (int, error) {
	if o.text.Len()+len(p) > maxRendered {
		return 0, fmt.Errorf("it makes more than %d bytes", maxRendered)
	}
	return o.text.Write(p)
}

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}`)

// Placeholders returns the names of the variables in a text template, in order and with repetitions.
func Placeholders(source string) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(source, -1) {
		names = append(names, match[1])
	}
	return names
}

// renderText replaces each {{name}} by its variable, as JSON unless it is a string. A name without a variable stays.
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

// plainVariables copies variables, so that no template changes them, and converts whole numbers to integers: 3, not 3.0.
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
	case json.Number: // decoded with all its digits
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		if f, err := v.Float64(); err == nil {
			return plainValue(f)
		}
	case float64:
		if n, err := strconv.ParseInt(strconv.FormatFloat(v, 'f', -1, 64), 10, 64); err == nil { // digits as in JSON
			return int(n)
		}
	}
	return value
}
