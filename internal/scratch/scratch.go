// Package scratch has memory for what is read or encoded at once, and used again after that.
package scratch

import "sync"

// MaxKept bounds the memory that is kept for the next user, in bytes.
const MaxKept = 40 << 10

var pool = sync.Pool{New: func() any { return new([]byte) }}

// Take returns an empty buffer. Its memory may have held what is of others.
func Take() []byte { return *pool.Get().(*[]byte) }

// Return takes a buffer back that nobody uses any more, grown or not. One whose write has failed must not be returned: an HTTP/2
// connection may still read it when the client has reset the stream. One beyond MaxKept is left to the collector.
func Return(b []byte) {
	if b = b[:0]; cap(b) <= MaxKept {
		pool.Put(&b)
	}
}
