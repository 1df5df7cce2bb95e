package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
)

// notAnObject describes why text is not the JSON object that flag wants.
func notAnObject(flag string, err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s: must be one JSON object such as {\"key\": \"scout\"}, not a JSON %s", flag, wrong.Value)
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: is empty; it must be one JSON object", flag)
	}
	return fmt.Errorf("%s: is not JSON: %s", flag, errortext.Syntax(err))
}
