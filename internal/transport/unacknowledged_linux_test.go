package transport

import (
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestTCPGivesADeadConnectionUp reads the options of a socket: it takes a network that loses packets to see their effect.
func TestTCPGivesADeadConnectionUp(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	conn, err := New(10*time.Second).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	option := func(name int) (value int) {
		if err := raw.Control(func(fd uintptr) { value, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, name) }); err != nil {
			t.Fatal(err)
		}
		return value
	}
	if got := time.Duration(option(unix.TCP_USER_TIMEOUT)) * time.Millisecond; got != noticed {
		t.Errorf("unacknowledged data closes the connection after %v, want %v", got, noticed)
	}
	silence := option(unix.TCP_KEEPIDLE) + option(unix.TCP_KEEPINTVL)*option(unix.TCP_KEEPCNT)
	if got := time.Duration(silence) * time.Second; got != noticed {
		t.Errorf("silence closes the connection after %v, want %v", got, noticed)
	}
}
