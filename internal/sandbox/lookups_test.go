package sandbox_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// lookup is a page of a list of what agents name.
type lookup struct {
	Object  string
	Data    []object
	HasMore bool `json:"has_more"`
}

func (l lookup) values(name string) []string {
	values := []string{}
	for _, item := range l.Data {
		values = append(values, fmt.Sprint(item[name]))
	}
	return values
}

func TestListsOfWhatTheSandboxLacksAreEmpty(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", object{"skills": []string{"writing"}, "knowledge_bases": []object{{"knowledge_id": "docs"}}}, toolSettings(
		object{"type": "http", "key": "ping"}, object{"type": "mcp", "key": "far", "tool_id": "t"},
	))
	want := lookup{Object: "list", Data: []object{}}
	for _, kind := range []string{"tools", "skills", "knowledge", "evaluators", "file-systems", "mcp-servers", "identities"} {
		if diff := cmp.Diff(want, call[lookup](w, 200, "GET", "/v2/"+kind+"?limit=5", nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
		want := `limit: must be a whole number from 1 to 200, got "0"`
		if got := w.refused(400, "GET", "/v2/"+kind+"?limit=0", nil); got != want {
			t.Errorf("%s: message = %q, want %q", kind, got, want)
		}
		want = `starting_after: the list has no item with the id "x"`
		if got := w.refused(400, "GET", "/v2/"+kind+"?starting_after=x", nil); got != want {
			t.Errorf("%s: message = %q, want %q", kind, got, want)
		}
	}
}

func TestListOfProjects(t *testing.T) {
	t.Parallel()
	var minutes atomic.Int64
	w := open(t, sandbox.Options{Now: func() time.Time {
		return time.Date(2026, 10, 1, 12, int(minutes.Load()), 0, 0, time.UTC)
	}})
	if diff := cmp.Diff(lookup{Object: "list", Data: []object{}}, call[lookup](w, 200, "GET", "/v2/projects", nil)); diff != "" {
		t.Errorf("projects of an empty workspace (-want +got):\n%s", diff)
	}
	ids := map[string]string{}
	for i, path := range []string{"Default", "Default/sub", "/Sales/", "Ops"} {
		minutes.Store(int64(i))
		ids[path] = w.create(fmt.Sprintf("a%d", i), object{"path": path}).ProjectID
	}
	w.register("far", serveCard(t, cardV03).URL)
	item := func(id, name, created string) object {
		return object{
			"project_id": id, "name": name, "key": name, "is_archived": false, "is_default": name == "Default", "teams": []any{},
			"created_at": created, "updated_at": created,
		}
	}
	want := lookup{Object: "list", Data: []object{
		item(ids["Ops"], "Ops", "2026-10-01T12:03:00.000Z"),
		item(ids["/Sales/"], "Sales", "2026-10-01T12:02:00.000Z"),
		item(ids["Default"], "Default", "2026-10-01T12:00:00.000Z"),
	}}
	if diff := cmp.Diff(want, call[lookup](w, 200, "GET", "/v2/projects", nil)); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	for name, test := range map[string]struct {
		query string
		names []string
		more  bool
	}{
		"first page":     {"?limit=2", []string{"Ops", "Sales"}, true},
		"last page":      {"?limit=2&starting_after=" + ids["/Sales/"], []string{"Default"}, false},
		"nothing after":  {"?starting_after=" + ids["Default"], []string{}, false},
		"before":         {"?limit=1&ending_before=" + ids["Default"], []string{"Sales"}, true},
		"before, to top": {"?limit=2&ending_before=" + ids["Default"], []string{"Ops", "Sales"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call[lookup](w, 200, "GET", "/v2/projects"+test.query, nil)
			if diff := cmp.Diff(test.names, got.values("name")); diff != "" || got.HasMore != test.more {
				t.Errorf("has_more = %t, want %t; names (-want +got):\n%s", got.HasMore, test.more, diff)
			}
		})
	}
}

func TestListOfMemoryStores(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	agent := w.create("helper", object{"memory_stores": []string{"notes", "Travel-notes"}})
	w.create("other", object{"memory_stores": []string{"notes"}})
	got := call[lookup](w, 200, "GET", "/v2/memory-stores", nil)
	if diff := cmp.Diff([]string{"Travel-notes", "notes"}, got.values("key")); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	want := object{
		"_id": got.Data[1]["_id"], "key": "notes", "description": "", "created": agent.Created, "updated": agent.Created,
		"embedding_config": object{"model": ""},
	}
	if diff := cmp.Diff(want, got.Data[1]); diff != "" {
		t.Errorf("memory store (-want +got):\n%s", diff)
	}
	if keys := call[lookup](w, 200, "GET", "/v2/memory-stores?search=TRAVEL", nil).values("key"); !cmp.Equal(keys, []string{"Travel-notes"}) {
		t.Errorf("keys that contain travel = %q, want Travel-notes", keys)
	}
	var many []string
	for i := range 11 {
		many = append(many, fmt.Sprintf("store%02d", i))
	}
	w.create("many", object{"memory_stores": many})
	if got := call[lookup](w, 200, "GET", "/v2/memory-stores?search=store", nil); len(got.Data) != 10 || !got.HasMore {
		t.Errorf("without a limit: %d memory stores, has_more = %t, want 10 and true", len(got.Data), got.HasMore)
	}
}

func TestSchedulesAreRefusedInWords(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	for _, o := range []string{
		"GET ", "POST ", "GET /1", "PATCH /1", "DELETE /1", "POST /1/execution",
	} {
		method, path, _ := strings.Cut(o, " ")
		got := call[struct {
			Error struct{ Code, Message string }
		}](w, 501, method, "/v3/agents/helper/schedules"+path, nil).Error
		if got.Code != "not_implemented" || !strings.Contains(got.Message, "the sandbox has no schedules") {
			t.Errorf("%s: error = %+v, want code not_implemented and a message that there are no schedules", o, got)
		}
	}
}
