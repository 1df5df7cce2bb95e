package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// bodyTimeout is how long a request's body may take to arrive.
const bodyTimeout = 30 * time.Second

// takeBody reads the body and puts it back for mcp-go, which reads it whole and without a bound.
func takeBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *refusal) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := readBody(http.MaxBytesReader(w, r.Body, limit), r.ContentLength)
	_ = control.SetReadDeadline(time.Time{})
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		text := fmt.Sprintf("the request body is larger than %d bytes; --max-body allows more", tooLarge.Limit)
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, code: mcp.INVALID_REQUEST, text: text}
	}
	if err != nil {
		return nil, &refusal{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "the request body could not be read"}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// readBody reads all of a body whose announced length need not be true.
func readBody(body io.Reader, announced int64) ([]byte, error) {
	const trusted = 64 << 10
	buffer := bytes.NewBuffer(make([]byte, 0, min(max(announced, 0), trusted)+bytes.MinRead))
	_, err := buffer.ReadFrom(body)
	return buffer.Bytes(), err
}

// refuse answers with a JSON-RPC error.
func refuse(w http.ResponseWriter, refused *refusal) {
	// Reading the body may have taken the time that there was for an answer.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(bodyTimeout))
	w.Header().Set("Content-Type", "application/json")
	if refused.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(refused.retryAfter))
	}
	w.WriteHeader(refused.status)
	// The connection is all that can fail here, and nobody would read of it.
	_, _ = w.Write(append(refused.message(), '\n'))
}
