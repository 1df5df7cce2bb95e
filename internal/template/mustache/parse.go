package mustache

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// scanner splits a template into texts and tags, each a node without a body.
type scanner struct {
	budget           *budget.Budget
	rest             string
	line             int
	opening, closing string // delimiters
	nodes            []node

	// About the current line, which is removed if it holds tags that print nothing, and otherwise only white space.
	blanks          []int // nodes of white space
	hasTag, hasText bool
}

// tags returns the nodes; closing tags have the kind /.
func (s *scanner) tags() ([]node, error) {
	for s.rest != "" {
		text, rest, found := strings.Cut(s.rest, s.opening)
		for line := range strings.Lines(text) {
			if err := s.text(line); err != nil {
				return nil, err
			}
		}
		if !found {
			break
		}
		s.rest = rest
		if err := s.tag(); err != nil {
			return nil, err
		}
	}
	s.endLine()
	return s.nodes, nil
}

func (s *scanner) add(n node) error {
	n.line = s.line
	s.nodes = append(s.nodes, n)
	return s.budget.Scan(len(n.text) + len(n.name))
}

// text takes text, with at most one line break, at its end.
func (s *scanner) text(text string) error {
	if strings.TrimFunc(text, unicode.IsSpace) == "" {
		s.blanks = append(s.blanks, len(s.nodes))
	} else {
		s.hasText = true
	}
	err := s.add(node{text: text})
	if strings.HasSuffix(text, "\n") {
		s.endLine()
		s.line++
	}
	return err
}

// endLine removes the white space of a line that holds nothing but tags that print nothing.
func (s *scanner) endLine() {
	if s.hasTag && !s.hasText {
		for _, i := range s.blanks {
			s.nodes[i].text = ""
		}
	}
	s.blanks, s.hasTag, s.hasText = s.blanks[:0], false, false
}

// tag takes a tag after its opening delimiter.
func (s *scanner) tag() error {
	s.rest = strings.TrimLeftFunc(s.rest, s.countLine)
	kind := byte('&')
	if s.rest != "" && strings.IndexByte("#^/>{&=!", s.rest[0]) >= 0 {
		kind, s.rest = s.rest[0], s.rest[1:]
	}
	content, closing, found := "", s.closing, true
	switch kind {
	case '{':
		closing = "}" + closing
	case '=':
		content, s.rest, found = strings.Cut(s.rest, "=")
	}
	before, rest, closed := strings.Cut(s.rest, closing)
	if !found || !closed {
		return errors.New("the tag has no end: " + closing + " is missing")
	}
	if kind != '=' {
		content = before
	}
	s.rest = rest
	line := s.line
	s.line += strings.Count(content, "\n")
	name := strings.TrimFunc(content, unicode.IsSpace)
	s.hasTag = true
	switch kind {
	case '!':
		return nil
	case '>':
		s.line = line
		return errors.New("there are no partials here")
	case '=':
		return s.delimiters(name)
	case '{', '&':
		kind, s.hasText = '&', true
	}
	return s.add(node{kind: kind, name: name})
}

// countLine reports whether r is white space, and counts line breaks.
func (s *scanner) countLine(r rune) bool {
	if r == '\n' {
		s.line++
	}
	return unicode.IsSpace(r)
}

// delimiters sets others.
func (s *scanner) delimiters(both string) error {
	pair := strings.Fields(both)
	if len(pair) != 2 {
		return errors.New("a tag that sets delimiters names two")
	}
	s.opening, s.closing = pair[0], pair[1]
	return nil
}

// tree puts the nodes into the sections that they are in.
type tree struct {
	budget *budget.Budget
	tags   []node
	line   int
}

// body takes the nodes up to the closing tag of a section, or all without one.
func (t *tree) body(section node) ([]node, error) {
	if err := t.budget.Enter(); err != nil {
		return nil, err
	}
	defer t.budget.Leave(1)
	var body []node
	for len(t.tags) > 0 {
		n := t.tags[0]
		t.tags, t.line = t.tags[1:], n.line
		switch n.kind {
		case '#', '^':
			var err error
			if n.body, err = t.body(n); err != nil {
				return nil, err
			}
		case '/':
			switch {
			case section.kind == 0:
				return nil, fmt.Errorf("the closing tag of %s has no opening one", shown(n.name))
			case n.name != section.name:
				return nil, fmt.Errorf("the section %s is closed as %s", shown(section.name), shown(n.name))
			}
			return body, nil
		case 0:
			if n.text == "" {
				continue
			}
		}
		body = append(body, n)
	}
	if section.kind != 0 {
		t.line = section.line
		return nil, fmt.Errorf("Section %s has no closing tag", shown(section.name)) //nolint:staticcheck // begins a sentence after the line
	}
	return body, nil
}

// shown returns a name as errors show it.
func shown(name string) string {
	if len(name) > 60 {
		return "with a long name"
	}
	return name
}
