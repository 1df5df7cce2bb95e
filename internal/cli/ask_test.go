package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

// change returns a change of a file that does not exist, with somebody who answers on in, and what the command prints to stderr.
func change(t *testing.T, in io.Reader) (clientChange, *bytes.Buffer) {
	t.Helper()
	file, err := install.Read(filepath.Join(t.TempDir(), "mcp.json"))
	if err != nil {
		t.Fatal(err)
	}
	client, _ := install.Find("cursor")
	var stderr bytes.Buffer
	return clientChange{
		client: client, server: install.Server{Name: "orq", Command: "/bin/orq-mcp"}, file: file, canAnswer: true,
		process: &Process{In: in, Out: io.Discard, Err: &stderr, Getenv: func(string) string { return "" }},
	}, &stderr
}

func TestAChangeIsWrittenAfterAYes(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"y\n": "", "YES\r\n": "", "y": "", "n\n": "nothing was changed", "\n": "nothing was changed; y or --yes writes this", "": "nothing was changed; y",
		"yesterday\n": "nothing was changed",
	} {
		c, stderr := change(t, strings.NewReader(answer))
		err := c.install(t.Context(), false)
		if (want == "") != (err == nil) || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("answer %q: error = %v, want %q", answer, err, want)
		}
		if _, statErr := os.Stat(c.file.Path); (statErr == nil) != (want == "") {
			t.Errorf("answer %q: the file exists: %v", answer, statErr == nil)
		}
		if !strings.HasPrefix(stderr.String(), "Write this? [y/N] ") {
			t.Errorf("stderr = %q, want the question first", stderr)
		}
	}
}

func TestAQuestionEndsWithAnInterruption(t *testing.T) {
	t.Parallel()
	in, writer := io.Pipe()
	t.Cleanup(func() { _ = writer.Close() })
	c, _ := change(t, in)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := c.install(ctx, false)
	if err == nil || err.Error() != "interrupted; nothing was changed" {
		t.Errorf("error = %v", err)
	}
	if code := report(io.Discard, "orq-mcp install", err); code != exitInterrupted {
		t.Errorf("exit code = %d, want %d", code, exitInterrupted)
	}
}

func TestLinesOfSecretsAreMasked(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`       "GITHUB_TOKEN": "ghp_123",` + "\n":           `       "GITHUB_TOKEN": "***",` + "\n",
		` api_key = "abc" # mine` + "\n":                     ` api_key = "***" # mine` + "\n",
		`-password: hunter2` + "\n":                          `-password: ***` + "\n",
		`+      "ORQ_API_KEY": "${ORQ_API_KEY:-}"` + "\n":    `+      "ORQ_API_KEY": "${ORQ_API_KEY:-}"` + "\n",
		`+      "ORQ_API_KEY": "{env:ORQ_API_KEY}"` + "\n":   `+      "ORQ_API_KEY": "{env:ORQ_API_KEY}"` + "\n",
		`+bearer_token_env_var = "ORQ_API_KEY"` + "\n":       `+bearer_token_env_var = "ORQ_API_KEY"` + "\n",
		`+env_keys: ["ORQ_API_KEY"]` + "\n":                  `+env_keys: ["ORQ_API_KEY"]` + "\n",
		`       "password": true` + "\n":                     `       "password": true` + "\n",
		`   "headers": {"Authorization": "Bearer abcdefgh"}`: `   "headers": {"Authorization": "***"}`,
		`+    "description": "orq.ai API key",` + "\n":       `+    "description": "orq.ai API key",` + "\n",
		`   "env": { "X_TOKEN": "abc", "B_SECRET": "def" }`:  `   "env": { "X_TOKEN": "***", "B_SECRET": "***" }`,
	} {
		if got := maskLine(line); got != want {
			t.Errorf("%q is shown as %q, want %q", line, got, want)
		}
	}
}
