//go:build !unix

package rig

import "syscall"

// narrow leaves the socket to the kernel.
func narrow(syscall.RawConn, int) error { return nil }
