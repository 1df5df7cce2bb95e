package orq_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// listOf is a list as the API returns it.
func listOf(hasMore bool, items ...string) string {
	return fmt.Sprintf(`{"object": "list", "data": [%s], "has_more": %t}`, strings.Join(items, ","), hasMore)
}

func at(text string) time.Time {
	created, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return created
}

func TestListBlocks(t *testing.T) {
	t.Parallel()
	const (
		times      = `"created": "2026-09-01T10:00:00.123456Z", "updated": "2026-09-02T10:00:00Z"`
		suffixed   = `"created_at": "2026-09-01T10:00:00Z", "updated_at": "2026-09-02T10:00:00Z"`
		evaluation = `"description": "d", "type": "json_schema", "schema": "{}", ` + times
		page       = "limit=50"
	)
	second, millisecond := at("2026-09-01T10:00:00Z"), at("2026-09-01T10:00:00.123Z")
	evaluators := listOf(false,
		`{"_id": "E1", "key": "polite", `+evaluation+`, "guardrail_config": {"enabled": true, "type": "boolean", "value": true}}`,
		`{"_id": "E2", "key": "long", `+evaluation+`, "guardrail_config": {"enabled": false}}`,
		`{"_id": "E3", "key": "short", `+evaluation+`, "guardrail_config": null}`,
	)
	evaluator := func(id, key string) orq.Block {
		return orq.Block{ID: id, Key: key, Type: "json_schema", Description: "d", Created: millisecond}
	}
	for kind, c := range map[orq.BlockKind]struct {
		request, answer string
		want            []orq.Block
	}{
		orq.BlockModels: {
			"/v3/router/models",
			`{"object": "list", "data": [{"id": "openai/gpt-4o", "object": "model", "created": 1788256800, "owned_by": "openai"}]}`,
			[]orq.Block{{ID: "openai/gpt-4o", Owner: "openai", Created: at("2026-09-01T10:00:00Z")}},
		},
		orq.BlockTools: {
			"/v2/tools?" + page,
			listOf(false, `{"_id": "T1", "path": "Default/x", "key": "weather", "display_name": "Weather", "description": "d", "project_id": "p",
				"workspace_id": "w", `+times+`, "status": "draft", "type": "function", "function": {"name": "f"}}`),
			[]orq.Block{{
				ID: "T1", Key: "weather", Name: "Weather", Type: "function", Status: "draft", Description: "d", Path: "Default/x", Created: millisecond,
			}},
		},
		orq.BlockSkills: {
			"/v2/skills?" + page,
			listOf(false, `{"skill_id": "S1", "display_name": "Tone", "description": "d", "tags": [], "project_id": "p", "path": "Default", `+suffixed+`,
				"created_by_id": "u", "updated_by_id": "u", "instructions": "i", "version": "1"}`),
			[]orq.Block{{ID: "S1", Name: "Tone", Description: "d", Path: "Default", Created: second}},
		},
		orq.BlockKnowledgeBases: {
			"/v2/knowledge?" + page,
			listOf(false, `{"_id": "K1", "description": null, "key": "manual", "domain_id": "d", "path": "Default", `+times+`, "type": "internal", "model": "m"}`),
			[]orq.Block{{ID: "K1", Key: "manual", Type: "internal", Path: "Default", Created: millisecond}},
		},
		orq.BlockMemoryStores: {
			"/v2/memory-stores?" + page,
			listOf(false, `{"_id": "M1", "key": "customers", "description": "d", `+times+`, "ttl": null, "embedding_config": {"model": "m"}}`),
			[]orq.Block{{ID: "M1", Key: "customers", Description: "d", Created: millisecond}},
		},
		orq.BlockEvaluators: {"/v2/evaluators?" + page + "&sort=desc", evaluators, []orq.Block{evaluator("E1", "polite"), evaluator("E2", "long"), evaluator("E3", "short")}},
		orq.BlockGuardrails: {"/v2/evaluators?" + page + "&sort=desc", evaluators, []orq.Block{evaluator("E1", "polite")}},
		orq.BlockProjects: {
			"/v2/projects?" + page,
			listOf(
				false,
				`{"project_id": "P1", "name": "Default", "key": "default", "is_archived": false, "is_default": true, "teams": [], `+suffixed+`}`,
				`{"project_id": "P2", "name": "Old", "key": "old", "is_archived": true, "is_default": false, "teams": [], `+suffixed+`}`,
			),
			[]orq.Block{
				{ID: "P1", Key: "default", Name: "Default", Status: "default", Created: second},
				{ID: "P2", Key: "old", Name: "Old", Status: "archived", Created: second},
			},
		},
		orq.BlockFileSystems: {
			"/v2/file-systems?" + page,
			listOf(false, `{"id": "F1", "key": "docs", "display_name": "Docs", "description": "d", "project_id": "p", "external_access": "disabled", `+times+`}`),
			[]orq.Block{{ID: "F1", Key: "docs", Name: "Docs", Description: "d", Created: millisecond}},
		},
		orq.BlockMCPServers: {
			"/v2/mcp-servers?" + page,
			listOf(false, `{"id": "C1", "key": "crm", "display_name": "CRM", "description": "d", `+times+`, "tools": [{"id": "t1", "name": "search"}, {"id": "t2"}]}`),
			[]orq.Block{{ID: "C1", Key: "crm", Name: "CRM", Description: "d", Tools: []orq.BlockTool{{ID: "t1", Name: "search"}}, Created: millisecond}},
		},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			requests := make(chan string, 9)
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				requests <- r.Method + " " + r.RequestURI
				respond(w, http.StatusOK, c.answer)
			})
			list, err := client.ListBlocks(t.Context(), kind)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(orq.BlockList{Blocks: c.want}, list); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
			if got, want := <-requests, "GET "+c.request; got != want || len(requests) != 0 {
				t.Errorf("request = %s and %d more, want %s alone", got, len(requests), want)
			}
		})
	}
}

// pages answers each cursor with its page and records the cursors.
type pages struct {
	mu    sync.Mutex
	by    map[string]string
	asked []string
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	after := r.URL.Query().Get("starting_after")
	p.mu.Lock()
	p.asked = append(p.asked, after)
	p.mu.Unlock()
	respond(w, http.StatusOK, p.by[after])
}

func identities(list orq.BlockList) []string {
	var all []string
	for _, block := range list.Blocks {
		all = append(all, block.Identity())
	}
	return all
}

func TestListBlocksReadsAllPagesAndSortsNewestFirst(t *testing.T) {
	t.Parallel()
	item := func(id, created string) string { return fmt.Sprintf(`{"_id": %q, "created": %q}`, id, created) }
	for name, c := range map[string]struct {
		pages       map[string]string
		want, asked []string
		unsent      bool
	}{
		"three pages, the oldest first": {
			map[string]string{
				"":  listOf(true, item("a", "2026-01-01T00:00:00Z"), item("b", "2026-01-02T00:00:00Z")),
				"b": listOf(true, item("c", "2026-01-03T00:00:00Z")),
				"c": listOf(false, item("d", "2026-01-04T00:00:00Z")),
			},
			[]string{"d", "c", "b", "a"},
			[]string{"", "b", "c"},
			false,
		},
		"of the same time": {
			map[string]string{"": listOf(false, item("b", "2026-01-01T00:00:00Z"), item("a", "2026-01-01T00:00:00Z"), `{"_id": "c"}`)},
			[]string{"a", "b", "c"},
			[]string{""},
			false,
		},
		"a server that ignores the cursor": {
			map[string]string{"": listOf(true, item("a", "2026-01-01T00:00:00Z")), "a": listOf(true, item("a", "2026-01-01T00:00:00Z"))},
			[]string{"a"},
			[]string{"", "a"},
			true,
		},
		"more pages, without an id to continue at": {
			map[string]string{"": listOf(true, `{"key": "a"}`)},
			[]string{"a"},
			[]string{""},
			true,
		},
		"more pages, the last entry without an id": {
			map[string]string{"": listOf(true, `{"_id": "a"}`, `{"key": "b"}`, `{}`), "a": listOf(false, `{"_id": "c"}`)},
			[]string{"a", "b", "c"},
			[]string{"", "a"},
			false,
		},
		"more pages, but an empty one": {
			map[string]string{"": listOf(true)},
			nil,
			[]string{""},
			true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &pages{by: c.pages}
			list, err := serveUnchecked(t, p).ListBlocks(t.Context(), orq.BlockTools)
			if err != nil || list.Incomplete || list.Unsent != c.unsent {
				t.Fatalf("ListBlocks = %+v, %v, want a list of which pages were not sent: %t", list, err, c.unsent)
			}
			if diff := cmp.Diff(c.want, identities(list)); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.asked, p.asked); diff != "" {
				t.Errorf("cursors sent (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListBlocksStopsAtABound(t *testing.T) {
	t.Parallel()
	requests := 0 // they come one after the other
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		var items []string
		for i := range 50 {
			items = append(items, fmt.Sprintf(`{"_id": "%d-%d"}`, requests, i))
		}
		respond(w, http.StatusOK, listOf(true, items...))
	}))
	list, err := client.ListBlocks(t.Context(), orq.BlockTools)
	if err != nil || !list.Incomplete || len(list.Blocks) != orq.MaxBlocks || requests != 40 {
		t.Errorf("%d blocks in %d requests, incomplete = %t, %v, want %d in 40 and an incomplete list",
			len(list.Blocks), requests, list.Incomplete, err, orq.MaxBlocks)
	}
}

func TestListBlocksToleratesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	odd := `{"object": 7, "new": {}, "has_more": false, "data": [null, 5, "x", [], {}, {"_id": {"$oid": "1"}}, {"_id": 12, "created": "soon", "type": ["a"], "tools": 3},
		{"key": "k", "type": "later_type", "description": 4.5, "tools": [1, {"name": []}], "unknown": true}]}`
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { respond(w, http.StatusOK, odd) }))
	list, err := client.ListBlocks(t.Context(), orq.BlockTools)
	if err != nil {
		t.Fatal(err)
	}
	want := orq.BlockList{Blocks: []orq.Block{{ID: "12"}, {Key: "k", Type: "later_type", Description: "4.5"}}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
}

func TestListBlocksOfAnAnswerWithoutAList(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind   orq.BlockKind
		answer string
		fails  bool
	}{
		"no data":                             {orq.BlockTools, `{"object": "list", "has_more": false}`, true},
		"another object":                      {orq.BlockModels, `{"message": "hello"}`, true},
		"data that is an object":              {orq.BlockSkills, `{"data": {"a": 1}}`, true},
		"null":                                {orq.BlockProjects, `null`, true},
		"a list":                              {orq.BlockProjects, `[]`, true},
		"a page":                              {orq.BlockEvaluators, `<html></html>`, true},
		"data is null, as for models":         {orq.BlockModels, `{"object": "list", "data": null}`, false},
		"nothing":                             {orq.BlockMCPServers, `{}`, true},
		"no data, as an MCP list may have":    {orq.BlockMCPServers, `{"object": "list"}`, false},
		"no has_more":                         {orq.BlockTools, `{"object": "list", "data": []}`, true},
		"has_more that is a text":             {orq.BlockTools, `{"object": "list", "data": [], "has_more": "maybe"}`, true},
		"entries without a name alone":        {orq.BlockTools, `{"has_more": false, "data": [null, 5, "x", [], {}, {"_id": {}}]}`, true},
		"data of an MCP list, but not a list": {orq.BlockMCPServers, `{"data": "x"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, c.answer) }))
			list, err := client.ListBlocks(t.Context(), c.kind)
			if (err != nil) != c.fails || len(list.Blocks) > 0 {
				t.Errorf("ListBlocks = %+v, %v, want an error: %t", list, err, c.fails)
			}
		})
	}
}

func TestListBlocksWithoutTheOperation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"404 of a router":      {404, "404 page not found", orq.ErrNoRoute},
		"404 without details":  {404, `{"message": "Not Found"}`, orq.ErrNoRoute},
		"405":                  {405, `{"message": "no"}`, orq.ErrNoRoute},
		"410":                  {410, "", orq.ErrNoRoute},
		"501":                  {501, "", orq.ErrNoRoute},
		"404 about its cursor": {404, `{"message": "no tool has the id a"}`, orq.ErrNotFound},
		"403":                  {403, `{"message": "not authorized for this endpoint"}`, orq.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, reply(c.status, c.body))
			if list, err := client.ListBlocks(t.Context(), orq.BlockTools); !errors.Is(err, c.want) {
				t.Errorf("ListBlocks = %+v, %v, want %v", list, err, c.want)
			}
		})
	}
	if _, err := serveUnchecked(t, reply(200, "{}")).ListBlocks(t.Context(), "rockets"); err == nil || !strings.Contains(err.Error(), `"rockets"`) {
		t.Errorf("ListBlocks of an unknown kind = %v, want an error that names it", err)
	}
}
