package transport

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// boundUnacknowledged makes TCP give a connection up when what was written has not been acknowledged for writeTimeout.
// Otherwise Linux goes on for a quarter of an hour, and sends no keep-alive probes meanwhile.
func boundUnacknowledged(_, _ string, conn syscall.RawConn) error {
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(writeTimeout.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
