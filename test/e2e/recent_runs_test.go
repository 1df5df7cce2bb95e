package e2e_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestOnlyItsCallerFindsARunWithoutTaskID looks the newest run up as the caller that started it, and as others.
func TestOnlyItsCallerFindsARunWithoutTaskID(t *testing.T) {
	t.Parallel()
	const first, second = "sk-orq-first-0123456789", "sk-orq-second-0123456789"
	callers := map[string]struct {
		kind         string
		own, other   identity
		reconnecting bool // also finds it over another connection
		nobody       bool // cannot be told from others
	}{
		"on stdio":                {kind: overStdio},
		"on stdio, 2026-07-28":    {kind: overStdio, own: identity{protocol: modern}},
		"sessions":                {kind: overHTTP},
		"sessions of one key":     {kind: overHTTP, own: identity{bearer: first}, other: identity{bearer: first}},
		"keys without sessions":   {kind: overHTTP, own: identity{protocol: modern, bearer: first}, other: identity{protocol: modern, bearer: second}, reconnecting: true},
		"a key and the server's":  {kind: overHTTP, own: identity{protocol: modern, bearer: first}, other: identity{protocol: modern}, reconnecting: true},
		"a key with a session":    {kind: overHTTP, own: identity{protocol: modern, bearer: first}, other: identity{bearer: first}, reconnecting: true},
		"neither session nor key": {kind: overHTTP, own: identity{protocol: modern}, other: identity{protocol: modern}, nobody: true},
	}
	for name, each := range callers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, each.kind, setup{base: newSandbox(t, sandbox.Options{}).url})
			own := connect(t, srv, each.own)
			own.create("scout")
			started := decode[outcome](t, own.tool("invoke_agent", object{"key": "scout", "message": "hello"}).Structured)
			lookUp := func(c *client) toolResult { return c.begin("get_agent_response", object{"key": "scout"}).result() }
			finds := func(c *client) {
				t.Helper()
				if found := lookUp(c); found.IsError || !strings.Contains(found.text(), "this is task "+started.TaskID+", the newest run of scout that you started") {
					t.Errorf("%s; want task %s", found.text(), started.TaskID)
				}
			}
			if !each.nobody {
				finds(own)
			}
			if each.reconnecting {
				finds(connect(t, srv, each.own))
			}
			if each.kind == overHTTP {
				if seen := lookUp(connect(t, srv, each.other)); !seen.IsError || strings.Contains(seen.text(), started.TaskID) {
					t.Errorf("another caller sees %s", seen.text())
				}
			}
		})
	}
}
