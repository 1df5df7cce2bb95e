package fieldpath_test

import (
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
)

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, name, want string }{
		{"", "", ""}, {"", "a", "a"}, {"a", "", "a."}, {"a", "b", "a.b"}, {"a[0]", "b", "a[0].b"}, {"", ".a", ".a"}, {".a", "b", ".a.b"},
	} {
		if got := fieldpath.Join(c.path, c.name); got != c.want {
			t.Errorf("Join(%q, %q) = %q, want %q", c.path, c.name, got, c.want)
		}
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"": "[2]", "a": "a[2]", "a.b[0]": "a.b[0][2]"} {
		if got := fieldpath.Index(path, 2); got != want {
			t.Errorf("Index(%q, 2) = %q, want %q", path, got, want)
		}
	}
}
