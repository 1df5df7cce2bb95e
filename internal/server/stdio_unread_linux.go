package server

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// unreadBytes returns how many bytes the reader of a pipe or a socket has not read yet; of a socket it may be slightly too
// high. known is false for other writers.
func unreadBytes(out io.Writer) (n int, known bool) {
	file, ok := out.(*os.File)
	if !ok {
		return 0, false
	}
	conn, err := file.SyscallConn()
	if err != nil {
		return 0, false
	}
	_ = conn.Control(func(fd uintptr) {
		var stat unix.Stat_t
		if unix.Fstat(int(fd), &stat) != nil {
			return
		}
		var request uint
		switch stat.Mode & unix.S_IFMT {
		case unix.S_IFIFO:
			request = unix.TIOCINQ
		case unix.S_IFSOCK: // Node gives its child processes sockets
			request = unix.TIOCOUTQ
		default:
			return
		}
		n, err = unix.IoctlGetInt(int(fd), request)
		known = err == nil
	})
	return n, known
}
