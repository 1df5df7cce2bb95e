package install_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

// TestWhatInstallWritesIsFoundAgain reads the golden files of all clients, and fills in the key.
func TestWhatInstallWritesIsFoundAgain(t *testing.T) {
	t.Parallel()
	const key = "sk-orq-0123456789"
	home := t.TempDir()
	for kind, server := range servers() {
		for _, name := range install.Names() {
			files, err := filepath.Glob(filepath.Join("testdata", name, kind+".*"))
			if err != nil || len(files) == 0 {
				continue // Claude Desktop takes no addresses
			}
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				client := find(t, name)
				raw, err := os.ReadFile(files[0])
				if err != nil {
					t.Fatal(err)
				}
				found, err := client.Configured(install.Text(raw))
				// Nothing in these says whose they are.
				nameless := kind == "http" && (name == "zed" || name == "goose") || kind == "http-key"
				if nameless {
					if err != nil || len(found) != 0 {
						t.Errorf("found %+v, %v, want none", found, err)
					}
					return
				}
				if err != nil || len(found) != 1 {
					t.Fatalf("found %+v, %v, want one", found, err)
				}
				got, missing := client.Resolve(found[0], machine("linux", home, map[string]string{"ORQ_API_KEY": key}), "")
				if got.Name != "orq" || got.Command != server.Command || got.URL != server.URL || strings.Join(got.Args, " ") != strings.Join(server.Args, " ") {
					t.Errorf("entry %+v, want one of %+v", got, server)
				}
				asks, hasNone := name == "vscode" && kind != "with-key", name == "zed" || name == "claude-desktop"
				switch hasKey := got.Env["ORQ_API_KEY"] == key || got.Headers["Authorization"] == "Bearer "+key; {
				case !server.NeedsKey || hasNone && server.Key == "":
					if hasKey || len(missing) > 0 {
						t.Errorf("entry %+v, missing %v, want neither a key nor a reference", got, missing)
					}
				case asks:
					if want := []string{"input:orq-api-key"}; hasKey || !cmp.Equal(missing, want) {
						t.Errorf("entry %+v, missing %v, want %v", got, missing, want)
					}
				case !hasKey || len(missing) > 0:
					t.Errorf("entry %+v, missing %v, want the key", got, missing)
				}
			})
		}
	}
}

func TestReferencesThatNothingFillsInAreMissing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"codex", "continue", "cursor", "gemini", "goose", "opencode", "windsurf"} {
		files, _ := filepath.Glob(filepath.Join("testdata", name, "key.*"))
		raw, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		client := find(t, name)
		found, err := client.Configured(install.Text(raw))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: found %+v, %v, want one", name, found, err)
		}
		got, missing := client.Resolve(found[0], machine("linux", t.TempDir(), nil), "")
		if _, has := got.Env["ORQ_API_KEY"]; has || len(missing) != 1 || !strings.Contains(missing[0], "ORQ_API_KEY") {
			t.Errorf("%s: variables %v, missing %v, want no variable and one missing", name, got.Env, missing)
		}
	}
}

func TestConfiguredEntries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		client, file string
		want         []install.Configured
	}{
		"none":             {"cursor", "", nil},
		"of others":        {"cursor", `{"mcpServers":{"a":{"command":"npx","args":["orq-mcp"]},"b":3}}`, nil},
		"two, and a mark":  {"cursor", "\ufeff" + `{"mcpServers":{"b":{"command":"/x/orq-mcp"},"a":{"command":"orq-mcp.exe"}}}`, []install.Configured{{Name: "a", Command: "orq-mcp.exe"}, {Name: "b", Command: "/x/orq-mcp"}}},
		"switched off":     {"opencode", `{"mcp":{"servers":{"o":{"type":"local","command":["orq-mcp","--sandbox"],"enabled":false}}}}`, []install.Configured{{Name: "o", Off: true, Command: "orq-mcp", Args: []string{"--sandbox"}}}},
		"disabled":         {"windsurf", `{"mcpServers":{"o":{"command":"orq-mcp","disabled":true}}}`, []install.Configured{{Name: "o", Off: true, Command: "orq-mcp"}}},
		"older Zed":        {"zed", `{"context_servers":{"o":{"command":{"path":"orq-mcp","args":["stdio"],"env":{"A":"1"}}}}}`, []install.Configured{{Name: "o", Command: "orq-mcp", Args: []string{"stdio"}, Env: map[string]string{"A": "1"}}}},
		"a wrapper":        {"cursor", `{"mcpServers":{"o":{"command":"docker","args":["run","x"],"env":{"ORQ_API_KEY":"k"}}}}`, []install.Configured{{Name: "o", Command: "docker", Args: []string{"run", "x"}, Env: map[string]string{"ORQ_API_KEY": "k"}}}},
		"a folder":         {"codex", "[mcp_servers.o]\ncommand = \"orq-mcp\"\ncwd = \"/srv\"\nenv_vars = [{ name = \"ORQ_API_KEY\" }]\n", []install.Configured{{Name: "o", Command: "orq-mcp", Folder: "/srv", PassedOn: []string{"ORQ_API_KEY"}}}},
		"of folders":       {"claude-code", `{"mcpServers":{"o":{"command":"orq-mcp"}},"projects":{"/b":{"mcpServers":{"o":{"command":"orq-mcp"},"x":{"command":"x"}}},"/a":{"mcpServers":{"p":{"url":"http://localhost:8585/mcp"}}}}}`, []install.Configured{{Name: "o", Command: "orq-mcp"}, {Name: "p", For: "/a", URL: "http://localhost:8585/mcp"}, {Name: "o", For: "/b", Command: "orq-mcp"}}},
		"without a name":   {"continue", "mcpServers:\n  - command: orq-mcp\n", []install.Configured{{Name: "1", Command: "orq-mcp"}}},
		"numbers as texts": {"goose", "extensions:\n  o:\n    cmd: orq-mcp\n    envs: {A: 1, B: true}\n", []install.Configured{{Name: "o", Command: "orq-mcp", Env: map[string]string{"A": "1", "B": "true"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := find(t, test.client).Configured(install.Text(test.file))
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				for _, each := range []*map[string]string{&got[i].Env, &got[i].Headers, &got[i].PassedHeaders} {
					if len(*each) == 0 {
						*each = nil
					}
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := find(t, "cursor").Configured("{"); err == nil || !strings.Contains(err.Error(), "is not JSON: line 1") {
		t.Errorf("error of a damaged file = %v, want one with its position", err)
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	home, project := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, ".continue"), 0o750); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(home, ".continue", ".env"), "# keys\nexport A=\"home a\"\nB=home b\n")
	writeFile(t, filepath.Join(project, ".env"), "A = 'project a'\n")
	at := machine("linux", home, map[string]string{"A": "1", "LONG": "a/b"})
	for _, test := range []struct {
		client, text, folder, want, missing string
	}{
		{"claude-code", "${A}-${A:-x}-${NO:-y}-$A", "", "1-1-y-$A", ""},
		{"claude-code", "${NO}", "", "${NO}", "NO"},
		{"gemini", "${A}/$LONG/$NO", "", "1/a/b/$NO", "NO"},
		{"opencode", "{env:A} ${A}", "", "1 ${A}", ""},
		{"cursor", "${env:A} ${userHome} ${workspaceFolder}", "/p", "1 " + home + " /p", ""},
		{"cursor", "${workspaceFolder}", "", "${workspaceFolder}", "workspaceFolder"},
		{"vscode", "${input:id}", "", "${input:id}", "input:id"},
		{"continue", "${{ secrets.A }} ${{secrets.B}}", "", "home a home b", ""},
		{"continue", "${{ secrets.A }}", project, "project a", ""},
		{"continue", "${{ secrets.LONG }}", "", "a/b", ""},
		{"zed", "${A}", "", "${A}", ""},
	} {
		got, missing := find(t, test.client).Resolve(install.Configured{Args: []string{test.text}}, at, test.folder)
		if got.Args[0] != test.want || strings.Join(missing, " ") != test.missing {
			t.Errorf("%s: %q = %q, missing %v, want %q, missing %q", test.client, test.text, got.Args[0], missing, test.want, test.missing)
		}
	}
}

func TestProjectFilesThatExist(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := machine("linux", "/home/ada", nil)
	for _, file := range []string{".mcp.json", ".continue/mcpServers/a.yaml", ".continue/mcpServers/b.yaml", ".continue/mcpServers/c.txt"} {
		path := filepath.Join(folder, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, "")
	}
	for client, want := range map[string]string{
		"claude-code": ".mcp.json", "continue": ".continue/mcpServers/a.yaml .continue/mcpServers/b.yaml", "cursor": "", "goose": "",
	} {
		got := strings.ReplaceAll(strings.Join(at.ProjectFiles(find(t, client), folder), " "), folder+"/", "")
		if got != want {
			t.Errorf("%s: files %q, want %q", client, got, want)
		}
	}
}
