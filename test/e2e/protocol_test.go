package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestEveryProtocolVersionIsSpoken(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2024-11-05", "2025-03-26", "2025-06-18", current, modern} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			onEachTransport(t, func(t *testing.T, kind string) {
				u := newSandbox(t, sandbox.Options{})
				c := connect(t, serve(t, kind, setup{base: u.url}), identity{protocol: version})
				if version == modern {
					if !slices.Contains(c.greeted.SupportedVersions, modern) {
						t.Errorf("server/discover tells of %v", c.greeted.SupportedVersions)
					}
				} else if c.greeted.ProtocolVersion != version {
					t.Errorf("initialize agreed on %q", c.greeted.ProtocolVersion)
				}
				if c.greeted.Instructions == "" {
					t.Error("no instructions")
				}
				if n := len(c.listedNames()); n != 10 {
					t.Errorf("%d tools are listed", n)
				}
				c.create("counter")
				_, result := c.run("invoke_agent", object{"key": "counter", "message": "/count 20"})
				checkRelayed(t, u.requests("POST", "/v2/agents/counter/stream-task")[0], result)
			})
		})
	}
}

func TestAnUnknownVersionIsNegotiated(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c := connect(t, serve(t, kind, setup{base: "http://127.0.0.1:9"}), identity{})
		got := decode[greeting](t, c.request("initialize", object{
			"protocolVersion": "1999-12-31", "capabilities": object{}, "clientInfo": clientInfo(),
		}).response().Result)
		if got.ProtocolVersion != current {
			t.Errorf("agreed on %q, want %s", got.ProtocolVersion, current)
		}
	})
}

// TestOneClientCannotCancelAnothersCall has two clients without a session use the same request id.
func TestOneClientCannotCancelAnothersCall(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	srv := serve(t, overHTTP, setup{base: w.url})
	victim, stranger := connect(t, srv, identity{protocol: modern}), connect(t, srv, identity{protocol: modern})
	const id = "4711"
	params := object{"name": "invoke_agent", "arguments": object{"key": "walker", "message": "other"}}
	call := victim.sendAs(id, `"token"`, "tools/call", params, "invoke_agent")
	call.awaitProgress("task task-other started")
	stranger.notify("notifications/cancelled", object{"requestId": 4711, "reason": "a test"})
	// The notification has been dealt with when the next request is answered.
	stranger.request("tools/list", object{}).response()
	close(w.release)
	if result := call.result(); result.IsError {
		t.Errorf("a stranger ended the call: %s", result.text())
	}
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	c := open(t, overHTTP, setup{base: "http://127.0.0.1:9", args: []string{"--max-body", "1000"}})
	status, answer := fetch(t, http.MethodPost, c.server.url, `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"x":"`+strings.Repeat("x", 1000)+`"}}}`,
		"Mcp-Session-Id", c.line.(*httpLine).session)
	const want = `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"the request body is larger than 1000 bytes; --max-body allows more"}}` + "\n"
	if status != http.StatusRequestEntityTooLarge || answer != want {
		t.Errorf("status %d: %s", status, answer)
	}
	c.ping()
}

func TestNonsenseIsRefusedOverHTTP(t *testing.T) {
	t.Parallel()
	c := open(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	for _, body := range []string{``, `{`, `"hello"`, `[]`, `{"jsonrpc": "1.0", "id": 1, "method": "ping"}`} {
		status, answer := fetch(t, http.MethodPost, c.server.url, body, "Mcp-Session-Id", c.line.(*httpLine).session)
		if status < 200 || status > 499 {
			t.Errorf("%q: status %d: %s", body, status, answer)
		}
	}
	c.ping()
}
