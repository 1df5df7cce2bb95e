package sandbox

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

func TestMemoryHasAnEnd(t *testing.T) {
	t.Parallel()
	box, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	r := &run{sandbox: box, memory: &orq.Memory{EntityID: "ann"}}
	full := make([]store.Document, maxDocuments)
	if _, err := box.store.ChangeDocuments("ann", func([]store.Document) ([]store.Document, string) { return full, "" }); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"one more":                         "1000 texts are remembered, which is all there is room for; delete some",
		strings.Repeat("x", maxDocument+1): "text must have from 1 to 100000 bytes",
	} {
		if _, why, err := r.remember(defaultStore, text); why != want || err != nil {
			t.Errorf("%.10q: %q, %v", text, why, err)
		}
	}
}
