package wire

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Network connects clients with one server by pipes, so that all goroutines of a synctest bubble are durably blocked when
// both wait.
type Network struct {
	// URL is the address of the server.
	URL string
	// ClientTLS makes a client trust the server. Nil: the server speaks plain HTTP/1.1.
	ClientTLS *tls.Config

	accept chan net.Conn
	closed chan struct{}

	mu    sync.Mutex
	conns []*conn
}

// NewNetwork returns a network without a server, which has to call Accept. Its address is that of ServerTLS.
func NewNetwork() *Network {
	return &Network{URL: "http://example.com", accept: make(chan net.Conn), closed: make(chan struct{})}
}

// ServeHTTP1 serves handler over plain HTTP/1.1.
func ServeHTTP1(t *testing.T, handler http.Handler) *Network {
	t.Helper()
	n := NewNetwork()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	n.serve(t, server, func() error { return server.Serve(n) })
	return n
}

// ServeHTTP2 serves handler over TLS and HTTP/2.
func ServeHTTP2(t *testing.T, handler http.Handler) *Network {
	t.Helper()
	n := NewNetwork()
	server := &http.Server{Handler: handler, TLSConfig: n.ServerTLS(), ReadHeaderTimeout: time.Minute}
	n.serve(t, server, func() error { return server.ServeTLS(n, "", "") })
	return n
}

func (n *Network) serve(t *testing.T, server *http.Server, run func() error) {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = run() // it is closed below
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-stopped
	})
}

// ServerTLS turns the network to TLS with HTTP/2, and returns the configuration of its server.
func (n *Network) ServerTLS() *tls.Config {
	own, pool := certificate()
	n.URL, n.ClientTLS = "https://example.com", &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return &tls.Config{Certificates: []tls.Certificate{own}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
}

// Dial connects with the server, whatever the address.
func (n *Network) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case n.accept <- server:
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c := &conn{Conn: client, dead: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.conns = append(n.conns, c)
	return c, nil
}

// Dialed returns the number of connections made.
func (n *Network) Dialed() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.conns)
}

// Kill makes all present connections die without a sign. New ones work.
func (n *Network) Kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.conns {
		c.kill()
	}
}

// Accept implements net.Listener.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case conn := <-n.accept:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (n *Network) Close() error {
	close(n.closed)
	return nil
}

// Addr implements net.Listener.
func (n *Network) Addr() net.Addr { return &net.UnixAddr{} }

// conn is the client's end of a connection. When it is dead, what is written is lost, and nothing arrives.
type conn struct {
	net.Conn
	dead chan struct{}
	once sync.Once
}

func (c *conn) kill() { c.once.Do(func() { close(c.dead) }) }

func (c *conn) isDead() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.isDead() {
			return n, err
		}
	}
}

// Write implements net.Conn.
func (c *conn) Write(p []byte) (int, error) {
	if c.isDead() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}
