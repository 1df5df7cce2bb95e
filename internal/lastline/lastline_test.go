package lastline_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/orq-mcp/orq-mcp/internal/lastline"
)

func TestABlankLineIsAdded(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		body string
		end  error
		want string
	}{
		"at the end":          {"data: a", nil, "data: a\n\n"},
		"after a line":        {"data: a\n", nil, "data: a\n\n\n"},
		"after a broken line": {"data: a\n", broken, "data: a\n\n\n"},
		"not within a line":   {"data: a", broken, "data: a"},
		"to nothing":          {"", nil, "\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := io.Reader(strings.NewReader(test.body))
			if test.end != nil {
				body = io.MultiReader(body, iotest.ErrReader(test.end))
			}
			got, err := io.ReadAll(lastline.NewReader(iotest.DataErrReader(iotest.OneByteReader(body))))
			if string(got) != test.want || !errors.Is(err, test.end) {
				t.Errorf("read %q with error %v, want %q with %v", got, err, test.want, test.end)
			}
		})
	}
}
