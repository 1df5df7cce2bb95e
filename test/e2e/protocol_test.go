package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestEveryProtocolVersionIsSupported(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2024-11-05", "2025-03-26", "2025-06-18", current, modern} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			onEachAPI(t, func(t *testing.T, kind string, a api) {
				u := a.newSandbox(t, sandbox.Options{})
				c := connect(t, serve(t, kind, setup{base: u.url}), identity{protocol: version})
				if version == modern {
					if !slices.Contains(c.handshake.SupportedVersions, modern) {
						t.Errorf("supportedVersions = %v, want %s among them", c.handshake.SupportedVersions, modern)
					}
				} else if c.handshake.ProtocolVersion != version {
					t.Errorf("protocolVersion = %q, want %q", c.handshake.ProtocolVersion, version)
				}
				if c.handshake.Instructions == "" {
					t.Error("instructions are empty")
				}
				if n := len(c.listedNames()); n != 11 {
					t.Errorf("server lists %d tools, want 11", n)
				}
				c.create("counter")
				_, result := c.run("invoke_agent", object{"key": "counter", "message": "/count 20"})
				checkRelayed(t, u.starts("counter")[0], result)
			})
		})
	}
}

func TestAnUnknownVersionIsNegotiated(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c := connect(t, serve(t, kind, setup{base: "http://127.0.0.1:9"}), identity{})
		got := decode[handshake](t, c.request("initialize", object{
			"protocolVersion": "1999-12-31", "capabilities": object{}, "clientInfo": clientInfo(),
		}).response().Result)
		if got.ProtocolVersion != current {
			t.Errorf("protocolVersion = %q, want %q", got.ProtocolVersion, current)
		}
	})
}

// TestOneClientCannotCancelAnothersCall has two clients without a session use the same request id.
func TestOneClientCannotCancelAnothersCall(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newWaitingUpstream(t, a)
		srv := serve(t, overHTTP, setup{base: w.url})
		caller, other := connect(t, srv, identity{protocol: modern}), connect(t, srv, identity{protocol: modern})
		const id = "4711"
		params := object{"name": "invoke_agent", "arguments": object{"key": "walker", "message": "other"}}
		call := caller.sendAs(id, `"token"`, "tools/call", params, "invoke_agent")
		call.awaitProgress("task " + a.task("other") + " started")
		other.notify("notifications/cancelled", object{"requestId": 4711, "reason": "a test"})
		// The notification has been handled when the next request is answered.
		other.request("tools/list", object{}).response()
		close(w.release)
		if result := call.result(); result.IsError {
			t.Errorf("the other client cancelled the call: %s", result.text())
		}
	}, march, today)
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	c := open(t, overHTTP, setup{base: "http://127.0.0.1:9", args: []string{"--max-body", "1000"}})
	status, answer := fetch(t, http.MethodPost, c.server.url, `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"x":"`+strings.Repeat("x", 1000)+`"}}}`,
		"Mcp-Session-Id", c.transport.(*httpTransport).session)
	const want = `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"the request body is larger than 1000 bytes; --max-body allows more"}}` + "\n"
	if status != http.StatusRequestEntityTooLarge || answer != want {
		t.Errorf("answer = %d %s, want 413 %s", status, answer, want)
	}
	c.ping()
}

func TestInvalidMessagesAreRefusedOverHTTP(t *testing.T) {
	t.Parallel()
	c := open(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	for _, body := range []string{``, `{`, `"hello"`, `[]`, `{"jsonrpc": "1.0", "id": 1, "method": "ping"}`} {
		status, answer := fetch(t, http.MethodPost, c.server.url, body, "Mcp-Session-Id", c.transport.(*httpTransport).session)
		if status < 200 || status > 499 {
			t.Errorf("%q: status = %d, want 2xx to 4xx; body %s", body, status, answer)
		}
	}
	c.ping()
}
