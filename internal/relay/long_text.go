package relay

import "strings"

const (
	// firstPiece is the size of the first piece of a longText, in bytes.
	firstPiece = 512
	// maxPiece bounds the size of its pieces, in bytes.
	maxPiece = 16 << 10
)

// longText is a text that grows by small parts. It keeps them in pieces, so that nothing is copied before the end.
type longText struct {
	pieces []string
	last   strings.Builder
	// before is the length of the pieces.
	before int
}

// Len returns the length in bytes.
func (t *longText) Len() int { return t.before + t.last.Len() }

// add appends a part.
func (t *longText) add(part string) {
	if room := t.last.Cap() - t.last.Len(); len(part) > room {
		if t.last.Len() > 0 {
			t.pieces = append(t.pieces, t.last.String())
			t.before += t.last.Len()
		}
		size := min(2*t.last.Cap(), maxPiece)
		t.last.Reset()
		t.last.Grow(max(size, firstPiece, len(part)))
	}
	t.last.WriteString(part)
}

// String returns the whole text.
func (t *longText) String() string {
	if len(t.pieces) == 0 {
		return t.last.String()
	}
	return strings.Join(append(t.pieces, t.last.String()), "")
}
