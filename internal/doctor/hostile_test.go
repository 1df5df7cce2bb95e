package doctor

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func cursorFile(options Options) string {
	return filepath.Join(options.Machine.Home, ".cursor", "mcp.json")
}

// TestAFileWithoutAnEnd is a file as long as those are that are not read; a device looks the same.
func TestAFileWithoutAnEnd(t *testing.T) {
	t.Parallel()
	options := local(t)
	writeFile(t, cursorFile(options), "")
	if err := os.Truncate(cursorFile(options), 1<<30); err != nil {
		t.Fatal(err)
	}
	want(t, run(t, options), checkClient, "warning: cursor: ", "it is larger than 32 MiB -> correct the file, or ask Cursor whether it connects")
}

func TestManyEntries(t *testing.T) {
	t.Parallel()
	options := local(t)
	var entries []string
	for i := range maxTried + 3 {
		entries = append(entries, fmt.Sprintf(`"orq-%02d":{"command":"/nowhere/orq-mcp"}`, i))
	}
	writeFile(t, cursorFile(options), `{"mcpServers":{`+strings.Join(entries, ",")+`}}`)
	report := run(t, options)
	want(t, report, checkClient, "orq-00", "orq-39", "note: 3 entries more were not tried")
	if got := of(report, checkClient); strings.Contains(got, "orq-40") {
		t.Errorf("%s, want %d entries", got, maxTried)
	}
}

// TestAFolderThatIsRelative is below the home folder: this process is started in any other.
func TestAFolderThatIsRelative(t *testing.T) {
	t.Parallel()
	options := local(t)
	if err := os.Symlink(filepath.Dir(newProgram(t)), filepath.Join(options.Machine.Home, "programs")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, cursorFile(options), `{"mcpServers":{"orq":{"command":"./orq-mcp","args":["play","ok","--sandbox","--data","a.db"],"cwd":"programs"}}}`)
	report := run(t, options)
	want(t, report, checkClient, "ok: cursor, orq in ")
	want(t, report, checkData, filepath.Join(options.Machine.Home, "programs", "a.db")+" does not exist yet")
}

func TestAResponseWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for _, media := range []string{"application/json", "text/event-stream"} {
		t.Run(media, func(t *testing.T) {
			t.Parallel()
			address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", media)
				for err := error(nil); err == nil; {
					_, err = io.WriteString(w, strings.Repeat("x", 1<<16))
				}
			})
			options := local(t)
			writeFile(t, cursorFile(options), fmt.Sprintf(`{"mcpServers":{"orq":{"url":"%s/mcp"}}}`, address))
			want(t, run(t, options), checkClient, "failed: cursor, orq in ", "it does not speak MCP")
		})
	}
}

// TestAServerThatRepeatsItsHeaders has them in its name.
func TestAServerThatRepeatsItsHeaders(t *testing.T) {
	t.Parallel()
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		request, _ := io.ReadAll(r.Body)
		_, id, _ := strings.Cut(string(request), `"id":`)
		id = id[:strings.IndexAny(id, ",}")]
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"tools":[],"serverInfo":{"name":%q,"version":"%s"}}}`,
			id, r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"))
	})
	options := local(t)
	writeFile(t, cursorFile(options), fmt.Sprintf(
		`{"mcpServers":{"orq":{"url":"%s/mcp","headers":{"Authorization":"Basic first-of-two","X-Api-Key":"second-of-two"}}}}`, address))
	report := run(t, options)
	want(t, report, checkClient, "note: cursor, orq in ", "another server answers")
	if got := of(report, checkClient); strings.Contains(got, "of-two") {
		t.Errorf("%s, want no header", got)
	}
}

func TestRedirectsThatAreFollowed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from, to string
		follows  bool
	}{
		{"https://host/mcp", "https://host/mcp/", true}, {"http://host/mcp", "http://host/mcp/", true},
		{"https://host/mcp", "http://host/mcp", false}, {"https://host/mcp", "https://host:444/mcp", false}, {"https://host/mcp", "https://host.other/mcp", false},
	} {
		first, err := http.NewRequest(http.MethodPost, test.from, nil) //nolint:noctx // it is not sent
		next, err2 := http.NewRequest(http.MethodPost, test.to, nil)   //nolint:noctx // it is not sent
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if err := staysOnHost(next, []*http.Request{first}); (err == nil) != test.follows {
			t.Errorf("redirect from %s to %s: %v, want it followed: %t", test.from, test.to, err, test.follows)
		}
	}
}
