package server

import "sync"

// maxKeptBuffer bounds a buffer that is kept for the next call, in bytes.
const maxKeptBuffer = 40 << 10

// buffers has memory for what is encoded and written at once, which a call does not need while it waits.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// takeBuffer returns an empty buffer.
func takeBuffer() []byte { return *buffers.Get().(*[]byte) }

// returnBuffer takes a buffer back that nobody uses any more. One whose write has failed is not returned: an HTTP/2 connection may
// still read it when the client has reset the stream.
func returnBuffer(b []byte) {
	if b = b[:0]; cap(b) <= maxKeptBuffer {
		buffers.Put(&b)
	}
}
