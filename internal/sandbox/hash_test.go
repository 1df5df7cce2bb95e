package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestVersionHashDependsOnContentOnly(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("friend")
	changes := func(rest ...object) []object {
		return append([]object{richAgent(), {"variables": object{"a": object{"x": 1, "y": 2}, "b": 3}}}, rest...)
	}
	first := w.create("first", changes()...).VersionHash
	for name, same := range map[string]object{
		"path":             {"path": "Elsewhere"},
		"defaults given":   {"settings": object{"max_cost": 0, "max_iterations": 7, "max_execution_time": 70, "tool_approval_required": "all", "tools": []object{{"type": "current_date", "requires_approval": false}}, "evaluators": []object{}}},
		"another spelling": {"model": object{"parameters": object{"temperature": 1.0}, "id": "openai/gpt-4o"}},
	} {
		if got := w.create("same-"+strings.ReplaceAll(name, " ", "-"), changes(same)...).VersionHash; got != first {
			t.Errorf("%s: hash = %s, want the same as before, %s", name, got, first)
		}
	}
	for name, other := range map[string]object{
		"role": {"role": "other"}, "variables": {"variables": object{"a": object{"x": 1, "y": 3}, "b": 3}},
		"model": {"model": "openai/gpt-4o"}, "team": {"team_of_agents": []object{}}, "settings": {"settings": object{}},
	} {
		if got := w.create("other-"+name, changes(other)...).VersionHash; got == first {
			t.Errorf("%s: hash = %s, want another one", name, got)
		}
	}
	for name, body := range map[string]object{
		"nothing": {}, "version": {"versionIncrement": "major"}, "key": {"key": "renamed"}, "path": {"path": "Other"}, "project": {"project_id": "p"},
	} {
		id := w.create("patched-"+name, changes()...).ID
		if got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/"+id, body).VersionHash; got != first {
			t.Errorf("update of %s: hash = %s, want %s", name, got, first)
		}
	}
	away := call[orq.Agent](w, 200, "PATCH", "/v2/agents/first", object{"role": "away"}).VersionHash
	if back := call[orq.Agent](w, 200, "PATCH", "/v2/agents/first", object{"role": "tester"}).VersionHash; back != first || away == first {
		t.Errorf("hashes before, after and without a change = %s, %s and %s, want the first and the last equal", first, away, back)
	}
}

func TestHashOfACardIgnoresTheOrderOfKeys(t *testing.T) {
	t.Parallel()
	var card atomic.Value
	card.Store(`{"name":"Far agent","url":"https://far.example/rpc"}`)
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, card.Load()) })
	w := open(t, sandbox.Options{})
	before := w.register("far", server.URL).VersionHash
	card.Store(` {"url":"https://far.example/rpc", "name":"Far agent"}`)
	refresh := func() string {
		call[struct{}](w, 200, "POST", "/v2/agents/far/card/refresh", nil)
		return call[orq.Agent](w, 200, "GET", "/v2/agents/far", nil).VersionHash
	}
	if refresh() != before {
		t.Error("the order of the card's keys changed the hash")
	}
	card.Store(`{"name":"Near agent","url":"https://far.example/rpc"}`)
	if refresh() == before {
		t.Error("the hash stayed the same with another card")
	}
}
