package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// maxBody bounds the body of a request, in bytes.
const maxBody = 8 << 20

// decode reads, checks and decodes the body of a request.
func decode(w http.ResponseWriter, r *http.Request, rules validate.Object, request any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &apierror.Error{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("body: is larger than %d bytes", maxBody)}
	}
	if err != nil {
		return apierror.Invalid("body: cannot be read: %v", neterror.Describe(err))
	}
	return validate.Decode(body, rules, request)
}
