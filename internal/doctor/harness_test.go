package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// key is an API key that no output may have.
const key = "sk-orq-0123456789abcdef"

// player is a program that clients start: an MCP server on stdin and stdout with one tool, or something that goes wrong, by its
// second argument; the third is a file to write to. It is a script, because many start at once.
const player = `#!/bin/sh
case "$2" in
end)
	printf '\norq-mcp: the key %s is wrong\nmore\n' "$ORQ_API_KEY" >&2
	exit 2
	;;
hang)
	sleep 100 &
	echo $! >"$3.part"
	mv "$3.part" "$3"
	wait
	;;
flood)
	exec yes "$(printf '%05000d' 0)"
	;;
noise)
	echo 'Welcome!'
	;;
variables)
	{ env; shift 3; for each in "$@"; do echo "$each"; done; } >"$3"
	;;
esac
while read -r line; do
	id=${line#*'"id":'}
	id=${id%%[,\}]*}
	case "$line" in
	*'"method":"initialize"'*)
		result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"orq-mcp","version":"v1"}}'
		;;
	*'"method":"tools/list"'*)
		result='{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}'
		;;
	*'"id":'*)
		printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\n' "$id"
		continue
		;;
	*)
		continue
		;;
	esac
	printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
`

// standard returns options that lead to nothing: no client, no proxy, a port that nobody has.
func standard(t *testing.T) Options {
	t.Helper()
	return Options{
		Version: "v0", Key: key, BaseURL: "http://127.0.0.1:1", API: orq.APIAuto, Addr: "127.0.0.1:1",
		Listen:  func(string) error { return nil },
		Machine: machine(t.TempDir(), nil),
		Environ: os.Environ(),
		Proxy:   func(*http.Request) (*url.URL, error) { return nil, nil },
	}
}

func machine(home string, variables map[string]string) install.Machine {
	return install.Machine{OS: runtime.GOOS, Home: home, Getenv: func(name string) string { return variables[name] }}
}

// of returns the findings of a check, with their states, one on each line.
func of(report Report, id string) string {
	var lines []string
	for _, each := range report.Checks {
		if each.ID == id {
			lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s: %s: %s -> %s", each.State, each.Subject, each.Found, each.Do), " -> "))
		}
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), ": : ", ": ")
}

// want checks that the findings of a check have each of the texts.
func want(t *testing.T, report Report, id string, texts ...string) {
	t.Helper()
	got := of(report, id)
	for _, text := range texts {
		if !strings.Contains(got, text) {
			t.Errorf("%s = %s\nwant %q in it", id, got, text)
		}
	}
}

// checkReport checks what every report has to be: complete, ordered, without the key.
func checkReport(t *testing.T, report Report) {
	t.Helper()
	encoded, err := json.Marshal(report)
	if err != nil || strings.Contains(string(encoded), key) {
		t.Errorf("report %s, error %v, want one without the key", encoded, err)
	}
	var ids []string
	total := 0
	for _, each := range report.Checks {
		if !slices.Contains(ids, each.ID) {
			ids = append(ids, each.ID)
		}
		if each.Found == "" || (each.State == Failed || each.State == Warning) && each.Do == "" || strings.Contains(each.Found+each.Do, "\n") {
			t.Errorf("finding %+v, want one line of what was found, and what to do", each)
		}
	}
	for _, number := range report.Counts {
		total += number
	}
	if !slices.Equal(ids, CheckIDs()) || total != len(report.Checks) {
		t.Errorf("findings of %v, %d counted, want those of %v, %d", ids, total, CheckIDs(), len(report.Checks))
	}
	if (report.State == Failed) != (report.Counts[Failed] > 0) {
		t.Errorf("state %s with %d failures", report.State, report.Counts[Failed])
	}
}

// run runs all checks, with the patience that a busy machine needs.
func run(t *testing.T, options Options) Report {
	t.Helper()
	d := newDoctor(options)
	d.patience, d.startTime = time.Minute, time.Minute
	report := d.report(t.Context())
	checkReport(t, report)
	return report
}

// newProgram writes the player as orq-mcp, and returns its path.
func newProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orq-mcp")
	writeFile(t, path, player)
	if err := os.Chmod(path, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o750)
	if err = errors.Join(err, os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// within returns the context of a test with a limit, so that what hangs ends the test with a message.
func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}
