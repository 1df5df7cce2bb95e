package cli_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/cli"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestExportOfAWorkspace exports over the API of each generation, seeds another workspace with the list, and exports again.
func TestExportOfAWorkspace(t *testing.T) {
	t.Parallel()
	card := httptest.NewServer(cardHandler())
	t.Cleanup(card.Close)
	agents := []json.RawMessage{
		json.RawMessage(`{"key": "far", "display_name": "Far", "description": "d", "path": "p", "agent_url": "` + card.URL + `", "headers": {"X-Key": {"value": "hush-1", "encrypted": true}, "X-Plain": {"value": "hush-2"}}}`),
		json.RawMessage(`{"key": "near", "role": "r", "description": "d", "instructions": "i", "model": "m", "tools": [{"type": "current_date"}], "variables": {"api_key": "hush-3", "city": "Ghent"}}`),
		json.RawMessage(`{"key": "last", "role": "r", "description": "d", "instructions": "i", "model": "m", "team_of_agents": [{"key": "near"}]}`),
	}
	for _, generation := range []sandbox.Generation{sandbox.GenerationBoth, sandbox.GenerationMarch, sandbox.GenerationToday} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			list, stderr := exportFrom(t, generation, agents)
			if strings.Contains(list, "hush") {
				t.Errorf("the list holds a secret:\n%s", list)
			}
			want := "The values of 2 headers are left out: write them in before you seed.\nWhat looks like a secret is *** in 1 places.\n"
			if stderr != want {
				t.Errorf("stderr = %q, want %q", stderr, want)
			}
			var exported []json.RawMessage
			if err := json.Unmarshal([]byte(list), &exported); err != nil || len(exported) != 3 {
				t.Fatalf("%d agents, error %v, want 3:\n%s", len(exported), err, list)
			}
			again, _ := exportFrom(t, generation, exported)
			if diff := cmp.Diff(list, again); diff != "" {
				t.Errorf("list of what was seeded (-first +again):\n%s", diff)
			}
		})
	}
}

// exportFrom exports from a served workspace with these agents.
func exportFrom(t *testing.T, generation sandbox.Generation, agents []json.RawMessage) (list, stderr string) {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Generation: generation})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	if _, err := box.Seed(t.Context(), agents); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(box)
	t.Cleanup(web.Close)
	file := filepath.Join(t.TempDir(), "agents.json")
	var errors strings.Builder
	environment := map[string]string{"ORQ_API_KEY": "sk-orq-0123456789", "ORQ_BASE_URL": web.URL}
	code := cli.Run(context.WithoutCancel(t.Context()), []string{"sandbox", "export", "--format", "json", "--out", file}, cli.Process{
		In: strings.NewReader(""), Err: &errors, Getenv: func(name string) string { return environment[name] },
	})
	raw, err := os.ReadFile(file)
	if code != 0 || err != nil {
		t.Fatalf("exit code = %d, error %v, stderr %s", code, err, &errors)
	}
	return string(raw), errors.String()
}
