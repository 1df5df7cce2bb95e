// Package mustache renders mustache templates within a budget, as mustache.js 4.2 does but for these differences:
//
//   - Nothing is escaped for HTML: models read the text, not browsers.
//   - Lists and objects are filled in as JSON, and numbers with their digits.
//   - There are no partials and no functions.
package mustache

import (
	"context"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
	"github.com/orq-mcp/orq-mcp/internal/template/jsontext"
)

// Template is a parsed template. It may be rendered by several goroutines at once.
type Template struct{ body []node }

// node is a piece of a template: text, a variable or a section.
type node struct {
	kind byte // of its tag: # ^ or & for a variable; 0 is text
	text string
	name string
	line int
	body []node // of a section
}

// Parse parses a template. The error names the line.
func Parse(ctx context.Context, b *budget.Budget, source string) (*Template, error) {
	b.Start(ctx)
	defer b.Stop()
	s := &scanner{budget: b, rest: source, line: 1, opening: "{{", closing: "}}"}
	s.nodes = make([]node, 0, min(1+2*strings.Count(source, "{{")+strings.Count(source, "\n"), 4096))
	tags, err := s.tags()
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", s.line, err)
	}
	t := &tree{budget: b, tags: tags}
	body, err := t.body(node{})
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", t.line, err)
	}
	return &Template{body}, nil
}

// Render fills in variables: decoded JSON, which it does not change. The error names the line.
func (t *Template) Render(ctx context.Context, b *budget.Budget, variables map[string]any) (string, error) {
	b.Start(ctx)
	defer b.Stop()
	r := &renderer{budget: b, line: 1}
	if err := r.render(t.body, &frame{value: variables}); err != nil {
		return "", fmt.Errorf("line %d: %w", r.line, err)
	}
	return r.out.String(), nil
}

// renderer is one rendering.
type renderer struct {
	budget *budget.Budget
	out    strings.Builder
	line   int
}

func (r *renderer) write(text string) error {
	if err := r.budget.Allocate(len(text)); err != nil {
		return err
	}
	if err := r.budget.Output(r.out.Len() + len(text)); err != nil {
		return err
	}
	r.out.WriteString(text)
	return nil
}

func (r *renderer) render(body []node, f *frame) error {
	if err := r.budget.Enter(); err != nil {
		return err
	}
	defer r.budget.Leave(1)
	for i := range body {
		if err := r.node(&body[i], f); err != nil {
			return err
		}
	}
	return nil
}

func (r *renderer) node(n *node, f *frame) error {
	if err := r.budget.Spend(1); err != nil {
		return err
	}
	if n.kind == 0 {
		return r.write(n.text)
	}
	r.line = n.line
	value, err := f.lookup(r.budget, n.name)
	switch {
	case err != nil:
		return err
	case n.kind == '#':
		return r.section(n, f, value)
	case n.kind == '^':
		if isEmpty(value) {
			return r.render(n.body, f)
		}
		return nil
	case value == nil:
		return nil
	}
	text, err := jsontext.Of(r.budget, value)
	if err != nil {
		return err
	}
	return r.write(text)
}

// section renders a section once for each item of a list, or once for any other value that is not empty, which its names
// then are looked up in.
func (r *renderer) section(n *node, f *frame, value any) error {
	if isEmpty(value) {
		return nil
	}
	items, isList := value.([]any)
	if !isList {
		items = []any{value}
	}
	if value == true {
		return r.render(n.body, f)
	}
	for _, item := range items {
		if err := r.render(n.body, &frame{value: plain(item), parent: f}); err != nil {
			return err
		}
	}
	return nil
}
