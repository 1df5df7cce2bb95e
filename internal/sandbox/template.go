package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	// maxTemplate bounds templates of jinja and mustache, in characters: their parsers recurse.
	maxTemplate = 50_000
	// maxRendered bounds what such a template makes, in bytes.
	maxRendered = 1 << 20
)

// template fills in variables.
type template func(variables map[string]any) (string, error)

// parseTemplate reads source as engine does; an engine that is not named is text.
func parseTemplate(engine, source string) (template, error) {
	parse := map[string]func(string) (template, error){"jinja": parseJinja, "mustache": parseMustache}[engine]
	if parse == nil {
		return func(variables map[string]any) (string, error) { return renderText(source, variables), nil }, nil
	}
	if n := utf8.RuneCountInString(source); n > maxTemplate {
		return nil, fmt.Errorf("has %d characters; the sandbox takes %s templates of at most %d", n, engine, maxTemplate)
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

// prompt is what an agent is told before any message.
type prompt struct{ system, instructions string }

// newPrompt fills in the variables of an agent's templates. An error names the field.
func newPrompt(agent orq.Agent, engine string, variables map[string]any) (prompt, error) {
	var found problems
	fill := func(field, source string) string {
		parsed, err := parseTemplate(engine, source)
		if err == nil {
			source, err = parsed(variables)
		}
		if err != nil {
			found.add(field, "%v", err)
		}
		return source
	}
	p := prompt{fill("system_prompt", agent.SystemPrompt), fill("instructions", agent.Instructions)}
	return p, found.fault()
}

// checkTemplates refuses an agent whose engine cannot read its templates.
func checkTemplates(agent orq.Agent) error {
	var found problems
	for _, field := range [][2]string{{"system_prompt", agent.SystemPrompt}, {"instructions", agent.Instructions}} {
		if _, err := parseTemplate(agent.Engine, field[1]); err != nil {
			found.add(field[0], "%v", err)
		}
	}
	return found.fault()
}

// renderMessage fills in the variables of what a user wrote. A message that is no template stays as it is: nobody has to
// know the agent's engine to talk to it.
func renderMessage(engine, message string, variables map[string]any) string {
	parsed, err := parseTemplate(engine, message)
	if err != nil {
		return message
	}
	text, err := parsed(variables)
	if err != nil {
		return message
	}
	return text
}

// recoverTemplate turns a panic of a template library into an error: templates are a stranger's input.
func recoverTemplate(err *error) {
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

// renderText fills {{name}} from variables; a name that is not given stays as it is.
func renderText(template string, variables map[string]any) string {
	return placeholder.ReplaceAllStringFunc(template, func(match string) string {
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
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int(v)
		}
	}
	return value
}

// withPlaceholders adds the placeholders of template that have no value, as empty ones.
func withPlaceholders(variables map[string]any, template string) map[string]any {
	all := map[string]any{}
	for _, match := range placeholder.FindAllStringSubmatch(template, -1) {
		all[match[1]] = ""
	}
	maps.Copy(all, variables)
	return all
}

// shorten cuts text to at most limit characters, and shows that it did.
func shorten(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
