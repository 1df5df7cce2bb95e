package orq

import (
	"bytes"
	"io"
	"iter"
	"strings"
	"unsafe"

	"github.com/tmaxmax/go-sse"
)

const (
	// streamBuffer is the size at first of the buffer with which a stream is read, in bytes: most streams bring one short
	// message at a time.
	streamBuffer = 1 << 10
	// fastStreamBuffer is the size to which the buffer of a stream grows that fills it, in bytes.
	fastStreamBuffer = 8 << 10
	// maxStreamBuffer is the size to which the buffer grows with a long message, in bytes.
	maxStreamBuffer = 64 << 10
)

// readMessages iterates over the messages of an SSE stream. As long as they are plain, it finds them itself; the rest of the
// stream, from the first message on that is not, is left to go-sse, which reads any. The data of a message is valid until the
// next one is read.
func readMessages(stream io.Reader) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		plain := plainReader{stream: stream, buffer: make([]byte, 0, streamBuffer)}
		begun := ""
		for plain.next() {
			if !yield(plain.message, nil) {
				return
			}
			begun = ":\n" // a comment: what follows is not the beginning of the stream, where a byte order mark is removed
		}
		rest := io.MultiReader(strings.NewReader(begun), bytes.NewReader(plain.buffer[plain.start:]), stream)
		sse.Read(rest, &sse.ReadConfig{MaxEventSize: maxEvent})(yield)
	}
}

// plainReader finds the plain messages of a stream: one line of data, perhaps after its event's name, with LF at the end.
type plainReader struct {
	stream  io.Reader
	message sse.Event
	// buffer holds what was read, and start is where the next message begins in it.
	buffer []byte
	start  int
	// filled is set when the last read filled the buffer.
	filled bool
}

// next reads the next message, and reports false when it is not plain.
func (r *plainReader) next() bool {
	for {
		switch length, plain := r.parse(r.buffer[r.start:]); {
		case !plain:
			return false
		case length > 0:
			r.start += length
			return true
		case !r.fill():
			return false
		}
	}
}

// parse reads a message at the beginning of text. The length is 0 for one that is not complete.
func (r *plainReader) parse(text []byte) (length int, plain bool) {
	var name, data []byte
	for rest := text; ; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		switch {
		case !whole:
			return 0, bytes.IndexByte(line, '\r') < 0
		case len(line) == 0 && data != nil:
			r.message.Data = unsafe.String(unsafe.SliceData(data), len(data)) //nolint:gosec // until fill writes to the buffer
			if string(name) != r.message.Type {
				r.message.Type = string(name)
			}
			return len(text) - len(after), true
		case bytes.IndexByte(line, '\r') >= 0 || data != nil:
			return 0, false
		case bytes.HasPrefix(line, []byte("data: ")):
			data = line[len("data: "):]
		case name == nil && bytes.HasPrefix(line, []byte("event: ")):
			name = line[len("event: "):]
		case name == nil && (len(line) == 0 || line[0] == ':'): // nothing, or a comment
		default:
			return 0, false
		}
		rest = after
	}
}

// fill reads more of the stream. It reports false when that has failed, and when the message is too long.
func (r *plainReader) fill() bool {
	if r.start > 0 {
		r.buffer = r.buffer[:copy(r.buffer, r.buffer[r.start:])]
		r.start = 0
	}
	switch {
	case len(r.buffer) >= maxStreamBuffer:
		return false
	case len(r.buffer) == cap(r.buffer), r.filled && cap(r.buffer) < fastStreamBuffer:
		r.buffer = append(make([]byte, 0, 2*cap(r.buffer)), r.buffer...)
	}
	n, err := r.stream.Read(r.buffer[len(r.buffer):cap(r.buffer)])
	r.buffer = r.buffer[:len(r.buffer)+n]
	r.filled = len(r.buffer) == cap(r.buffer)
	return n > 0 && err == nil
}
