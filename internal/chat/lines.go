package chat

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// errorLines reads a body and makes an event of type error of each line "error: ...", which no event stream has: builds of
// llama.cpp of 2025 report a failure in this way, and end the stream as usual.
type errorLines struct {
	body   *bufio.Reader
	rest   []byte // of the current line
	within bool   // a line has begun
	err    error  // the end of the body
}

var _ io.Reader = (*errorLines)(nil)

// Read implements io.Reader.
func (l *errorLines) Read(p []byte) (int, error) {
	if len(l.rest) == 0 && l.err == nil {
		l.rest, l.err = l.body.ReadSlice('\n')
		data, isError := bytes.CutPrefix(l.rest, []byte("error:"))
		if isError && !l.within {
			l.rest = append([]byte("event: error\ndata:"), data...)
		}
		l.within = errors.Is(l.err, bufio.ErrBufferFull)
		if l.within {
			l.err = nil
		}
	}
	if len(l.rest) == 0 {
		return 0, l.err
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}
