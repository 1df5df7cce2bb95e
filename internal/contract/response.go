package contract

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
)

// response passes a response on unbuffered and records what is checked at its end: status, header and body. The events of
// a stream are checked as they are written.
type response struct {
	http.ResponseWriter
	onHeader func() // called once, when status and header are known
	status   int
	header   http.Header
	body     bytes.Buffer
	events   *stream
	// interrupted reports that the connection was lost or hijacked.
	interrupted bool
}

// begin records status and header, once.
func (r *response) begin(status int) {
	if r.status == 0 {
		r.status, r.header = status, r.Header().Clone()
		r.onHeader()
	}
}

func (r *response) WriteHeader(status int) {
	if status >= 200 {
		r.begin(status)
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *response) Write(p []byte) (int, error) {
	r.begin(http.StatusOK)
	n, err := r.ResponseWriter.Write(p)
	if err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		r.interrupted = true
	}
	if r.events != nil {
		r.events.write(p)
	} else {
		r.body.Write(p)
	}
	return n, err
}

// Flush implements http.Flusher.
func (r *response) Flush() { _ = r.FlushError() }

// FlushError is called by http.ResponseController.
func (r *response) FlushError() error {
	r.begin(http.StatusOK)
	err := http.NewResponseController(r.ResponseWriter).Flush()
	if err != nil {
		r.interrupted = true
	}
	return err
}

// Hijack implements http.Hijacker. What is written to the connection is not checked.
func (r *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.interrupted = true
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Unwrap is called by http.ResponseController.
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }
