package a2a

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestNewParts(t *testing.T) {
	t.Parallel()
	text := orq.TextPart
	file := orq.Part{Kind: orq.KindFile, File: &orq.File{URI: "https://example.com/x"}}
	data := orq.Part{Kind: orq.KindData, Data: map[string]any{"n": 1.0}}
	for name, test := range map[string]struct{ known, parts, want []orq.Part }{
		"all of it":          {nil, []orq.Part{text("a"), file}, []orq.Part{text("a"), file}},
		"nothing":            {[]orq.Part{text("a")}, []orq.Part{text("a")}, []orq.Part{}},
		"the rest of a text": {[]orq.Part{text("a")}, []orq.Part{text("ab")}, []orq.Part{text("b")}},
		"what follows":       {[]orq.Part{file}, []orq.Part{file, data}, []orq.Part{data}},
		"both":               {[]orq.Part{data, text("a")}, []orq.Part{data, text("ab"), file}, []orq.Part{text("b"), file}},
		"another text":       {[]orq.Part{text("a")}, []orq.Part{text("b")}, []orq.Part{text("b")}},
		"another file":       {[]orq.Part{file}, []orq.Part{data}, []orq.Part{data}},
		"another beginning":  {[]orq.Part{file, text("a")}, []orq.Part{data, text("ab")}, []orq.Part{data, text("ab")}},
		"less":               {[]orq.Part{text("a"), file}, []orq.Part{text("a")}, []orq.Part{text("a")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, newParts(test.known, test.parts)); diff != "" {
				t.Errorf("newParts() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExtents(t *testing.T) {
	t.Parallel()
	text := orq.TextPart
	file := orq.Part{Kind: orq.KindFile, File: &orq.File{URI: "https://example.com/x"}}
	first, second, third := []orq.Part{text("one ")}, []orq.Part{text("two"), file}, []orq.Part{text("three")}
	var received Extent
	var whole []orq.Part
	for _, turn := range [][]orq.Part{first, second, third} {
		whole = mergeTexts(append(whole, turn...))
		if diff := cmp.Diff(turn, received.after(whole)); diff != "" {
			t.Errorf("parts after %v (-want +got):\n%s", received, diff)
		}
		received = received.with(turn)
	}
	if want := (Extent{3, 5}); received != want {
		t.Errorf("extent %v, want %v", received, want)
	}
}
