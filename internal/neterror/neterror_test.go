package neterror_test

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
)

const closedEarly = "the connection ended early"

// TestDescribeRealFailures lets the HTTP client of the library fail in front of real servers.
func TestDescribeRealFailures(t *testing.T) {
	t.Parallel()
	plain, secure, picky := quiet(t, http.StatusNotFound), quiet(t, http.StatusNotFound), quiet(t, http.StatusNotFound)
	picky.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}
	forbidding := quiet(t, http.StatusForbidden)
	plain.Start()
	secure.StartTLS()
	picky.StartTLS()
	forbidding.Start()
	trusting := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	refusing := address(t)
	for name, c := range map[string]struct {
		url       string
		transport *http.Transport
		want      string
	}{
		"refused":                {"http://" + refusing, nil, "the connection was refused"},
		"reset":                  {answering(t, reset), nil, "the connection was reset"},
		"closed without a word":  {answering(t, write("")), nil, closedEarly},
		"closed in the headers":  {answering(t, write("HTTP/1.1 200 OK\r\nX: y\r\n")), nil, closedEarly},
		"closed in the body":     {answering(t, write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")), nil, closedEarly},
		"closed in a chunk":      {answering(t, write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab")), nil, closedEarly},
		"a broken chunk":         {answering(t, write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab")), nil, "its answer is damaged"},
		"not gzip":               {answering(t, write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\nthis is not gzip....")), nil, "its answer is damaged"},
		"not HTTP":               {answering(t, write("SSH-2.0-OpenSSH_9.9\r\n")), nil, "its answer is not HTTP"},
		"a bad header":           {answering(t, write("HTTP/1.1 200 OK\r\n: x\r\n\r\n")), nil, "its answer is not HTTP"},
		"a bad status":           {answering(t, write("HTTP/1.1 abc OK\r\n\r\n")), nil, "its answer is not HTTP"},
		"headers without end":    {answering(t, write("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 4<<10)+"\r\n\r\n")), &http.Transport{MaxResponseHeaderBytes: 1 << 10}, "the headers of its answer are too long"},
		"an untrusted authority": {secure.URL, nil, "its certificate is not trusted"},
		"another host": {
			secure.URL, &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: trusting, ServerName: "elsewhere.test"}},
			"its certificate is for another host",
		},
		"an expired certificate": {
			secure.URL, &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: trusting, Time: func() time.Time { return time.Now().AddDate(100, 0, 0) }}},
			"its certificate has expired or is not valid yet",
		},
		"a required client certificate": {picky.URL, &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, InsecureSkipVerify: true}}, "the TLS handshake failed"},
		"TLS to a plain server":         {strings.Replace(plain.URL, "http:", "https:", 1), nil, "it does not speak TLS"},
		"TLS to another protocol":       {strings.Replace(answering(t, write("220 mail.test ESMTP\r\n")), "http:", "https:", 1), nil, "it does not speak TLS"},
		"a slow handshake":              {strings.Replace(answering(t, wait), "http:", "https:", 1), &http.Transport{TLSHandshakeTimeout: time.Millisecond}, "the TLS handshake took too long"},
		"no headers in time":            {answering(t, wait), &http.Transport{ResponseHeaderTimeout: time.Millisecond}, "there was no answer in time"},
		"no such proxy":                 {secure.URL, through("http://" + refusing), "the proxy cannot be reached: the connection was refused"},
		"a proxy that refuses":          {secure.URL, through(forbidding.URL), "the proxy refused the connection: Forbidden"},
		"no such SOCKS proxy":           {secure.URL, through("socks5://" + refusing), "the proxy cannot be reached: the connection was refused"},
		"a SOCKS proxy that refuses":    {secure.URL, through(strings.Replace(answering(t, write("\x05\xff")), "http:", "socks5:", 1)), "the proxy could not connect to it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.transport == nil {
				c.transport = &http.Transport{}
			}
			t.Cleanup(c.transport.CloseIdleConnections)
			if got := neterror.Describe(fetch(t, c.transport, c.url)).Error(); got != c.want {
				t.Errorf("Describe = %q, want %q", got, c.want)
			}
		})
	}
}

// TestDescribeKnownErrors has the errors that are hard to provoke.
func TestDescribeKnownErrors(t *testing.T) {
	t.Parallel()
	dial := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://host.test/v2?key=secret", Err: &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}}
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{dial(syscall.ECONNREFUSED), "the connection was refused"},
		{dial(syscall.EHOSTUNREACH), "there is no route to it"},
		{dial(syscall.ENETUNREACH), "the network cannot be reached"},
		{dial(syscall.EACCES), "this machine does not allow the connection"},
		{dial(syscall.EMFILE), "this process has too many open files"},
		{dial(syscall.ETIMEDOUT), "connecting took too long"},
		{dial(os.ErrDeadlineExceeded), "connecting took too long"},
		{&net.DNSError{Err: "no such host", Name: "my.orq.test", Server: "10.0.0.2:53", IsNotFound: true}, "there is no host of that name"},
		{&net.DNSError{Err: "i/o timeout", Name: "my.orq.test", Server: "10.0.0.2:53", IsTimeout: true}, "looking up its name took too long"},
		{&net.DNSError{Err: "server misbehaving", Name: "my.orq.test", Server: "10.0.0.2:53"}, "its name could not be looked up"},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "its certificate is not trusted"},
		{&net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{Port: 54321}, Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "the connection was reset"},
		{&net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}, "there was no answer in time"},
		{&net.OpError{Op: "write", Net: "tcp", Err: net.ErrClosed}, closedEarly},
		{context.DeadlineExceeded, "there was no answer in time"},
		{context.Canceled, "the request was cancelled"},
		{errors.New("http2: client connection lost"), "the connection was lost"},
		{errors.New("stream error: stream ID 3; INTERNAL_ERROR; received from peer"), closedEarly},
		{errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR, debug=\"\""), closedEarly},
		{errors.New("http2: Transport: cannot retry err [http2: client conn is closed] after Request.Body was written"), closedEarly},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), closedEarly},
		{errors.New("bufio.Scanner: token too long"), "a part of its answer is too long"},
		{gzip.ErrHeader, "its answer is damaged"},
		{flate.CorruptInputError(3), "its answer is damaged"},
		{errors.New("http: putIdleConn: connection is in bad state"), "the connection failed"},
	} {
		got := neterror.Describe(c.err)
		if got.Error() != c.want {
			t.Errorf("Describe(%v) = %q, want %q", c.err, got, c.want)
		}
		if !errors.Is(got, c.err) {
			t.Errorf("Describe(%v) does not wrap it", c.err)
		}
	}
}

// fetch returns the error of a GET, its body included.
func fetch(t *testing.T, transport *http.Transport, address string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err == nil {
		defer response.Body.Close()
		_, err = io.ReadAll(response.Body)
	}
	if err == nil {
		t.Fatalf("GET %s succeeded, want an error", address)
	}
	return err
}

func through(proxy string) *http.Transport {
	address, err := url.Parse(proxy)
	return &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return address, err }}
}

// quiet returns a server, not yet started, that answers each request with a status and logs nothing.
func quiet(t *testing.T, status int) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	return server
}

// address returns one at which nobody listens.
func address(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// answering serves every connection by answer, once something has arrived, and returns the URL.
func answering(t *testing.T, answer func(*net.TCPConn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				if _, err := connection.Read(make([]byte, 4<<10)); err == nil {
					answer(connection.(*net.TCPConn))
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

func write(text string) func(*net.TCPConn) {
	return func(connection *net.TCPConn) { _, _ = io.WriteString(connection, text) }
}

func reset(connection *net.TCPConn) { _ = connection.SetLinger(0) }

// wait answers nothing until the client is gone.
func wait(connection *net.TCPConn) { _, _ = io.Copy(io.Discard, connection) }
