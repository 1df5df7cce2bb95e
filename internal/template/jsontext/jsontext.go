// Package jsontext writes values of decoded JSON into texts.
package jsontext

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// Of returns a string as it is, and any other value as JSON: numbers with their digits, names sorted, and <, > and & as they
// are.
func Of(b *budget.Budget, value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("a variable is no JSON: %w", err)
	}
	if err := b.Allocate(encoded.Len()); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(encoded.Bytes(), []byte("\n"))), nil
}
