// Package examples_test checks that the client configurations in this directory start a server that answers.
package examples_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/cli"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

// entry is one server of a client's configuration.
type entry struct {
	Type    string            `json:"type"`
	Command string            `json:"command"`
	Args    []string          `json:"args"`
	Env     map[string]string `json:"env"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

// entries returns the servers of every configuration. Keys are file and server name.
func entries(t *testing.T) map[string]entry {
	t.Helper()
	files, err := filepath.Glob("*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d configurations, error %v, want some", len(files), err)
	}
	found := map[string]entry{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var config struct {
			MCPServers map[string]entry `json:"mcpServers"`
			Servers    map[string]entry `json:"servers"`
		}
		if err := json.Unmarshal(raw, &config); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(config.MCPServers)+len(config.Servers) == 0 {
			t.Errorf("%s configures no server", file)
		}
		for _, servers := range []map[string]entry{config.MCPServers, config.Servers} {
			for name, server := range servers {
				found[file+" "+name] = server
			}
		}
	}
	return found
}

// The servers run one after the other: mcp-go allows one stdio server in a process.
//
//nolint:paralleltest // see above
func TestEveryStdioConfigurationListsTheTools(t *testing.T) {
	for name, config := range entries(t) {
		if config.Command == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if config.Command != "orq-mcp" {
				t.Errorf("command = %q, want orq-mcp", config.Command)
			}
			if key, ok := config.Env["ORQ_API_KEY"]; ok {
				if apikey.CheckPlaceholder(key) == nil {
					t.Errorf("ORQ_API_KEY = %q, want a placeholder", key)
				}
				config.Env["ORQ_API_KEY"] = "sk-orq-0123456789" // as a person or the client fills it in
			}
			if got, want := listTools(t, config), 11; got != want {
				t.Errorf("server lists %d tools, want %d", got, want)
			}
		})
	}
}

func TestClaudeConfigurationShowsKeySandboxAndHTTP(t *testing.T) {
	t.Parallel()
	all := entries(t)
	if all["claude-config.json orq"].Env["ORQ_API_KEY"] == "" {
		t.Error("orq has no key")
	}
	if !slices.Contains(all["claude-config.json orq-sandbox"].Args, "--sandbox") {
		t.Error("orq-sandbox does not use the sandbox")
	}
	web := all["claude-config.json orq-http"]
	if want := "http://127.0.0.1:8585" + server.MCPPath; web.Type != "http" || web.URL != want {
		t.Errorf("orq-http = %s %s, want http %s", web.Type, web.URL, want)
	}
	if !strings.HasPrefix(web.Headers["Authorization"], "Bearer ") {
		t.Error("orq-http has no key")
	}
}

// listTools runs the program as configured and returns the number of tools that it lists.
func listTools(t *testing.T, config entry) int {
	t.Helper()
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(context.WithoutCancel(t.Context()), config.Args, cli.Process{
			In: in, Out: out, Err: &stderr, Getenv: func(name string) string { return config.Env[name] }, Version: "test",
		})
		_ = out.Close()
		_ = in.Close()
	}()
	lines := bufio.NewScanner(answers)
	lines.Buffer(nil, 1<<20)
	var answer struct {
		Result struct {
			Tools []json.RawMessage `json:"tools"`
		} `json:"result"`
	}
	for i, request := range []string{
		`"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}`,
		`"method":"tools/list"`,
	} {
		if _, err := fmt.Fprintf(requests, `{"jsonrpc":"2.0","id":%d,%s}`+"\n", i, request); err != nil {
			t.Fatalf("%v: %s", err, stderr.String())
		}
		if !lines.Scan() {
			t.Fatalf("the server ended: %s", stderr.String())
		}
		if err := json.Unmarshal(lines.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
	}
	_ = requests.Close()
	if code := <-ended; code != 0 {
		t.Errorf("exit code = %d, want 0; stderr %s", code, stderr.String())
	}
	return len(answer.Result.Tools)
}
