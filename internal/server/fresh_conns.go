package server

import (
	"net"
	"net/http"
	"sync"
)

// freshConns are the connections on which nothing has come yet. http.Server.Shutdown waits 5 s for each, as for a request.
type freshConns struct {
	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

// track is the ConnState of a server.
func (f *freshConns) track(conn net.Conn, state http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(f.conns, conn)
	case f.closed:
		_ = conn.Close()
	default:
		if f.conns == nil {
			f.conns = map[net.Conn]struct{}{}
		}
		f.conns[conn] = struct{}{}
	}
}

// close closes the connections, and those that are still to come.
func (f *freshConns) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for conn := range f.conns {
		_ = conn.Close()
	}
}
