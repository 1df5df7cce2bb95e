//go:build !unix

package rig

import "syscall"

// limitReceiveBuffer does nothing on this system.
func limitReceiveBuffer(syscall.RawConn, int) error { return nil }
