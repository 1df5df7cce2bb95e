package run

import (
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

func openStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := memory{openStore(t), "ann", []string{defaultStore}}
	full := make([]store.Document, maxDocuments)
	if _, err := m.store.ChangeDocuments("ann", func([]store.Document) ([]store.Document, string) { return full, "" }); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"one more":                         "1000 texts are remembered, which is all there is room for; delete some",
		strings.Repeat("x", maxDocument+1): "text must have from 1 to 100000 bytes",
	} {
		if _, refusal, err := m.write(defaultStore, text); refusal != want || err != nil {
			t.Errorf("write of %.10q: refusal %q, error %v, want %q", text, refusal, err, want)
		}
	}
}
