package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestNobodyCancelsTheCallOfAnother has strangers cancel a call by its id, in all the ways there are.
func TestNobodyCancelsTheCallOfAnother(t *testing.T) {
	t.Parallel()
	const cancelled = `{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 4711, "reason": "a test"}}`
	const cancelledLately = `{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 4711,
		"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": {"name": "e2e", "version": "1"},
		"io.modelcontextprotocol/clientCapabilities": {}}}}`
	for _, protocol := range []string{current, modern} {
		t.Run("a call of "+protocol, func(t *testing.T) {
			t.Parallel()
			w := newWatched(t)
			srv := serve(t, overHTTP, setup{base: w.url})
			victim := connect(t, srv, identity{protocol: protocol})
			params := object{"name": "invoke_agent", "arguments": object{"key": "walker", "message": "other"}}
			call := victim.sendAs("4711", `"token"`, "tools/call", params, "invoke_agent")
			call.awaitProgress("task task-other started")
			strangers := map[string]struct {
				body   string
				header []string
			}{
				"another session":                  {cancelled, visit(t, srv)},
				"nobody":                           {cancelled, nil},
				"nobody of 2025-11-25":             {cancelled, []string{"Mcp-Protocol-Version", current}},
				"a session that does not exist":    {cancelled, []string{"Mcp-Session-Id", "x", "Mcp-Protocol-Version", current}},
				"nobody of 2026-07-28":             {cancelledLately, []string{"Mcp-Protocol-Version", modern, "Mcp-Method", "notifications/cancelled"}},
				"a session of 2026-07-28":          {cancelledLately, append(visit(t, srv), "Mcp-Protocol-Version", modern, "Mcp-Method", "notifications/cancelled")},
				"a header of 2026-07-28 alone":     {cancelled, []string{"Mcp-Protocol-Version", modern, "Mcp-Method", "notifications/cancelled"}},
				"a body of 2026-07-28 alone":       {cancelledLately, nil},
				"another session with an empty id": {cancelled, append(visit(t, srv), "Mcp-Session-Id", " ")},
			}
			for name, stranger := range strangers {
				if r := ask(t, http.MethodPost, srv.url, stranger.body, stranger.header...); r.status < 200 || r.status > 499 {
					t.Errorf("%s: status %d: %s", name, r.status, r.body)
				}
			}
			// A call with the same id is a stranger's too; what is done to it does not touch the other.
			other := connect(t, srv, identity{protocol: protocol})
			same := other.sendAs("4711", `"token"`, "tools/call", object{"name": "list_agents", "arguments": object{}}, "list_agents")
			same.next()
			same.forget()
			close(w.release)
			if ran := decode[outcome](t, victim.succeeded("invoke_agent", call.result()).Structured); ran.OutputText != "went on" {
				t.Errorf("the call ended with %+v", ran)
			}
		})
	}
}

// TestNobodyHearsTheProgressOfAnother opens listening streams beside calls with progress.
func TestNobodyHearsTheProgressOfAnother(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: newSandbox(t, sandbox.Options{}).url})
	strange := listen(t, srv, visit(t, srv))
	own := connect(t, srv, identity{})
	private := listen(t, srv, own.session())
	own.create("counter")
	lately := connect(t, srv, identity{protocol: modern})
	var calls []*call
	for range 5 {
		// The strict clients find what is not theirs on the answers to their calls.
		for _, c := range []*client{own, lately} {
			calls = append(calls, c.begin("invoke_agent", object{"key": "counter", "message": "/count 50"}))
		}
	}
	for _, call := range calls {
		if n := len(call.client.succeeded("invoke_agent", call.result()).progress); n < 50 {
			t.Errorf("%d lines of progress", n)
		}
	}
	srv.terminate()
	srv.waitExit(exitLimit, 0)
	for name, text := range map[string]string{"a stranger": strange.heard(), "the caller": private.heard()} {
		if strings.Contains(text, "data:") {
			t.Errorf("on its listening stream, %s heard %.500q", name, text)
		}
	}
}
