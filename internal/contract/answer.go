package contract

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
)

// answer passes an answer on unbuffered and keeps what is to be checked: status, header and body, or for a stream
// the events one by one.
type answer struct {
	http.ResponseWriter
	began  func() // called once, when status and header are known
	status int
	header http.Header
	body   bytes.Buffer
	events *stream
	// cut tells that the connection was lost or taken over.
	cut bool
}

func (a *answer) begin(status int) {
	if a.status == 0 {
		a.status, a.header = status, a.Header().Clone()
		a.began()
	}
}

func (a *answer) WriteHeader(status int) {
	if status >= 200 {
		a.begin(status)
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.begin(http.StatusOK)
	n, err := a.ResponseWriter.Write(p)
	if err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		a.cut = true
	}
	if a.events != nil {
		a.events.write(p)
	} else {
		a.body.Write(p)
	}
	return n, err
}

// Flush is for handlers that want an http.Flusher.
func (a *answer) Flush() { _ = a.FlushError() }

// FlushError is for http.ResponseController.
func (a *answer) FlushError() error {
	a.begin(http.StatusOK)
	err := http.NewResponseController(a.ResponseWriter).Flush()
	if err != nil {
		a.cut = true
	}
	return err
}

// Hijack hands the connection over: what follows is not checked.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.cut = true
	return http.NewResponseController(a.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
