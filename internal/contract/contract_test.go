package contract

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	inner := filepath.Join(root, "repository", "internal", "x")
	if err := os.MkdirAll(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "repository", "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		"":      filepath.Join(root, "shared", "contract", string(March)),
		"/else": filepath.Join("/else", string(March)),
	} {
		if got, err := find(inner, dir, March); got != want || err != nil {
			t.Errorf("find(%q) = %q, %v, want %q", dir, got, err, want)
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	Require(t)
	api, err := march.contract()
	if err != nil {
		t.Fatal(err)
	}
	if len(api.operations) != 13 {
		t.Errorf("%d operations, want 13", len(api.operations))
	}
	for path, want := range map[string]int{
		"/v2/agents/scout/responses":   10,
		"/v2/agents/stream-run":        17,
		"/v2/agents/scout/stream-task": 17,
	} {
		op := api.operation(httptest.NewRequest("POST", path, nil))
		if got := len(op.responses[200][mediaEvents].events); got != want {
			t.Errorf("%s has %d event types, want %d", path, got, want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	raw := Document(b)
	for b.Loop() {
		if _, err := parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvent(b *testing.B) {
	Require(b)
	api, err := march.contract()
	if err != nil {
		b.Fatal(err)
	}
	op := api.operation(httptest.NewRequest("POST", "/v2/agents/scout/responses", nil))
	s := &stream{schemas: op.responses[200][mediaEvents].events, report: func(subject string, found ...finding) {
		b.Errorf("%s%s", subject, describe(found))
	}}
	event := []byte("data: " + strings.ReplaceAll(delta, "\n", "") + "\n\n")
	for b.Loop() {
		s.write(event)
	}
}
