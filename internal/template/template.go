// Package template renders templates with variables, in the three engines of the Agents API: text, jinja and mustache.
//
// Templates are untrusted input. Whatever one does, it ends within a budget of steps, bytes, depth and time, or when its
// caller leaves; and no template can read a file. [Fill] is what most callers want.
package template

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
	"github.com/orq-mcp/orq-mcp/internal/template/jinja"
	"github.com/orq-mcp/orq-mcp/internal/template/mustache"
)

// maxTemplate bounds templates of jinja and mustache, in characters.
const maxTemplate = 50_000

// Limits bound the evaluation of templates; the zero value has the defaults.
type Limits = budget.Limits

// Budget is what is left of the limits for the templates that share it. It belongs to one goroutine.
type Budget = budget.Budget

// NewBudget returns a budget of which nothing is spent.
func NewBudget(limits Limits) *Budget { return budget.New(limits) }

// Fill parses a template of an engine, jinja or mustache, and fills in variables, which it does not change; any other engine
// is text, which accepts every template.
//
// Errors complete a sentence about the template: "is no jinja template: ...", "cannot be filled in by jinja: ...".
func Fill(ctx context.Context, b *Budget, engine, source string, variables map[string]any) (_ string, err error) {
	defer recovered(engine, &err)
	parsed, err := parse(ctx, b, engine, source)
	if err != nil {
		return "", err
	}
	text, err := parsed.Render(ctx, b, variables)
	if err != nil {
		return "", notFilledIn(engine, err)
	}
	return text, nil
}

func notFilledIn(engine string, err error) error {
	return fmt.Errorf("cannot be filled in by %s: %w", engine, err)
}

// Check reports why a template cannot be parsed, as Fill does.
func Check(ctx context.Context, b *Budget, engine, source string) (err error) {
	defer recovered(engine, &err)
	_, err = parse(ctx, b, engine, source)
	return err
}

// Exceeded reports whether a template was refused because of its budget, or stopped because its caller has left.
func Exceeded(err error) bool {
	_, exceeded := errors.AsType[*budget.ExceededError](err)
	return exceeded || errors.Is(err, budget.ErrStopped)
}

// renderer is a parsed template.
type renderer interface {
	Render(ctx context.Context, b *Budget, variables map[string]any) (string, error)
}

func parse(ctx context.Context, b *Budget, engine, source string) (parsed renderer, err error) {
	if engine != "jinja" && engine != "mustache" {
		return textTemplate(source), nil
	}
	if n := utf8.RuneCountInString(source); n > maxTemplate {
		return nil, fmt.Errorf("has %d characters; templates of %s have at most %d", n, engine, maxTemplate)
	}
	if engine == "jinja" {
		parsed, err = jinja.Parse(ctx, b, source)
	} else {
		parsed, err = mustache.Parse(ctx, b, source)
	}
	switch {
	case err == nil:
		return parsed, nil
	case Exceeded(err):
		return nil, notFilledIn(engine, err)
	}
	return nil, fmt.Errorf("is no %s template: %w", engine, err)
}

// recovered, when deferred, turns a panic of an engine into an error: no template ends the program.
func recovered(engine string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("made the engine %s fail: %v", engine, p)
	}
}
