package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// bodyTimeout bounds how long a request's body may take to arrive.
const bodyTimeout = 30 * time.Second

// errNoRoom is the error of a body that does not fit into the limits of bodies.
var errNoRoom = errors.New("no room for the body")

// readBody reads the body of r, up to limit bytes, within share.
func readBody(w http.ResponseWriter, r *http.Request, limit int64, share *bodyShare) ([]byte, *rpcError) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := readAll(http.MaxBytesReader(w, r.Body, limit), r.ContentLength, limit, share)
	_ = control.SetReadDeadline(time.Time{})
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		text := fmt.Sprintf("the request body is larger than %d bytes; --max-body allows more", tooLarge.Limit)
		return nil, &rpcError{status: http.StatusRequestEntityTooLarge, code: mcp.INVALID_REQUEST, text: text}
	}
	if errors.Is(err, errNoRoom) {
		return nil, &rpcError{
			status: http.StatusServiceUnavailable, code: codeOverloaded, retryAfter: 1,
			text: "the server is reading as many large bodies as it may; nothing was done, send this one again in a while",
		}
	}
	if err != nil {
		return nil, &rpcError{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "the request body could not be read"}
	}
	return body, nil
}

// readAll reads body, of at most limit bytes, to its end. contentLength is the length that the client announced, -1 when it did
// not. The buffer grows with what arrives, because a client can announce any length. A body that does not fit now is refused
// before it is read.
func readAll(body io.Reader, contentLength, limit int64, share *bodyShare) ([]byte, error) {
	most, size := limit, 1<<10
	if contentLength >= 0 {
		most = min(contentLength, limit)
		size = int(min(most+1, smallBody)) // one more to read the end of the body
		if share.limits.check(share.caller, most-smallBody) != noBound {
			return nil, errNoRoom
		}
	}
	buffer := make([]byte, 0, size)
	for {
		n, err := body.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		switch {
		case err == io.EOF:
			return buffer, nil
		case err != nil:
			return nil, err
		case len(buffer) < cap(buffer):
			continue
		}
		if size = 2 * cap(buffer); int64(len(buffer)) <= most {
			size = int(min(int64(size), most+1))
		}
		if !share.grow(size) {
			return nil, errNoRoom
		}
		buffer = append(make([]byte, 0, size), buffer...)
	}
}
