// Package neterror describes failures of connections in words.
//
// The texts of net, net/http and crypto/tls are written for programmers: they repeat the address of the request, which may
// hold a secret, name ports of this machine and Go functions. Describe replaces them by one clause from a closed list, so
// that none of that reaches a person or a model.
package neterror

import (
	"cmp"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"syscall"
)

// described is an error with a text in words.
type described struct {
	words string
	err   error
}

func (e *described) Error() string { return e.words }

func (e *described) Unwrap() error { return e.err }

// Describe returns an error whose text is a clause about the host at the other end of a connection, such as "the connection
// was refused" or "its certificate is not trusted". It wraps err.
func Describe(err error) error { return &described{words(err), err} }

const (
	endedEarly = "the connection ended early"
	wasReset   = "the connection was reset"
	notHTTP    = "its answer is not HTTP"
	damaged    = "its answer is damaged"
	tooLate    = "there was no answer in time"
)

// words returns the clause for err. Types come before texts, and the more exact before the less exact.
func words(err error) string {
	return cmp.Or(ofProxy(err), ofLookup(err), ofCertificate(err), ofHandshake(err), ofSystem(err), ofContext(err), ofText(err), ofEnd(err), ofAnswer(err), "the connection failed")
}

// OfProxy reports whether err is the failure of a proxy on the way to the host.
func OfProxy(err error) bool { return ofProxy(err) != "" }

// ofProxy describes the failure of a proxy on the way to the host.
func ofProxy(err error) string {
	operation, ok := errors.AsType[*net.OpError](err)
	switch {
	case ok && operation.Op == "proxyconnect":
		return "the proxy cannot be reached: " + words(operation.Err)
	case ok && strings.HasPrefix(operation.Op, "socks"):
		return "the proxy could not connect to it"
	}
	// A refused CONNECT is the text of the proxy's status and nothing else.
	for err != nil && errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	for status := http.StatusBadRequest; err != nil && status <= http.StatusNetworkAuthenticationRequired; status++ {
		if text := http.StatusText(status); text != "" && err.Error() == text {
			return "the proxy refused the connection: " + text
		}
	}
	return ""
}

// ofLookup describes the failure to find the address of a host.
func ofLookup(err error) string {
	lookup, ok := errors.AsType[*net.DNSError](err)
	switch {
	case !ok:
		return ""
	case lookup.IsNotFound:
		return "there is no host of that name"
	case lookup.IsTimeout:
		return "looking up its name took too long"
	}
	return "its name could not be looked up"
}

// ofCertificate describes a certificate that is not accepted.
func ofCertificate(err error) string {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "its certificate is for another host"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "its certificate has expired or is not valid yet"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate is not trusted"
	}
	return ""
}

// ofHandshake describes a TLS handshake that failed.
func ofHandshake(err error) string {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "it does not speak TLS"
	}
	operation, ok := errors.AsType[*net.OpError](err)
	if ok && (operation.Op == "remote error" || operation.Op == "local error") {
		return "the TLS handshake failed"
	}
	return ""
}

// ofSystem describes the errors of the operating system.
func ofSystem(err error) string {
	for _, known := range []struct {
		number syscall.Errno
		clause string
	}{
		{syscall.ECONNREFUSED, "the connection was refused"},
		{syscall.ECONNRESET, wasReset},
		{syscall.ECONNABORTED, wasReset},
		{syscall.EPIPE, wasReset},
		{syscall.EHOSTUNREACH, "there is no route to it"},
		{syscall.ENETUNREACH, "the network cannot be reached"},
		{syscall.ENETDOWN, "the network is down"},
		{syscall.ETIMEDOUT, "connecting took too long"},
		{syscall.EACCES, "this machine does not allow the connection"},
		{syscall.EPERM, "this machine does not allow the connection"},
		{syscall.EADDRNOTAVAIL, "this machine has no address or port left for the connection"},
		{syscall.EMFILE, "this process has too many open files"},
		{syscall.ENFILE, "this machine has too many open files"},
	} {
		if errors.Is(err, known.number) {
			return known.clause
		}
	}
	return ""
}

// ofContext describes limits of time, and a call that was given up.
func ofContext(err error) string {
	if errors.Is(err, context.Canceled) {
		return "the request was cancelled"
	}
	timeout, ok := errors.AsType[net.Error](err)
	if !ok || !timeout.Timeout() {
		return ""
	}
	switch operation, dialed := errors.AsType[*net.OpError](err); {
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		return "the TLS handshake took too long"
	case dialed && operation.Op == "dial":
		return "connecting took too long"
	}
	return tooLate
}

// ofText describes the errors of net/http that have no type of their own.
func ofText(err error) string {
	text := err.Error()
	for _, known := range []struct{ part, clause string }{
		{"server gave HTTP response to HTTPS client", "it does not speak TLS"},
		{"client connection lost", "the connection was lost"},
		{"refused the request unprocessed", "it refused the request without processing it"},
		{"server closed idle connection", endedEarly},
		{"GOAWAY", endedEarly},
		{"stream error:", endedEarly},
		{"stream closed", endedEarly},
		{"client conn", endedEarly},
		{"unexpected EOF", endedEarly},
		{"unexpected end of input", endedEarly},
		{"use of closed network connection", endedEarly},
		{"malformed HTTP", notHTTP},
		{"malformed MIME header", notHTTP},
		{"frame too large", notHTTP},
		{"response headers exceeded", "the headers of its answer are too long"},
		{"header list", "the headers of its answer are too long"},
		{"token too long", "a part of its answer is too long"},
		{"chunk", damaged},
		{"trailer", damaged},
		{"transport connection broken", notHTTP},
		{"unsupported protocol scheme", "its address is not that of http or https"},
		{"actively refused it", "the connection was refused"}, // Windows
		{"forcibly closed by", wasReset},                      // Windows
	} {
		if strings.Contains(text, known.part) {
			return known.clause
		}
	}
	return ""
}

// ofEnd describes connections that end too early.
func ofEnd(err error) string {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, fs.ErrClosed, http.ErrServerClosed} {
		if errors.Is(err, end) {
			return endedEarly
		}
	}
	return ""
}

// ofAnswer describes answers that cannot be read.
func ofAnswer(err error) string {
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		return notHTTP
	}
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	if corrupt || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return damaged
	}
	return ""
}
