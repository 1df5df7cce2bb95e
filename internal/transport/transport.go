package transport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// A connection through a NAT, a VPN or a sleeping machine can die without a sign: what is sent into it is lost, and nothing
// arrives. It is closed, with all requests in it, pingAfter + pingTimeout = 30 s after the last frame or segment. That is
// half of the 60 s after which the stream of a run is looked up and a request is given up, so that the lookup goes into
// another connection, and a request that may be repeated succeeds in time.
const (
	// pingAfter is the silence after which an HTTP/2 PING, or a keep-alive probe of TCP, is sent. It also keeps the entries
	// of NATs and load balancers alive, which are dropped after 60 s of silence or more.
	pingAfter = 15 * time.Second
	// pingTimeout is how long the answer may take: longer than a radio link takes to recover, and TCP to send again.
	pingTimeout = 15 * time.Second
	// writeTimeout is how long what is written may stay unacknowledged.
	writeTimeout = pingAfter + pingTimeout
)

const (
	// streamWindow is what an HTTP/2 server may send ahead of the reader of a response: the memory that a stopped reader
	// takes. net/http gives each connection a window of 1 GiB, in which 10,922 stopped readers fit, more than calls run at
	// once by default. (With its own windows of 4 MiB, the 256th stopped reader would hold up all requests.)
	//
	// One response arrives at streamWindow per round trip: 1.9 MB/s at 50 ms, where a fast model writes 0.1 MB/s, and the
	// JSON of answers is compressed. On the loopback interface it is as fast as with 4 MiB.
	streamWindow = 96 << 10

	// unanswered is how long a failed request has waited when it casts doubt on other connections.
	unanswered = 2 * time.Second
)

// Transport is an http.Transport whose fields may be changed before its first request.
type Transport struct {
	*http.Transport
	// http1 holds the hosts whose last response was of HTTP/1.
	http1 sync.Map
}

// New returns a transport that keeps enough idle connections for many callers at once. connectTimeout bounds dialing, and
// the TLS handshake. There is no time limit for a response.
func New(connectTimeout time.Duration) *Transport {
	dialer := &net.Dialer{
		Timeout:         connectTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: pingAfter, Interval: pingTimeout / 3, Count: 3},
		Control:         boundUnacknowledged,
	}
	return &Transport{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          1024,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   connectTimeout,
		ExpectContinueTimeout: time.Second,
		WriteBufferSize:       1 << 10, // most requests are shorter, and each stream keeps its buffer
		HTTP2: &http.HTTP2Config{
			SendPingTimeout:           pingAfter,
			PingTimeout:               pingTimeout,
			WriteByteTimeout:          writeTimeout,
			MaxReceiveBufferPerStream: streamWindow,
		},
	}}
}

// RoundTrip implements http.RoundTripper.
//
// When a request has waited in vain, and its caller has not cancelled it, the idle connections are closed: they may have
// died together, and HTTP/1.1 has no ping, so that the next requests would fail in them one after another.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	response, err := t.send(r)
	if err != nil && !errors.Is(r.Context().Err(), context.Canceled) && time.Since(began) >= unanswered {
		t.CloseIdleConnections()
	}
	return response, err
}
