package install_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

func TestDamagedFilesAreRefusedWithTheirPosition(t *testing.T) {
	t.Parallel()
	for _, damaged := range []struct{ client, text, want string }{
		{"cursor", "{\n  \"a\": 1\n  \"b\": 2\n}", "is not JSON: line 3, column 3"},
		{"cursor", "{\n  \"a\": 1", "is not JSON: line 2"},
		{"cursor", "[]", "is not JSON: line 1: not an object"},
		{"cursor", "{} {}", "is not JSON: line 1, column 4"},
		{"codex", "a = 1\nb = = 2\n", "is not TOML: line 2, column 5"},
		{"codex", "[a]\n[a]\n", "is not TOML: line 2"},
		{"goose", "a: 1\nb: [\n", "is not YAML: line 3"},
		{"goose", "- a\n", "is not YAML: line 1: not a mapping"},
		{"goose", "a: 1\n---\nb: 2\n", "is not YAML"},
	} {
		client := find(t, damaged.client)
		_, err := client.Install(install.Text(damaged.text), servers()["sandbox"], true)
		if err == nil || !strings.HasPrefix(err.Error(), damaged.want) {
			t.Errorf("%s %q: error = %v, want %q", damaged.client, damaged.text, err, damaged.want)
		}
		if _, _, err := client.Remove(install.Text(damaged.text), servers()["sandbox"], true); err == nil {
			t.Errorf("%s %q: removal has no error", damaged.client, damaged.text)
		}
	}
}

func TestFormsThatCannotBeExtendedAreRefused(t *testing.T) {
	t.Parallel()
	for _, odd := range []struct{ client, text string }{
		{"cursor", `{"mcpServers": []}`},
		{"cursor", `{"mcpServers": null}`},
		{"cursor", `{"mcpServers": {}, "mcpServers": {}}`},
		{"vscode", `{"inputs": 1}`},
		{"codex", "mcp_servers = { a = { command = \"a\" } }\n"},
		{"codex", "mcp_servers = 1\n"},
		{"codex", "[[mcp_servers]]\na = 1\n"},
		{"goose", "{extensions: {}}\n"},
		{"goose", "extensions: {a: {cmd: a}}\n"},
		{"goose", "extensions: 1\n"},
		{"continue", "mcpServers: [{name: a}]\n"},
	} {
		server := install.Server{Name: "orq", Command: "/bin/orq-mcp", NeedsKey: true}
		if after, err := find(t, odd.client).Install(install.Text(odd.text), server, true); err == nil {
			t.Errorf("%s %q became %q, want an error", odd.client, odd.text, after)
		}
	}
}

func TestAnotherEntryOfTheNameIsLeftAlone(t *testing.T) {
	t.Parallel()
	server := install.Server{Name: "orq", Command: "/bin/orq-mcp", Args: []string{"--sandbox"}}
	for client, text := range map[string]string{
		"cursor":   `{"mcpServers": {"orq": {"command": "npx", "args": ["orq-mcp"]}}}`,
		"codex":    "[mcp_servers.orq]\ncommand = \"npx\"\n",
		"goose":    "extensions:\n  orq:\n    cmd: npx\n",
		"continue": "mcpServers:\n  - name: orq\n    command: npx\n",
		"opencode": `{"mcp": {"servers": {"orq": {"type": "local", "command": ["npx", "orq-mcp"]}}}}`,
	} {
		var foreign install.ForeignError
		if _, err := find(t, client).Install(install.Text(text), server, false); !errors.As(err, &foreign) {
			t.Errorf("%s: error = %v, want a ForeignError", client, err)
		}
		if _, _, err := find(t, client).Remove(install.Text(text), server, false); !errors.As(err, &foreign) {
			t.Errorf("%s: error of the removal = %v, want a ForeignError", client, err)
		}
		after, err := find(t, client).Install(install.Text(text), server, true)
		if err != nil || !strings.Contains(string(after), "/bin/orq-mcp") || strings.Contains(string(after), "npx") {
			t.Errorf("%s replaced by force = %q, %v", client, after, err)
		}
	}
}

func TestOurEntriesAreKnown(t *testing.T) {
	t.Parallel()
	server := install.Server{Name: "orq", URL: "https://mcp.example.com/mcp", NeedsKey: true}
	for _, entry := range []string{
		`{"command": "C:\\bin\\orq-mcp.exe"}`, `{"command": "orq-mcp", "disabled": true}`, `{"url": "https://mcp.example.com/mcp"}`,
		`{"url": "http://localhost:9000/mcp/"}`, `{"command": "npx", "env": {"ORQ_API_KEY": "x"}}`,
	} {
		after, err := find(t, "cursor").Install(install.Text(`{"mcpServers": {"orq": `+entry+`}}`), server, false)
		if err != nil || strings.Contains(string(after), "command") {
			t.Errorf("%s became %s, %v", entry, after, err)
		}
	}
}

// TestChangesInBetweenStay changes a file between installation and removal: then the removal takes out the entry alone.
func TestChangesInBetweenStay(t *testing.T) {
	t.Parallel()
	for client, in := range map[string]struct{ before, now, later, want string }{
		"cursor":   {"{}\n", "{\n", "{\n  // mine\n", "{\n  // mine\n  \"mcpServers\": {}\n}\n"},
		"codex":    {"a = 1\n", "a = 1", "a = 2", "a = 2\n"},
		"goose":    {"a: 1\n", "a: 1", "a: 2", "a: 2\nextensions: {}\n"},
		"continue": {"a: 1\n", "a: 1", "a: 2", "a: 2\nmcpServers: []\n"},
	} {
		path := filepath.Join(t.TempDir(), "file")
		writeFile(t, path, in.before)
		server := servers()["key"]
		after, err := find(t, client).Install(install.Text(in.before), server, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := read(t, path).Write(after, install.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, strings.Replace(string(after), in.now, in.later, 1))
		undone, err := find(t, client).Undo(read(t, path), server, false)
		if err != nil || undone.Restored || undone.Gone {
			t.Errorf("%s: %+v, %v, want a removal", client, undone, err)
		}
		if diff := cmp.Diff(in.want, string(undone.Content)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", client, diff)
		}
	}
}

// TestAnUpdateIsUndoneToo replaces an entry by another of ours, then removes it: the backup of the first stays.
func TestAnUpdateIsUndoneToo(t *testing.T) {
	t.Parallel()
	client := find(t, "vscode")
	path := filepath.Join(t.TempDir(), "mcp.json")
	writeFile(t, path, "{ }\n")
	for _, kind := range []string{"key", "sandbox", "http-key"} {
		file := read(t, path)
		after, err := client.Install(file.Content, servers()[kind], false)
		if err != nil {
			t.Fatal(err)
		}
		_, known := client.Original(file, "orq")
		if err := file.Write(after, install.WriteOptions{KeepBackup: known}); err != nil {
			t.Fatal(err)
		}
	}
	undone, err := client.Undo(read(t, path), servers()["key"], false)
	if err != nil || !undone.Restored || undone.Content != "{ }\n" {
		t.Errorf("undone = %+v, %v, want what was there first", undone, err)
	}
}

func TestTheEntryOfAnotherServerKeepsItsInput(t *testing.T) {
	t.Parallel()
	client := find(t, "vscode")
	one, other := servers()["key"], servers()["key"]
	other.Name = "orq-too"
	after, err := client.Install("", one, false)
	if err == nil {
		after, err = client.Install(after, other, false)
	}
	if err != nil || strings.Count(string(after), `"id"`) != 1 {
		t.Fatalf("both = %s, %v, want one input", after, err)
	}
	removed, _, err := client.Remove(after, one, false)
	if err != nil || strings.Count(string(removed), `"id"`) != 1 {
		t.Errorf("one removed = %s, %v, want the input", removed, err)
	}
}

func TestNothingIsSaidOfAKeyThatIsNotNeeded(t *testing.T) {
	t.Parallel()
	for _, name := range install.Names() {
		client := find(t, name)
		for _, kind := range []string{"sandbox", "with-key", "http-key", "open"} {
			if note := client.KeyNote(servers()[kind], false); note != "" {
				t.Errorf("%s %s: %s", name, kind, note)
			}
		}
		if note := client.KeyNote(servers()["key"], false); note == "" {
			t.Errorf("%s says nothing about the key", name)
		}
	}
}

// FuzzInstall installs and removes a server in any text: what is not refused keeps all else.
func FuzzInstall(f *testing.F) {
	for which, text := range []string{
		"{\"servers\": {\"a\": {}}, /* c */ \"inputs\": [1, ],}", "# c\na = 1\n[mcp_servers.a.b]\n", "extensions:\n  a: 1\n# c\nb: |\n  c\n",
		"mcpServers:\n- name: a\n",
	} {
		f.Add(which, text)
	}
	f.Fuzz(func(t *testing.T, which int, text string) {
		name := []string{"vscode", "codex", "goose", "continue"}[uint(which)%4]
		client, server := find(t, name), servers()["key"]
		_, had, err := client.Remove(install.Text(text), server, true)
		if err != nil {
			return
		}
		after, err := client.Install(install.Text(text), server, true)
		if err != nil {
			return
		}
		again, err := client.Install(after, server, false)
		if err != nil || again != after {
			t.Errorf("%s: %q became %q, then %q, %v", name, text, after, again, err)
		}
		if _, found, err := client.Remove(after, server, false); err != nil && !had || !found {
			t.Errorf("%s: %q became %q, which has no entry: %v", name, text, after, err)
		}
	})
}
