package jinja

import (
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// state is one rendering.
type state struct {
	budget    *budget.Budget
	library   *library
	variables map[string]any // decoded JSON
	scope     *scope
	out       *writer
	line      int // of the node that is evaluated, for errors
}

// writer collects text.
type writer struct{ text strings.Builder }

// scope holds the names that a block has set, up to those of the template.
type scope struct {
	parent *scope
	names  []string
	values []any
}

func newState(b *budget.Budget, library *library, variables map[string]any) *state {
	return &state{budget: b, library: library, variables: variables, scope: &scope{}, out: &writer{}}
}

// step pays for steps.
func (s *state) step(n int) { must(s.budget.Spend(n)) }

// make pays for bytes before they are made.
func (s *state) make(n int) { must(s.budget.Allocate(n)) }

// makeTimes pays for bytes that are made several times; the product may be too large for an int.
func (s *state) makeTimes(n, times int) {
	if n > 0 && times > maxMake/n {
		s.make(-1)
	}
	s.make(n * times)
}

// maxMake is more than any budget has.
const maxMake = 1 << 50

// scan pays for reading bytes.
func (s *state) scan(n int) { must(s.budget.Scan(n)) }

// enter goes one level deeper; the caller leaves.
func (s *state) enter() { must(s.budget.Enter()) }

// leave comes back from one level.
func (s *state) leave() { s.budget.Leave(1) }

// write adds to the text that is made at present.
func (s *state) write(text string) {
	s.make(len(text))
	must(s.budget.Output(s.out.text.Len() + len(text)))
	s.out.text.WriteString(text)
}

// capture executes a body and returns its text.
func (s *state) capture(body []node) string {
	outer := s.out
	s.out = &writer{}
	s.exec(body)
	text := s.out.text.String()
	s.out = outer
	return text
}

// push opens a scope; the function that it returns closes it.
func (s *state) push(parent *scope) func() {
	outer := s.scope
	s.scope = &scope{parent: parent}
	return func() { s.scope = outer }
}

// set assigns a name in the current scope.
func (s *state) set(id string, value any) {
	s.step(1 + len(s.scope.names)/8)
	for i, known := range s.scope.names {
		if known == id {
			s.scope.values[i] = value
			return
		}
	}
	s.make(32)
	s.scope.names = append(s.scope.names, id)
	s.scope.values = append(s.scope.values, value)
}

// get returns what a name stands for.
func (s *state) get(id string) any {
	for scope := s.scope; scope != nil; scope = scope.parent {
		s.step(1 + len(scope.names)/8)
		for i, known := range scope.names {
			if known == id {
				return scope.values[i]
			}
		}
	}
	if value, ok := s.variables[id]; ok {
		return fromJSON(value)
	}
	if function, ok := s.library.functions[id]; ok {
		return function
	}
	return undefined{name: id}
}

// assign assigns a value to a target.
func (s *state) assign(t target, value any) {
	switch {
	case t.parts != nil:
		items := s.items(value)
		if len(items) != len(t.parts) {
			fail("there are %d values for %d names", len(items), len(t.parts))
		}
		for i, part := range t.parts {
			s.assign(part, items[i])
		}
	case t.attribute != "":
		space, ok := s.get(t.name).(*namespace)
		if !ok {
			fail("only an attribute of a namespace can be set: %q is none", t.name)
		}
		space.dict.set(s, t.attribute, value)
	default:
		s.set(t.name, value)
	}
}
