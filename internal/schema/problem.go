package schema

import "strings"

// Problem is one error in the arguments of a call, and its path.
type Problem struct {
	// Path is such as tools[2].tool_id; empty for the whole value.
	Path string
	// Message describes the received value and what is valid, for a model to act on.
	Message string
}

// String returns the problem as one line.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// ArgumentError holds all problems of the arguments of a call, in the order of the
// fields. It contains no value of a key that looks like a credential.
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

// newArgumentError returns an error with one problem of the whole value.
func newArgumentError(message string) *ArgumentError {
	return &ArgumentError{Problems: []Problem{{Message: message}}}
}

// maxProblems is the maximum number of problems that are reported for one call.
const maxProblems = 50

// problems collects the problems of one call.
type problems struct {
	list    []Problem
	remarks []Problem // of valid values
}

// remark adds a remark about a valid value.
func (p *problems) remark(at path, message string) {
	if len(p.remarks) < maxProblems {
		p.remarks = append(p.remarks, Problem{Path: at.text, Message: message})
	}
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

// hasAt reports whether there is a problem at a path or below it.
func (p *problems) hasAt(at path) bool {
	for _, each := range p.list {
		below, ok := strings.CutPrefix(each.Path, at.text)
		if ok && (at.text == "" || below == "" || below[0] == '.' || below[0] == '[') {
			return true
		}
	}
	return false
}

// mismatch adds the problem that v is not what is wanted.
func (p *problems) mismatch(at path, want string, v any) {
	p.add(at, "must be "+want+", got "+describeValue(v, at.secret))
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &ArgumentError{Problems: p.list}
}
