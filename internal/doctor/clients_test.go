package doctor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/server"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// configure writes an entry into the file of a client, as install does it, and returns the file.
func configure(t *testing.T, at install.Machine, name string, entry install.Server) string {
	t.Helper()
	client, _ := install.Find(name)
	path, err := at.UserFile(client)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path) // none is empty
	content, err := client.Install(install.Text(before), entry, false)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, string(content))
	return path
}

// local returns options for clients alone: no request leaves this machine.
func local(t *testing.T) Options {
	t.Helper()
	options := standard(t)
	options.Sandbox, options.Key = true, ""
	return options
}

func TestTheCommandsOfAllClients(t *testing.T) {
	t.Parallel()
	options := local(t)
	program := newProgram(t)
	for _, name := range install.Names() {
		configure(t, options.Machine, name, install.Server{Name: "orq", Command: program, Args: []string{"play", "ok", "--sandbox"}})
	}
	report := run(t, options)
	for _, name := range install.Names() {
		want(t, report, checkClient, "ok: "+name+", orq in "+options.Machine.Home)
	}
	if got := strings.Count(of(report, checkClient), "it starts: orq-mcp v1, 1 tool"); got != 11 {
		t.Errorf("%d clients start, want 11:\n%s", got, of(report, checkClient))
	}
}

func TestTheKeyOfAllClients(t *testing.T) {
	t.Parallel()
	options := local(t)
	program := newProgram(t)
	for _, name := range install.Names() {
		configure(t, options.Machine, name, install.Server{Name: "orq", Command: program, Args: []string{"play", "ok"}, NeedsKey: true})
	}
	options.Environ = []string{"PATH=" + os.Getenv("PATH")}
	report := run(t, options)
	for name, words := range map[string]string{
		"claude-code":    "no ORQ_API_KEY reaches it, so that calls of its tools fail -> The API key: Claude Code takes it from ORQ_API_KEY",
		"claude-desktop": "no ORQ_API_KEY reaches it, so that calls of its tools fail -> The API key: its file cannot refer to a variable",
		"codex":          "without ORQ_API_KEY, which cannot be filled in here -> The API key: Codex takes it",
		"continue":       "without secrets.ORQ_API_KEY, which cannot be filled in here -> The API key: Continue reads it from ~/.continue/.env",
		"cursor":         "without env:ORQ_API_KEY",
		"gemini":         "without ORQ_API_KEY",
		"goose":          "without ORQ_API_KEY",
		"opencode":       "without env:ORQ_API_KEY",
		"vscode":         "without input:orq-api-key, which cannot be filled in here -> The API key: VS Code asks for it",
		"windsurf":       "without env:ORQ_API_KEY",
		"zed":            "no ORQ_API_KEY reaches it",
	} {
		want(t, report, checkClient, name+", orq in ", words)
	}
	options.Key = key
	options.Machine.Getenv = func(name string) string { return map[string]string{"ORQ_API_KEY": key}[name] }
	options.Environ = append(options.Environ, "ORQ_API_KEY="+key)
	report = run(t, options)
	if got := report.Counts[Warning]; got != 1 || !strings.Contains(of(report, checkClient), "warning: claude-desktop, orq") {
		t.Errorf("%d warnings, want that of Claude Desktop, which passes nothing on:\n%s", got, of(report, checkClient))
	}
}

// cursorWith returns options with one entry in the file of Cursor.
func cursorWith(t *testing.T, entry install.Server) Options {
	t.Helper()
	options := local(t)
	configure(t, options.Machine, "cursor", entry)
	return options
}

func TestCommandsThatFail(t *testing.T) {
	t.Parallel()
	program := newProgram(t)
	const fix = " -> orq-mcp install cursor --name orq writes the entry again"
	for name, test := range map[string]struct {
		command string
		args    []string
		want    string
	}{
		"is not there":     {"/nowhere/orq-mcp", nil, "failed: ...there is no program /nowhere/orq-mcp that can be started" + fix},
		"ends":             {program, []string{"play", "end"}, "failed: ...it ended without an answer (exit status 2): orq-mcp: the key *** is wrong" + fix},
		"never ends":       {program, []string{"play", "flood"}, "failed: ...it does not speak MCP on stdout" + fix},
		"serves HTTP":      {program, []string{"http"}, "failed: ...its arguments have the command http, which speaks no MCP on stdin and stdout" + fix},
		"calls a tool":     {program, []string{"call", "delete_agent"}, "failed: ...its arguments have the command call"},
		"is fetched":       {"npx", []string{"-y", "@orq-mcp/server"}, "note: ...npx starts it, which is not tried here: it might download something"},
		"writes a welcome": {program, []string{"play", "noise", "--sandbox"}, "ok: ...it starts: orq-mcp v1, 1 tool"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := run(t, cursorWith(t, install.Server{Name: "orq", Command: test.command, Args: test.args, NeedsKey: true, Key: key}))
			state, words, _ := strings.Cut(test.want, "...")
			want(t, report, checkClient, state, words)
		})
	}
}

// TestWhatACommandGets writes down the variables and arguments.
func TestWhatACommandGets(t *testing.T) {
	t.Parallel()
	for client, inherits := range map[string]bool{"cursor": true, "claude-desktop": false} {
		file := filepath.Join(t.TempDir(), "got")
		options := local(t)
		home := options.Machine.Home
		options.Environ = []string{"PATH=/bin", "ORQ_API_KEY=outer", "ORQ_BASE_URL=http://x", "ORQ_MCP_DATA=/outer.db"}
		configure(t, options.Machine, client, install.Server{
			Name: "orq", Command: newProgram(t), Args: []string{"play", "variables", file, "--data", filepath.Join(home, "a.db"), "--data=b.db", "--read-only"},
			NeedsKey: true, Key: key,
		})
		report := run(t, options)
		want(t, report, checkClient, "ok: "+client)
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(strings.TrimSpace(string(raw)), "\n")
		if !slices.Contains(got, "PATH=/bin") || !slices.Contains(got, "ORQ_API_KEY="+key) || slices.Contains(got, "ORQ_BASE_URL=http://x") != inherits {
			t.Errorf("%s: got %q", client, got)
		}
		if got[len(got)-1] != "--read-only" || strings.Contains(string(raw), ".db") {
			t.Errorf("%s: got %q, want no data file", client, got)
		}
		want(t, report, checkData, "ok: of "+client+", orq: "+filepath.Join(home, "b.db")+" does not exist yet")
		if found, _ := filepath.Glob(filepath.Join(home, "*.db*")); len(found) > 0 {
			t.Errorf("%v was created", found)
		}
	}
}

// TestAServerOverHTTP is the server itself, which takes any key.
func TestAServerOverHTTP(t *testing.T) {
	t.Parallel()
	address := serveMCP(t)
	options := local(t)
	for _, name := range install.Names() {
		if client, _ := install.Find(name); client.Check(install.Server{URL: address}) == nil {
			configure(t, options.Machine, name, install.Server{Name: "web", URL: address + "/mcp"})
		}
	}
	configure(t, options.Machine, "cursor", install.Server{Name: "gone", URL: "http://127.0.0.1:1/mcp"})
	configure(t, options.Machine, "cursor", install.Server{Name: "other", URL: serve(t, http.NotFound) + "/mcp"})
	answer := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	configure(t, options.Machine, "cursor", install.Server{Name: "page", URL: serve(t, answer(http.StatusOK)) + "/mcp"})
	configure(t, options.Machine, "cursor", install.Server{Name: "refused", URL: serve(t, answer(http.StatusForbidden)) + "/mcp"})
	configure(t, options.Machine, "cursor", install.Server{Name: "keyless", URL: serve(t, answer(http.StatusUnauthorized)) + "/mcp"})
	configure(t, options.Machine, "cursor", install.Server{Name: "asks", URL: "http://127.0.0.1:1/mcp", NeedsKey: true})
	configure(t, options.Machine, "cursor", install.Server{Name: "moved", URL: "http://${env:PLACE}/mcp", NeedsKey: true})
	report := run(t, options)
	if got := strings.Count(of(report, checkClient), address+"/mcp answers: orq-mcp v7, 11 tools"); got != 10 {
		t.Errorf("%d clients answer, want all but Claude Desktop:\n%s", got, of(report, checkClient))
	}
	want(t, report, checkClient,
		"failed: cursor, gone in ", "http://127.0.0.1:1/mcp: the connection was refused -> start the server with orq-mcp http",
		"failed: cursor, other in ", "/mcp: it was answered with status 404 -> ",
		"failed: cursor, page in ", "/mcp: it does not speak MCP -> ",
		"failed: cursor, refused in ", "/mcp: it was answered with status 403 -> ",
		"failed: cursor, keyless in ", "/mcp: it was answered with status 401: it wants another key -> The API key: Cursor takes it from ORQ_API_KEY, "+
			"which is not set here; set it where you start Cursor; for a server with --sandbox, which needs none: orq-mcp install cursor --name keyless --http URL --sandbox",
		"warning: cursor, asks in ", "could not be tried without env:ORQ_API_KEY: the connection was refused -> start the server with orq-mcp http, or correct the address: "+
			"orq-mcp install cursor --name asks --http URL",
		"warning: cursor, moved in ", "could not be tried without env:ORQ_API_KEY, env:PLACE: ", " -> The API key: Cursor takes it from ORQ_API_KEY, which is not set here; set it where you start Cursor.\n",
	)
}

func TestAVariableThatIsNotTheKey(t *testing.T) {
	t.Parallel()
	options := local(t)
	writeFile(t, filepath.Join(options.Machine.Home, ".cursor", "mcp.json"), fmt.Sprintf(
		`{"mcpServers":{"orq":{"command":%q,"args":["play","ok","--sandbox"],"env":{"X":"${env:NOWHERE}"}}}}`, newProgram(t)))
	want(t, run(t, options), checkClient, "note: cursor, orq in ", "without env:NOWHERE, which cannot be filled in here -> set it where you start Cursor")
}

func TestRedirectsLeadHeadersToNoOtherHost(t *testing.T) {
	t.Parallel()
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("request with %v, want none", r.Header) })
	from := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other+"/mcp", http.StatusTemporaryRedirect)
	})
	options := local(t)
	writeFile(t, filepath.Join(options.Machine.Home, ".cursor", "mcp.json"), fmt.Sprintf(`{"mcpServers":{"orq":{"url":"%s/mcp","headers":{"X-Api-Key":"secret"}}}}`, from))
	want(t, run(t, options), checkClient, "failed: cursor, orq in ", "it does not speak MCP")
}

// serveMCP serves the MCP server with all tools, and returns its address.
func serveMCP(t *testing.T) string {
	t.Helper()
	selected, err := tools.Select(tools.Selection{})
	client, err2 := orq.New(orq.Options{})
	listener, err3 := net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	srv := server.New(server.Options{Version: "v7", Tools: selected, Orq: client, TextLimit: relay.DefaultTextLimit, Logger: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = srv.ServeHTTP(ctx, listener, server.HTTPOptions{})
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return "http://" + listener.Addr().String()
}

func TestADataFileOfTwoEntries(t *testing.T) {
	t.Parallel()
	options := local(t)
	program, shared := newProgram(t), filepath.Join(options.Machine.Home, "shared.db")
	for client, data := range map[string]string{"codex": shared, "cursor": shared, "gemini": filepath.Join(options.Machine.Home, "own.db")} {
		configure(t, options.Machine, client, install.Server{Name: "orq", Command: program, Args: []string{"play", "ok", "--sandbox", "--data", data}})
	}
	report := run(t, options)
	want(t, report, checkData,
		"warning: of codex, orq and of cursor, orq: "+shared+" is that of each: ", " -> give each a file of its own, or start orq-mcp http --sandbox --data "+shared,
		"ok: of codex, orq: "+shared+" does not exist yet", "ok: of gemini, orq: ")
	if got := report.Counts[Warning]; got != 1 {
		t.Errorf("%d warnings, want 1:\n%s", got, of(report, checkData))
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	options := local(t)
	writeFile(t, filepath.Join(options.Machine.Home, ".cursor", "mcp.json"), "{\n  oops\n}")
	writeFile(t, filepath.Join(options.Machine.Home, ".codex", "config.toml"), "[mcp_servers.orq]\ncommand = \"orq-mcp\"\nenabled = false\n")
	report := run(t, options)
	want(t, report, checkClient,
		"warning: cursor: "+filepath.Join(options.Machine.Home, ".cursor", "mcp.json")+": is not JSON: line 2", "-> Cursor cannot read it either",
		"note: codex, orq in ", "it is switched off -> switch it on in Codex",
	)
}

func TestARelativeCommandIsOneOfItsFolder(t *testing.T) {
	t.Parallel()
	program := newProgram(t)
	options := local(t)
	writeFile(t, filepath.Join(options.Machine.Home, ".cursor", "mcp.json"), fmt.Sprintf(
		`{"mcpServers":{"orq":{"command":"./orq-mcp","args":["play","ok","--sandbox"],"cwd":%q},"home":{"command":"./orq-mcp"}}}`, filepath.Dir(program)))
	want(t, run(t, options), checkClient,
		"ok: cursor, orq in ", "failed: cursor, home in ", "there is no program "+filepath.Join(options.Machine.Home, "orq-mcp")+" that can be started")
}

// TestEntriesForAFolder are where claude mcp add writes them.
func TestEntriesForAFolder(t *testing.T) {
	t.Parallel()
	options := local(t)
	folder, file := t.TempDir(), filepath.Join(t.TempDir(), "got")
	writeFile(t, filepath.Join(options.Machine.Home, ".claude.json"), fmt.Sprintf(
		`{"projects":{%q:{"mcpServers":{"orq":{"type":"stdio","command":%q,"args":["play","variables",%q,"--sandbox","--data","a.db"],"env":{}}}}}}`,
		folder, newProgram(t), file))
	report := run(t, options)
	want(t, report, checkClient, "ok: claude-code, orq for "+folder+" in "+options.Machine.Home)
	want(t, report, checkData, filepath.Join(folder, "a.db")+" does not exist yet")
	if got, err := os.ReadFile(file); err != nil || !strings.Contains(string(got), "PWD="+folder) {
		t.Errorf("variables %s, %v, want those of a start in %s", got, err, folder)
	}
}

func TestFilesOfAProjectNeedItsFolder(t *testing.T) {
	t.Parallel()
	project := t.TempDir()
	writeFile(t, filepath.Join(project, ".mcp.json"), `{"mcpServers":{"orq":{"command":`+strconv.Quote(newProgram(t))+`,"args":["play","ok","--sandbox"]}}}`)
	options := local(t)
	want(t, run(t, options), checkClient, "note: none of the 11 clients")
	options.Project = project
	want(t, run(t, options), checkClient, "ok: claude-code, orq in "+project)
}
