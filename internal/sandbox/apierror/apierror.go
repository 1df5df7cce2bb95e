// Package apierror is the errors that the sandbox answers with.
package apierror

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Error is an error answer. Its JSON is the body.
type Error struct {
	Status  int    `json:"-"`
	Code    string `json:"code,omitzero"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

// Invalid is 400. A message about one field begins with its path.
func Invalid(format string, args ...any) error {
	return &Error{Status: http.StatusBadRequest, Message: fmt.Sprintf(format, args...)}
}

// NoAgent is 404 for an agent's key or id.
func NoAgent(ref string) error {
	return &Error{Status: http.StatusNotFound, Message: "there is no agent " + strconv.Quote(ref)}
}

// Conflict is 409.
func Conflict(format string, args ...any) error {
	return &Error{Status: http.StatusConflict, Message: fmt.Sprintf(format, args...)}
}

// Below puts a path before the message of an Error, which becomes 400. Any other error stays as it is.
func Below(path string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return Invalid("%s.%s", path, e.Message)
	}
	return err
}

// Problems collects everything that is wrong with a request.
type Problems []string

// Add adds a problem of the field at a path.
func (p *Problems) Add(path, format string, args ...any) {
	*p = append(*p, path+": "+fmt.Sprintf(format, args...))
}

// Err is 400 with all problems; nil when there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return Invalid("%s", strings.Join(p, "; "))
}
