package docs_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// notRun returns why the commands that begin with these words are not run by TestFencedCommandsRun.
func notRun() map[string]string {
	return map[string]string{
		"make":       "its targets are what CI runs; TestCommandsAreRight checks that they exist",
		"go install": "it writes to the reader's own folder; CI builds the package",
		"claude":     "a program of others; TestCommandsAreRight checks the command of orq-mcp in it",
		"ollama":     "a program of others",
		"docker":     "a program of others, and nothing is published yet",
		"npx":        "nothing is published yet",
		"kubectl":    "it needs a cluster; the test of packaging decodes what is applied",
		"sudo":       "it changes the reader's machine",
	}
}

// ofTheShell are programs that every reader has. Only these and orq-mcp are run.
func ofTheShell() []string { return []string{"cat", "echo", "printf", "xargs"} }

// servers are the commands that serve until they are stopped. The default command is among them.
func servers() []string { return []string{"http", "sandbox", "stdio"} }

// TestFencedCommandsRun runs each line of shell of the documents as a reader would, who has nothing but the sandbox.
func TestFencedCommandsRun(t *testing.T) {
	t.Parallel()
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"choices": [{"index": 0, "message": {"role": "assistant", "content": "A box of sand."}, "finish_reason": "stop"}]}`)
	}))
	t.Cleanup(model.Close)
	ran := 0
	for _, d := range documents(t) {
		for _, fence := range d.fences {
			for _, line := range lines(fence.text) {
				list := commands(line)
				if fence.language != "sh" || len(list) == 0 || slices.ContainsFunc(list, listed) {
					continue
				}
				if unknown := slices.IndexFunc(list, func(words []string) bool { return words[0] != "orq-mcp" && !slices.Contains(ofTheShell(), words[0]) }); unknown >= 0 {
					t.Errorf("%s: %s is neither run nor listed with a reason", fence.at, list[unknown][0])
					continue
				}
				ran++
				runLine(t, fence.at, strings.ReplaceAll(line, "http://127.0.0.1:11434", model.URL), filepath.Dir(filepath.Join(root, d.path)))
			}
		}
	}
	if ran == 0 {
		t.Error("no document has a command")
	}
}

// listed reports whether there is a reason not to run a command.
func listed(words []string) bool {
	for prefix := range notRun() {
		if begin := strings.Fields(prefix); len(words) >= len(begin) && slices.Equal(words[:len(begin)], begin) {
			return true
		}
	}
	return false
}

// runLine runs a line in a new folder, which holds the agent files of the document's own. It has to succeed; what serves has
// to start, and to end when it is told to.
func runLine(t *testing.T, at, line, folder string) {
	t.Helper()
	work := t.TempDir()
	for _, file := range glob(t, filepath.Join(folder, "*.yaml")) {
		raw, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(work, filepath.Base(file)), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	words := commands(line)[0]
	serves := words[0] == "orq-mcp" && (len(words) == 1 || strings.HasPrefix(words[1], "-") || slices.Contains(servers(), words[1]))
	line = strings.Replace(line, "orq-mcp install", "orq-mcp install --yes", 1) // nobody is there to answer
	if serves {
		line = "exec " + line // so that the signal reaches the program
	}
	command := exec.CommandContext(ctx, "sh", "-c", line)
	command.Dir = work
	command.Env = append(built.Environment(), "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+work,
		"ORQ_MCP_HTTP_ADDR=127.0.0.1:0", "ORQ_MCP_SANDBOX_ADDR=127.0.0.1:0", "ORQ_MCP_SANDBOX=true")
	var stdout bytes.Buffer
	command.Stdout = &stdout
	stderr, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var output strings.Builder
	for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
		output.WriteString(scanner.Text() + "\n")
		if serves && strings.Contains(scanner.Text(), " listens on ") {
			_ = command.Process.Signal(os.Interrupt)
		}
	}
	if err := command.Wait(); err != nil || !serves && stdout.Len()+output.Len() == 0 {
		t.Errorf("%s: %s: %v\n%s%s", at, line, err, &output, &stdout)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestListsOfAgentsSeedTheSandbox seeds a workspace with each YAML list of agents in the documents.
func TestListsOfAgentsSeedTheSandbox(t *testing.T) {
	t.Parallel()
	ran := 0
	for _, d := range documents(t) {
		for _, fence := range d.fences {
			if fence.language != "yaml" || !strings.HasPrefix(fence.text, "- key: ") {
				continue
			}
			ran++
			file := filepath.Join(t.TempDir(), "agents.yaml")
			if err := os.WriteFile(file, []byte(fence.text), 0o600); err != nil {
				t.Fatal(err)
			}
			command := exec.Command(program, "call", "list_agents", "--sandbox", "--seed", file)
			command.Env = built.Environment()
			out, err := command.CombinedOutput()
			if want := strings.Count("\n"+fence.text, "\n- key: "); err != nil || strings.Count(string(out), "\n- ") != want {
				t.Errorf("%s: %v\n%swant %d agents", fence.at, err, out, want)
			}
		}
	}
	if ran == 0 {
		t.Error("no document has a list of agents")
	}
}
