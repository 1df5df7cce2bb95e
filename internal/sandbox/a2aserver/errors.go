package a2aserver

import (
	"errors"
	"fmt"
	"net/http"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

var (
	errVersion = spec.NewError(spec.ErrVersionNotSupported, "A2A-Version: the sandbox speaks A2A 1.0 and 0.3")
	errFailed  = spec.NewError(spec.ErrInternalError, "the sandbox failed; the reason is in its log")
)

func invalid(format string, args ...any) error {
	return spec.NewError(spec.ErrInvalidParams, fmt.Sprintf(format, args...))
}

// convert returns err as an error of A2A. What is no answer for the client is logged.
func (a *agent) convert(err error) error {
	if answer, ok := errors.AsType[*spec.Error](err); ok {
		return answer
	}
	if errors.Is(err, store.ErrNoTask) {
		return spec.NewError(spec.ErrTaskNotFound, "the agent has no such task")
	}
	refused, ok := errors.AsType[*apierror.Error](err)
	switch {
	case !ok:
		a.Log.Error("A2A request failed", "agent", a.rec.Agent.Key, "error", err)
		if ofFile, ok := errors.AsType[*store.FileError](err); ok {
			return spec.NewError(spec.ErrInternalError, ofFile.Error())
		}
		return errFailed
	case refused.Status == http.StatusNotFound:
		return spec.NewError(spec.ErrTaskNotFound, refused.Message)
	case refused.Status == http.StatusConflict:
		return spec.NewError(spec.ErrUnsupportedOperation, refused.Message)
	case refused.Status >= http.StatusInternalServerError:
		return spec.NewError(spec.ErrServerError, refused.Message)
	}
	return spec.NewError(spec.ErrInvalidParams, refused.Message)
}
