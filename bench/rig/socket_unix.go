//go:build unix

package rig

import (
	"errors"
	"syscall"
)

// segment is the maximum segment size of an Ethernet, in bytes. With that of the loopback interface, 64 KiB, the kernel
// buffers megabytes for a slow reader, and is slow itself when the receive buffer is small.
const segment = 1448

// limitReceiveBuffer sets the size of a socket's receive buffer in bytes. It must be called before the socket is connected.
func limitReceiveBuffer(connection syscall.RawConn, buffer int) error {
	var err error
	controlled := connection.Control(func(fd uintptr) {
		err = errors.Join(
			syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, segment),
			syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, buffer),
		)
	})
	return errors.Join(controlled, err)
}
