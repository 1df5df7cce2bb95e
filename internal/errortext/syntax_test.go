package errortext_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
)

func TestSyntaxOfJSONInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "it is empty", " \n": "it is empty", "{": "it ends too early", `{"key":"a`: "it ends too early",
		"key": "character 1 is wrong", `{"key" "a"}`: "character 8 is wrong", "[]": "it has a value of type array in the wrong place",
	} {
		var into map[string]any
		err := json.NewDecoder(strings.NewReader(text)).Decode(&into)
		if got := errortext.Syntax(fmt.Errorf("decode: %w", err)); got != want {
			t.Errorf("Syntax of %q (%v) = %q, want %q", text, err, got, want)
		}
		if strings.TrimSpace(text) == "" {
			want = "it ends too early"
		}
		if got := errortext.Syntax(json.Unmarshal([]byte(text), &into)); got != want {
			t.Errorf("Syntax of %q, not streamed = %q, want %q", text, got, want)
		}
	}
	if got := errortext.Syntax(errors.New("connection reset by peer")); got != "" {
		t.Errorf("Syntax of another error = %q, want none", got)
	}
}
