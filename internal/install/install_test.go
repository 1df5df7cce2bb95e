package install_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

var update = flag.Bool("update", false, "write the golden files")

// servers are what the golden files are made of, by the end of their names.
func servers() map[string]install.Server {
	return map[string]install.Server{
		"sandbox":  {Name: "orq", Command: "/opt/bin/orq-mcp", Args: []string{"--sandbox", "--data", "/home/ada/my agents.db"}},
		"key":      {Name: "orq", Command: "/opt/bin/orq-mcp", NeedsKey: true},
		"with-key": {Name: "orq", Command: "/opt/bin/orq-mcp", NeedsKey: true, Key: "sk-orq-0123456789"},
		"http":     {Name: "orq", URL: "https://mcp.example.com/mcp", NeedsKey: true},
		"http-key": {Name: "orq", URL: "https://mcp.example.com/mcp", NeedsKey: true, Key: "sk-orq-0123456789"},
		"open":     {Name: "orq", URL: "http://127.0.0.1:8585/mcp"},
	}
}

func find(t *testing.T, name string) install.Client {
	t.Helper()
	client, ok := install.Find(name)
	if !ok {
		t.Fatalf("there is no client %s", name)
	}
	return client
}

// TestFilesOfAllClients installs each kind of server into a file as each client has it, testdata/CLIENT/before.*, and removes
// it again.
func TestFilesOfAllClients(t *testing.T) {
	t.Parallel()
	for _, name := range install.Names() {
		befores, err := filepath.Glob(filepath.Join("testdata", name, "before.*"))
		if err != nil || len(befores) != 1 {
			t.Fatalf("%s has the files %v, want one", name, befores)
		}
		raw, err := os.ReadFile(befores[0])
		if err != nil {
			t.Fatal(err)
		}
		before, client := install.Text(raw), find(t, name)
		for kind, server := range servers() {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				after, err := client.Install(before, server, false)
				if strings.HasPrefix(kind, "http") || kind == "open" {
					if name == "claude-desktop" {
						if err == nil || !strings.Contains(err.Error(), "Connectors") {
							t.Errorf("error = %v, want one that names Connectors", err)
						}
						return
					}
				}
				if err != nil {
					t.Fatal(err)
				}
				checkGolden(t, filepath.Join("testdata", name, kind+filepath.Ext(befores[0])), string(after))
				again, err := client.Install(after, server, false)
				if err != nil || again != after {
					t.Errorf("a second time: error %v, change %s", err, cmp.Diff(after, again))
				}
				removed, found, err := client.Remove(after, server, false)
				if err != nil || !found || removed != before {
					t.Errorf("removed: error %v, found %v, change to what was there before %s", err, found, cmp.Diff(before, removed))
				}
			})
		}
	}
}

func checkGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestFormsOfFiles undoes an installation in each form that a file may have, to the byte.
func TestFormsOfFiles(t *testing.T) {
	t.Parallel()
	forms := map[string][]string{
		"cursor": {
			"", "\n", "{}", "{}\n", "{\n}\n", "{ }", "{ // none yet\n}\n", `{"mcpServers":{}}`, `{"mcpServers": {"a": {"command": "a"}}}`,
			"{\n\t\"mcpServers\": {\n\t\t\"a\": {\"command\": \"a\"} // the first\n\t}\n}\n",
			"{\r\n  \"mcpServers\": {\r\n    \"a\": {\"command\": \"a\"},\r\n  },\r\n}\r\n",
			"\ufeff{\n    \"mcpServers\": {\n        \"a\": {\"command\": \"a\"}\n    }\n}",
			"{\n  \"mcpServers\": {\n    \"a\": {\"command\": \"a\"}, /* a\n comment */\n    // the end\n  }\n}\n",
			"// head\n{\"other\": [1, 2.50, 1e400]}\n// foot\n",
		},
		"codex": {
			"", "\n", "# only a comment", "model = \"x\"", "model = \"x\"\n", "model = \"x\"\r\n\r\n[mcp_servers.a]\r\ncommand = \"a\"\r\n",
			"\ufeffmodel = \"x\"\n", "[mcp_servers.a]\ncommand = \"\"\"\n# no comment\n\"\"\"\n\n# the end\n", "[mcp_servers]\n",
		},
		"goose": {
			"", "# only a comment\n", "GOOSE_MODEL: x", "extensions:\n", "extensions: # none\n", "extensions:\n    a:\n        cmd: a\nlast: 1\n",
			"extensions:\r\n  a:\r\n    cmd: a\r\n", "\ufeffextensions:\n  # about a\n  a: {cmd: a}\n\n# the end\n", "a: &x 1\nextensions:\n  b: *x\n",
			"a: |\n  extensions:\n    no\nb: 2\n",
		},
		"continue": {
			"", "name: x\nmcpServers:\n- name: a\n  command: a\n", "mcpServers:\n  # about a\n  - name: a\n    command: a\nmodels: []\n",
		},
	}
	for name, texts := range forms {
		client := find(t, name)
		for _, text := range texts {
			for kind, server := range servers() {
				t.Run(name+" "+kind, func(t *testing.T) {
					t.Parallel()
					undoes(t, client, install.Text(text), server)
				})
			}
		}
	}
}

// undoes installs a server into a file on the disk and undoes it.
func undoes(t *testing.T, client install.Client, before install.Text, server install.Server) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if before != "" {
		writeFile(t, path, string(before))
	}
	file := read(t, path)
	after, err := client.Install(before, server, false)
	if err != nil {
		t.Fatalf("%q: %v", before, err)
	}
	if strings.Contains(string(before), "\r\n") && strings.Contains(strings.ReplaceAll(string(after), "\r\n", ""), "\n") {
		t.Errorf("%q has line ends of two kinds", after)
	}
	if err := file.Write(after, install.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	undone, err := client.Undo(read(t, path), server, false)
	if err != nil {
		t.Fatalf("%q: %v", after, err)
	}
	if got, want := undone.Content, before; !undone.Gone && got != want || undone.Gone != (before == "") {
		t.Errorf("undone = %q (gone %v), want %q; it was %q", got, undone.Gone, want, after)
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) install.File {
	t.Helper()
	file, err := install.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestClientsHaveTheNamesOfTheirOrder(t *testing.T) {
	t.Parallel()
	want := []string{
		"claude-code", "claude-desktop", "codex", "continue", "cursor", "gemini", "goose", "opencode", "vscode", "windsurf", "zed",
	}
	if got := install.Names(); !slices.Equal(got, want) {
		t.Errorf("names = %v, want %v", got, want)
	}
}
