// Package jinja renders the part of the Jinja2 template language that prompts use, within a budget.
//
// What a template computes is what Jinja2 3.1 computes in its default configuration: undefined names are empty, nothing is
// escaped, and a newline at the end of the template is removed. There is no way to another template or file, and no way to
// change a variable: include, import, extends and block are refused, and so are methods such as append.
//
// A template is parsed into nodes (parser.go, expressions.go), which a state evaluates (state.go, exec.go, eval.go). Values
// are nil, bool, int64, *big.Int, float64, string, markup, *list, *dict, undefined, *namespace, *loop and function (value.go).
// Failures are panics of type failure up to Parse and Render, so that evaluation reads like the language it evaluates.
package jinja

import (
	"context"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// Template is a parsed template. It may be rendered by several goroutines at once.
type Template struct{ body []node }

// shared holds the filters, tests and functions, which never change.
var shared = sync.OnceValue(newLibrary)

// Parse parses a template. The error names the line.
func Parse(ctx context.Context, b *budget.Budget, source string) (_ *Template, err error) {
	b.Start(ctx)
	defer b.Stop()
	p := &parser{library: shared(), budget: b}
	defer recoverFailure(&err, &p.line)
	p.tokens = newLexer(b, source).all()
	return &Template{p.template()}, nil
}

// Render fills in variables, which it does not change: decoded JSON, with numbers as json.Number or float64. The error names
// the line.
func (t *Template) Render(ctx context.Context, b *budget.Budget, variables map[string]any) (_ string, err error) {
	b.Start(ctx)
	defer b.Stop()
	s := newState(b, shared(), variables)
	defer recoverFailure(&err, &s.line)
	s.exec(t.body)
	return s.out.text.String(), nil
}
