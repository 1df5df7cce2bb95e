package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrUnprocessed is a request that the server has refused without processing it, and that therefore had no effect.
var ErrUnprocessed = errors.New("the server refused the request unprocessed")

// maxRefusals is how often a request is sent again that the server has refused unprocessed, as in net/http.
const maxRefusals = 6

// send sends a request that is not idempotent again only after the server has stated that it has not processed it.
//
// net/http of Go 1.26, by contrast, repeats any request whose HTTP/2 stream was reset with PROTOCOL_ERROR, although the
// server may have acted on it. It does so by GetBody, without which it reports the reason. A host that speaks HTTP/1 keeps
// GetBody: there net/http repeats such a request only when nothing of it was written.
func (t *Transport) send(r *http.Request) (*http.Response, error) {
	if r.GetBody == nil || isIdempotent(r.Method) || t.speaksHTTP1(r) {
		return t.roundTrip(r)
	}
	once := *r
	once.GetBody = nil
	for refusals := 0; ; refusals++ {
		response, err := t.roundTrip(&once)
		switch {
		case err == nil || !isUnprocessed(err):
			return response, err
		case refusals == maxRefusals:
			return nil, fmt.Errorf("%w: %w", ErrUnprocessed, err)
		}
		if err := pause(r.Context(), refusals); err != nil {
			return nil, err
		}
		if once.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
}

// roundTrip notes which version of HTTP the host speaks.
func (t *Transport) roundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.Transport.RoundTrip(r)
	if err == nil && r.URL.Scheme == "https" {
		t.http1.Store(r.URL.Host, response.ProtoMajor == 1)
	}
	return response, err
}

func (t *Transport) speaksHTTP1(r *http.Request) bool {
	http1, known := t.http1.Load(r.URL.Host)
	return r.URL.Scheme != "https" || known && http1.(bool)
}

// isIdempotent reports whether net/http takes a method for one that may be repeated.
func isIdempotent(method string) bool {
	switch method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// isUnprocessed reports whether a request that has no GetBody was not processed: an HTTP/2 server has stated it (RFC 9113,
// section 8.7), or the connection ended while the request waited for its turn, before it was written. net/http has no type
// for these errors. Were its words to change, the request would not be sent again.
func isUnprocessed(err error) bool {
	text := err.Error()
	if text == "net/http: cannot rewind body after connection loss" {
		return true // only without a free connection is a request without GetBody repeated
	}
	text, ok := strings.CutPrefix(text, "http2: Transport: cannot retry err [")
	return ok && (strings.Contains(text, "; REFUSED_STREAM; ") || strings.Contains(text, "graceful shutdown GOAWAY]"))
}

// pause waits before a refused request is sent again: not at all at first, then for 0.1 to 1.6 s.
func pause(ctx context.Context, refusals int) error {
	if refusals == 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(50 * time.Millisecond << refusals):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
