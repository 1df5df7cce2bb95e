// Package lastline completes event streams that end without the blank line that closes their last event.
package lastline

import (
	"errors"
	"io"
	"strings"
)

// reader reads a body and, at its end, a blank line.
type reader struct {
	body io.Reader
	tail strings.Reader
	last byte
	err  error // the end of the body
}

// NewReader returns a reader of a body with a blank line at its end. A line that a broken connection has left unfinished stays
// so.
func NewReader(body io.Reader) io.Reader { return &reader{body: body} }

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.err != nil {
		if r.tail.Len() > 0 {
			return r.tail.Read(p)
		}
		return 0, r.err
	}
	n, err := r.body.Read(p)
	if n > 0 {
		r.last = p[n-1]
	}
	if errors.Is(err, io.EOF) || err != nil && r.last == '\n' {
		r.err = err
		r.tail.Reset("\n\n")
		return n, nil
	}
	return n, err
}
