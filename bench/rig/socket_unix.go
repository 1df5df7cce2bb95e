//go:build unix

package rig

import (
	"errors"
	"syscall"
)

// segment is what a network's segments carry, in bytes. Those of the loopback interface carry 64 KiB, with which the
// kernel keeps megabytes for a reader that is behind, and crawls when its buffer is small.
const segment = 1448

// narrow makes a socket that is to be connected take in little.
func narrow(connection syscall.RawConn, buffer int) error {
	var err error
	controlled := connection.Control(func(fd uintptr) {
		err = errors.Join(
			syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, segment),
			syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, buffer),
		)
	})
	return errors.Join(controlled, err)
}
