package doctor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

const card = `{"name":"Far","url":%q,"protocolVersion":"0.3.0","capabilities":{},"skills":[],"version":"1","description":"d","preferredTransport":"JSONRPC"}`

// newData writes a data file with an A2A agent at an address, whose card is not read, and another agent.
func newData(t *testing.T, agentURL string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "agents.db")
	box, err := sandbox.Open(sandbox.Options{Data: path})
	if err != nil {
		t.Fatal(err)
	}
	_, err = box.Seed(t.Context(), []json.RawMessage{
		json.RawMessage(`{"key":"near","role":"r","description":"d","instructions":"i","path":"Default","model":"openai/gpt-4o"}`),
		json.RawMessage(fmt.Sprintf(`{"key":"far","display_name":"Far","description":"d","path":"Default","agent_url":%q}`, agentURL)),
	})
	if err := errors.Join(err, box.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDataFiles(t *testing.T) {
	t.Parallel()
	path := newData(t, "http://127.0.0.1:1")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	options := local(t)
	options.Data = path
	report := run(t, options)
	want(t, report, checkData, "ok: "+path+" can be read: 2 agents")
	want(t, report, checkA2A, "warning: far: its card at http://127.0.0.1:1/card cannot be fetched from here: the connection was refused -> start the agent")
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the file has changed, or %v", err)
	}
	held, err := sandbox.Open(sandbox.Options{Data: path})
	if err != nil {
		t.Fatal(err)
	}
	want(t, run(t, options), checkData, "warning: "+path+" is in use by another process", "-> one program at a time opens it: let orq-mcp sandbox --data "+path)
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, "no data")
	want(t, run(t, options), checkData, "failed: read sandbox data "+path, "-> name another file in --data")
	options.Data = filepath.Join(t.TempDir(), "new.db")
	want(t, run(t, options), checkData, "ok: "+options.Data+" does not exist yet: it will be created")
	options.Data = filepath.Join(t.TempDir(), "no", "new.db")
	want(t, run(t, options), checkData, "failed: there is no folder")
	if _, err := os.Stat(filepath.Dir(options.Data)); err == nil {
		t.Error("the folder was created")
	}
}

// TestAHeldDataFileOfAClient is not opened for a start of the client's command either.
func TestAHeldDataFileOfAClient(t *testing.T) {
	t.Parallel()
	path := newData(t, "http://127.0.0.1:1")
	held, err := sandbox.Open(sandbox.Options{Data: path})
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	options := local(t)
	home := options.Machine.Home
	writeFile(t, filepath.Join(home, ".cursor", "mcp.json"), fmt.Sprintf(
		`{"mcpServers":{"orq":{"command":%q,"args":["play","ok","--sandbox"],"env":{"ORQ_MCP_DATA":%q}}}}`, newProgram(t), path))
	report := run(t, options)
	want(t, report, checkClient, "ok: cursor, orq")
	want(t, report, checkData, "warning: of cursor, orq: "+path+" is in use by another process")
}

func TestCards(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"a card":           {200, fmt.Sprintf(card, "http://far.example"), "ok: far: its card is at http://127.0.0.1:"},
		"gRPC alone":       {200, strings.Replace(fmt.Sprintf(card, "http://far.example"), "JSONRPC", "GRPC", 1), "warning: far: "},
		"no card":          {200, `{}`, "is no agent card"},
		"not there":        {404, "", "was answered with status 404"},
		"wants a password": {401, "", "note: far: its card at http://127.0.0.1:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "" {
					t.Error("credentials were sent")
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			})
			options := local(t)
			options.Seed = "agents.yaml"
			options.ReadSeed = func(string) ([]json.RawMessage, error) {
				return []json.RawMessage{json.RawMessage(fmt.Sprintf(`{"key":"far","agent_url":%q}`, address))}, nil
			}
			report := run(t, options)
			want(t, report, checkSeed, "ok: agents.yaml can be read: 1 agent")
			want(t, report, checkA2A, test.want)
		})
	}
}

func TestCardsOfAService(t *testing.T) {
	t.Parallel()
	for _, generation := range []sandbox.Generation{"march", "today"} {
		box, err := sandbox.Open(sandbox.Options{Generation: generation})
		if err != nil {
			t.Fatal(err)
		}
		defer box.Close()
		if _, err := box.Seed(t.Context(), []json.RawMessage{json.RawMessage(`{"key":"far","display_name":"Far","description":"d","path":"Default","agent_url":"http://127.0.0.1:1"}`)}); err != nil {
			t.Fatal(err)
		}
		options := standard(t)
		options.BaseURL = serve(t, box.ServeHTTP)
		want(t, run(t, options), checkA2A, "warning: far: its card at http://127.0.0.1:1/card cannot be fetched from here", "-> nothing if only orq.ai can reach it; else start the agent")
	}
}

func TestManyCards(t *testing.T) {
	t.Parallel()
	options := local(t)
	options.Seed = "agents.yaml"
	options.ReadSeed = func(string) (list []json.RawMessage, err error) {
		for i := range maxCards + 3 {
			list = append(list, json.RawMessage(fmt.Sprintf(`{"key":"far-%02d","agent_url":"http://127.0.0.1:1"}`, i)))
		}
		return list, nil
	}
	report := run(t, options)
	want(t, report, checkA2A, "far-00", "far-19", "note: 3 agents more were not looked at")
	if got := of(report, checkA2A); strings.Contains(got, "far-20") {
		t.Errorf("%s, want %d agents", got, maxCards)
	}
}

func TestASeedThatCannotBeRead(t *testing.T) {
	t.Parallel()
	options := local(t)
	options.Seed = "agents.yaml"
	options.ReadSeed = func(string) ([]json.RawMessage, error) { return nil, errors.New("is empty") }
	want(t, run(t, options), checkSeed, "failed: agents.yaml: is empty -> correct the file, or --seed")
}

func TestPorts(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	other, own := serve(t, http.NotFound), serveMCP(t)
	for name, test := range map[string]struct {
		addr   string
		listen error
		want   string
	}{
		"free":              {"127.0.0.1:1", nil, "ok: 127.0.0.1:1 is free for orq-mcp http"},
		"not ours":          {"127.0.0.1:1", errors.New("listen on 127.0.0.1:1: no"), "warning: listen on 127.0.0.1:1: no -> choose another address with --addr"},
		"orq-mcp":           {strings.TrimPrefix(own, "http://"), nil, "note: orq-mcp v7 listens at 127.0.0.1:"},
		"on all interfaces": {strings.Replace(own, "http://127.0.0.1", "", 1), nil, "note: orq-mcp v7 listens at :"},
		"another program":   {strings.TrimPrefix(other, "http://"), nil, "warning: " + strings.TrimPrefix(other, "http://") + " is taken by another program"},
		"one that is mute":  {silent.Addr().String(), nil, "is taken by another program"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := local(t)
			options.Addr, options.Listen = test.addr, func(string) error { return test.listen }
			want(t, Run(t.Context(), options), checkPort, test.want)
		})
	}
}
