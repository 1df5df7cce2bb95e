package tools

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOutline(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		value string
		want  []string
	}{
		"plain values":                 {`{"a": "x", "b": 9007199254740993, "c": 1.50, "d": true, "e": null}`, []string{"a: x", "b: 9007199254740993", "c: 1.50", "d: true", "e: null"}},
		"the order of the JSON":        {`{"z": 1, "a": 2}`, []string{"z: 1", "a: 2"}},
		"a string of several lines":    {`{"a": "x\n  y\nz", "b": 1}`, []string{"a:", "  x", "    y", "  z", "b: 1"}},
		"empty values":                 {`{"a": [], "b": {}, "c": ""}`, []string{"a: none", "b: none", "c: "}},
		"empty object":                 {`{}`, []string{""}},
		"a short list":                 {`{"a": ["x", 1, false]}`, []string{"a: x, 1, false"}},
		"a short object":               {`{"a": {"x": 1, "y": "z"}}`, []string{"a: x 1, y z"}},
		"a list with a comma in it":    {`{"a": ["x, y", "z"]}`, []string{"a:", "  - x, y", "  - z"}},
		"a list of objects":            {`{"a": [{"x": 1}, {"x": [2, 3], "y": {"z": "v\nw"}}]}`, []string{"a:", "  - x 1", "  -", "    x: 2, 3", "    y:", "      z:", "        v", "        w"}},
		"a list of lists":              {`{"a": [[1, 2], [], [[3]]]}`, []string{"a:", "  - 1, 2", "  - none", "  -", "    - 3"}},
		"a long list":                  {`{"a": ["` + strings.Repeat("x", 60) + `", "` + strings.Repeat("y", 60) + `"]}`, []string{"a:", "  - " + strings.Repeat("x", 60), "  - " + strings.Repeat("y", 60)}},
		"secrets":                      {`{"api_key": "s", "headers": {"A": "s", "B": {"value": "s", "encrypted": true}}, "tokens": 3}`, []string{"api_key: ***", "headers:", "  A: ***", "  B: value ***, encrypted true", "tokens: 3"}},
		"characters that JSON escapes": {`{"a": "<b> & ü \u2028"}`, []string{"a: <b> & ü \u2028"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(strings.Join(each.want, "\n"), outline(json.RawMessage(each.value))); diff != "" {
				t.Errorf("outline differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutlineOfUnencodableValue(t *testing.T) {
	t.Parallel()
	if got := outline(map[string]any{"f": func() {}}); !strings.Contains(got, "f:") {
		t.Errorf("outline(func) = %q, want the field's name in it", got)
	}
}

// TestOutlineDepthIsBounded checks that a deeply nested value, as an agent card may contain, does not make the outline much longer
// than the value.
func TestOutlineDepthIsBounded(t *testing.T) {
	t.Parallel()
	const depth = 5000
	deep := strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth)
	text := outline(map[string]any{"card": json.RawMessage(deep)})
	if len(text) > 2*depth+1000 || !strings.Contains(text, strings.Repeat("[", depth-outlineDepth)) {
		t.Errorf("outline of %d bytes has %d bytes, want at most %d", len(deep), len(text), 2*depth+1000)
	}
}
