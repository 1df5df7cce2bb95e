package install_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

func machine(goos, home string, environment map[string]string) install.Machine {
	return install.Machine{OS: goos, Home: home, Getenv: func(name string) string { return environment[name] }}
}

func TestUserFilesOfAllSystems(t *testing.T) {
	t.Parallel()
	ada, windows := machine("linux", "/home/ada", nil), machine("windows", `C:\Users\ada`, nil)
	mac := machine("darwin", "/Users/ada", nil)
	for _, want := range []struct {
		client, linux, darwin, windows string
	}{
		{"claude-code", "/home/ada/.claude.json", "/Users/ada/.claude.json", `C:\Users\ada\.claude.json`},
		{
			"claude-desktop", "/home/ada/.config/Claude/claude_desktop_config.json",
			"/Users/ada/Library/Application Support/Claude/claude_desktop_config.json",
			`C:\Users\ada\AppData\Roaming\Claude\claude_desktop_config.json`,
		},
		{"codex", "/home/ada/.codex/config.toml", "/Users/ada/.codex/config.toml", `C:\Users\ada\.codex\config.toml`},
		{"continue", "/home/ada/.continue/config.yaml", "/Users/ada/.continue/config.yaml", `C:\Users\ada\.continue\config.yaml`},
		{"cursor", "/home/ada/.cursor/mcp.json", "/Users/ada/.cursor/mcp.json", `C:\Users\ada\.cursor\mcp.json`},
		{"gemini", "/home/ada/.gemini/settings.json", "/Users/ada/.gemini/settings.json", `C:\Users\ada\.gemini\settings.json`},
		{
			"goose", "/home/ada/.config/goose/config.yaml", "/Users/ada/.config/goose/config.yaml",
			`C:\Users\ada\AppData\Roaming\Block\goose\config\config.yaml`,
		},
		{
			"opencode", "/home/ada/.config/opencode/opencode.json", "/Users/ada/.config/opencode/opencode.json",
			`C:\Users\ada\.config\opencode\opencode.json`,
		},
		{
			"vscode", "/home/ada/.config/Code/User/mcp.json", "/Users/ada/Library/Application Support/Code/User/mcp.json",
			`C:\Users\ada\AppData\Roaming\Code\User\mcp.json`,
		},
		{
			"windsurf", "/home/ada/.codeium/windsurf/mcp_config.json", "/Users/ada/.codeium/windsurf/mcp_config.json",
			`C:\Users\ada\.codeium\windsurf\mcp_config.json`,
		},
		{"zed", "/home/ada/.config/zed/settings.json", "/Users/ada/.config/zed/settings.json", `C:\Users\ada\AppData\Roaming\Zed\settings.json`},
	} {
		for at, path := range map[*install.Machine]string{&ada: want.linux, &mac: want.darwin, &windows: want.windows} {
			got, err := at.UserFile(find(t, want.client))
			if err != nil || got != path {
				t.Errorf("%s on %s = %q, %v, want %q", want.client, at.OS, got, err, path)
			}
		}
	}
}

func TestUserFilesFollowTheVariablesOfTheClients(t *testing.T) {
	t.Parallel()
	linux := machine("linux", "/home/ada", map[string]string{
		"XDG_CONFIG_HOME": "/etc/ada", "CODEX_HOME": "/codex/", "CLAUDE_CONFIG_DIR": "/claude", "GEMINI_CLI_HOME": "/gemini",
	})
	windows := machine("windows", `C:\Users\ada`, map[string]string{"APPDATA": `D:\Data`})
	for client, path := range map[string]string{
		"opencode": "/etc/ada/opencode/opencode.json", "codex": "/codex/config.toml", "claude-code": "/claude/.claude.json",
		"gemini": "/gemini/.gemini/settings.json", "vscode": "/etc/ada/Code/User/mcp.json", "cursor": "/home/ada/.cursor/mcp.json",
	} {
		if got, err := linux.UserFile(find(t, client)); err != nil || got != path {
			t.Errorf("%s = %q, %v, want %q", client, got, err, path)
		}
	}
	if got, _ := windows.UserFile(find(t, "zed")); got != `D:\Data\Zed\settings.json` {
		t.Errorf("zed = %q", got)
	}
}

func TestTheFileOfOpencodeIsTheOneThatExists(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	folder := filepath.Join(home, ".config", "opencode")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(folder, "opencode.jsonc"), "{}")
	got, err := machine("linux", home, nil).UserFile(find(t, "opencode"))
	if want := filepath.Join(folder, "opencode.jsonc"); err != nil || got != want {
		t.Errorf("file = %q, %v, want %q", got, err, want)
	}
}

func TestAUserFileNeedsAKnownSystemAndAHome(t *testing.T) {
	t.Parallel()
	for _, at := range []install.Machine{machine("plan9", "/usr/ada", nil), machine("linux", "", nil)} {
		if got, err := at.UserFile(find(t, "cursor")); err == nil {
			t.Errorf("file on %s in home %q = %q, want an error", at.OS, at.Home, got)
		}
	}
}

func TestProjectFiles(t *testing.T) {
	t.Parallel()
	at := machine("linux", "/home/ada", nil)
	for client, path := range map[string]string{
		"claude-code": "/p/.mcp.json", "codex": "/p/.codex/config.toml", "continue": "/p/.continue/mcpServers/mine.yaml",
		"cursor": "/p/.cursor/mcp.json", "gemini": "/p/.gemini/settings.json", "opencode": "/p/opencode.json",
		"vscode": "/p/.vscode/mcp.json", "zed": "/p/.zed/settings.json",
	} {
		if got, err := at.ProjectFile(find(t, client), "/p", "mine"); err != nil || got != path {
			t.Errorf("%s = %q, %v, want %q", client, got, err, path)
		}
	}
	for _, client := range []string{"claude-desktop", "goose", "windsurf"} {
		if got, err := at.ProjectFile(find(t, client), "/p", "mine"); err == nil || !strings.Contains(err.Error(), "--project") {
			t.Errorf("%s = %q, %v, want an error that names --project", client, got, err)
		}
	}
}
