package cli

import (
	"fmt"
	"io"
)

// checkedWriter remembers the first error of a writer, for texts that are written without a look at each error.
type checkedWriter struct {
	to  io.Writer
	err error
}

// Write implements io.Writer. After an error it writes nothing.
func (w *checkedWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.to.Write(p)
	if err != nil {
		w.err = fmt.Errorf("write to stdout: %w", fileError(err))
	}
	return n, w.err
}
