//go:build !linux

package server

import "io"

// unreadBytes is implemented on Linux only; here known is always false.
func unreadBytes(io.Writer) (n int, known bool) { return 0, false }
