package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestOtherClientsCannotCancelACall sends cancellations with the id of a call in all ways that other clients could try.
func TestOtherClientsCannotCancelACall(t *testing.T) {
	t.Parallel()
	const cancelled = `{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 4711, "reason": "a test"}}`
	const cancelledModern = `{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 4711,
		"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": {"name": "e2e", "version": "1"},
		"io.modelcontextprotocol/clientCapabilities": {}}}}`
	for _, protocol := range []string{current, modern} {
		t.Run("a call of "+protocol, func(t *testing.T) {
			t.Parallel()
			onAPIs(t, func(t *testing.T, a api) {
				w := newWaitingUpstream(t, a)
				srv := serve(t, overHTTP, setup{base: w.url})
				caller := connect(t, srv, identity{protocol: protocol})
				params := object{"name": "invoke_agent", "arguments": object{"key": "walker", "message": "other"}}
				call := caller.sendAs("4711", `"token"`, "tools/call", params, "invoke_agent")
				call.awaitProgress("task " + a.task("other") + " started")
				attempts := map[string]struct {
					body   string
					header []string
				}{
					"another session":                  {cancelled, openSession(t, srv)},
					"no session":                       {cancelled, nil},
					"no session of 2025-11-25":         {cancelled, []string{"Mcp-Protocol-Version", current}},
					"a session that does not exist":    {cancelled, []string{"Mcp-Session-Id", "x", "Mcp-Protocol-Version", current}},
					"no session of 2026-07-28":         {cancelledModern, []string{"Mcp-Protocol-Version", modern, "Mcp-Method", "notifications/cancelled"}},
					"a session of 2026-07-28":          {cancelledModern, append(openSession(t, srv), "Mcp-Protocol-Version", modern, "Mcp-Method", "notifications/cancelled")},
					"a header of 2026-07-28 alone":     {cancelled, []string{"Mcp-Protocol-Version", modern, "Mcp-Method", "notifications/cancelled"}},
					"a body of 2026-07-28 alone":       {cancelledModern, nil},
					"another session with an empty id": {cancelled, append(openSession(t, srv), "Mcp-Session-Id", " ")},
				}
				for name, attempt := range attempts {
					if r := doHTTP(t, http.MethodPost, srv.url, attempt.body, attempt.header...); r.status < 200 || r.status > 499 {
						t.Errorf("%s: status = %d, want 2xx to 4xx; body %s", name, r.status, r.body)
					}
				}
				// Abandoning a call of another client with the same id must not affect the call.
				other := connect(t, srv, identity{protocol: protocol})
				same := other.sendAs("4711", `"token"`, "tools/call", object{"name": "list_agents", "arguments": object{}}, "list_agents")
				same.next()
				same.abandon()
				close(w.release)
				if ran := decode[outcome](t, caller.mustSucceed("invoke_agent", call.result()).Structured); ran.OutputText != "went on" {
					t.Errorf("outcome = %+v, want the output %q", ran, "went on")
				}
			}, march, today)
		})
	}
}

// TestProgressReachesOnlyItsCaller opens the GET streams of two sessions while calls with progress run.
func TestProgressReachesOnlyItsCaller(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		srv := serve(t, overHTTP, setup{base: a.newSandbox(t, sandbox.Options{}).url})
		otherStream := listen(t, srv, openSession(t, srv))
		own := connect(t, srv, identity{})
		ownStream := listen(t, srv, own.session())
		own.create("counter")
		modernClient := connect(t, srv, identity{protocol: modern})
		var calls []*call
		for range 5 {
			// The strict client reports messages of other calls on the response streams.
			for _, c := range []*client{own, modernClient} {
				calls = append(calls, c.begin("invoke_agent", object{"key": "counter", "message": "/count 50"}))
			}
		}
		for _, call := range calls {
			if n := len(call.client.mustSucceed("invoke_agent", call.result()).progress); n < 50 {
				t.Errorf("%d messages of progress, want at least 50", n)
			}
		}
		srv.terminate()
		srv.waitExit(exitLimit, 0)
		for name, text := range map[string]string{"another session": otherStream.received(), "the caller": ownStream.received()} {
			if strings.Contains(text, "data:") {
				t.Errorf("GET stream of %s = %.500q, want no data", name, text)
			}
		}
	}, march, today)
}
