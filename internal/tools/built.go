package tools

import "sync"

// maxKeptBuffer bounds a buffer that is kept for the next text, in bytes.
const maxKeptBuffer = 40 << 10

// buffers has memory in which texts grow.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// built returns the text that appendTo appends.
func built(appendTo func(b []byte) []byte) string {
	buffer := buffers.Get().(*[]byte)
	grown := appendTo(*buffer)
	text := string(grown)
	if cap(grown) <= maxKeptBuffer {
		*buffer = grown[:0]
		buffers.Put(buffer)
	}
	return text
}
