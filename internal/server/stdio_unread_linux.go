package server

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// notRead is how many bytes the reader of a pipe or socket has not taken yet; for a socket it may be somewhat more. It is
// not known of other writers.
func notRead(out io.Writer) (n int, known bool) {
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
		case unix.S_IFSOCK: // what Node gives its children
			request = unix.TIOCOUTQ
		default:
			return
		}
		n, err = unix.IoctlGetInt(int(fd), request)
		known = err == nil
	})
	return n, known
}
