package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// bodyTimeout bounds how long a request's body may take to arrive.
const bodyTimeout = 30 * time.Second

// readBody reads the body of r, up to limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *rpcError) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := readAll(http.MaxBytesReader(w, r.Body, limit), r.ContentLength)
	_ = control.SetReadDeadline(time.Time{})
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		text := fmt.Sprintf("the request body is larger than %d bytes; --max-body allows more", tooLarge.Limit)
		return nil, &rpcError{status: http.StatusRequestEntityTooLarge, code: mcp.INVALID_REQUEST, text: text}
	}
	if err != nil {
		return nil, &rpcError{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "the request body could not be read"}
	}
	return body, nil
}

// readAll reads body to its end. contentLength sizes the buffer, but only up to 64 KiB: a client can send any value.
func readAll(body io.Reader, contentLength int64) ([]byte, error) {
	const maxPresize = 64 << 10
	buffer := bytes.NewBuffer(make([]byte, 0, min(max(contentLength, 0), maxPresize)+bytes.MinRead))
	_, err := buffer.ReadFrom(body)
	return buffer.Bytes(), err
}
