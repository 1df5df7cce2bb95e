package errortext

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Syntax returns why encoding/json cannot decode a text, in words: it is empty, ends too early or is wrong at a character.
// It returns "" for an error of anything else, such as that of a connection.
func Syntax(err error) string {
	var wrong *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return "it is empty"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &wrong) && wrong.Error() == "unexpected end of JSON input":
		return "it ends too early"
	case wrong != nil:
		return fmt.Sprintf("character %d is wrong", wrong.Offset)
	case errors.As(err, &typ):
		return fmt.Sprintf("it has a value of type %s in the wrong place", typ.Value)
	}
	return ""
}
