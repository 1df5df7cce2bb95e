package schema

import "strings"

// Problem is one thing that is wrong, and where.
type Problem struct {
	// Path is like tools[2].tool_id; it is empty for the whole value.
	Path string
	// Message says what was received and what is valid, for a model to act on.
	Message string
}

// String is the problem in one line.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// ArgumentError says why the arguments of a call were refused. It holds all
// problems of the call, in the order of the fields, and no value from under a
// key that looks like a credential.
type ArgumentError struct {
	Problems []Problem
}

// Error joins all problems.
func (e *ArgumentError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "; ")
}

func refuse(message string) *ArgumentError {
	return &ArgumentError{Problems: []Problem{{Message: message}}}
}

// maxProblems bounds what one call can make us report.
const maxProblems = 50

// problems collects what is wrong with the arguments of one call.
type problems struct {
	list []Problem
}

func (p *problems) add(at path, message string) {
	switch {
	case len(p.list) < maxProblems:
		p.list = append(p.list, Problem{Path: at.text, Message: message})
	case len(p.list) == maxProblems:
		p.list = append(p.list, Problem{Message: "and more"})
	}
}

func (p *problems) full() bool {
	return len(p.list) > maxProblems
}

// within reports whether there is a problem at a path or below it.
func (p *problems) within(at path) bool {
	for _, each := range p.list {
		below, ok := strings.CutPrefix(each.Path, at.text)
		if ok && (at.text == "" || below == "" || below[0] == '.' || below[0] == '[') {
			return true
		}
	}
	return false
}

// mismatch adds the problem of a value that is not what it has to be.
func (p *problems) mismatch(at path, want string, v any) {
	p.add(at, "must be "+want+", got "+received(v, at.secret))
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &ArgumentError{Problems: p.list}
}
