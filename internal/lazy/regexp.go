// Package lazy leaves work until its result is needed for the first time.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp is a regular expression that is compiled when it is first used. As a variable of a package it costs the start of a
// program nothing, while a call of regexp.MustCompile, or of sync.OnceValue, is made there.
type Regexp struct {
	// Text is the expression. It must be valid.
	Text string

	once     sync.Once
	compiled *regexp.Regexp
}

// Get returns the compiled expression. It panics if Text is no valid expression.
func (r *Regexp) Get() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.Text) })
	return r.compiled
}
