package redact

// Writer masks secrets in a text that arrives in pieces, also where a secret is spread over several of them: the end of a
// piece that may be the beginning of a secret is held back until the next piece shows what it is.
//
// Across pieces, a secret is recognized in its own case only (see NewEchoes), and of two of which one begins with the
// other only the shorter.
type Writer struct {
	values Values
	write  func(string)
	held   string
}

// NewWriter returns a Writer that passes masked, non-empty pieces to write; nil drops them.
func NewWriter(values Values, write func(string)) *Writer {
	return &Writer{values: values, write: write}
}

// Write passes on a piece, together with what was held back of those before it.
func (w *Writer) Write(piece string) {
	if w.write == nil {
		return
	}
	text := w.values.Mask(w.held + piece)
	ready := len(text) - w.values.beginning(text)
	w.held = text[ready:]
	if ready > 0 {
		w.write(text[:ready])
	}
}

// Flush passes on what is held back: the text has ended.
func (w *Writer) Flush() {
	if w.write != nil && w.held != "" {
		w.write(w.held)
		w.held = ""
	}
}
