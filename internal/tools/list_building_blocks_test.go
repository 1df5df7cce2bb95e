package tools

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// blockLists are lists of building blocks as the API returns them, by path.
var blockLists = map[string]string{
	"/v3/router/models": `{"object": "list", "data": [
		{"id": "openai/gpt-4o", "object": "model", "created": 1788256800, "owned_by": "openai"},
		{"id": "anthropic/claude-sonnet-4-5", "object": "model", "created": 1788256900, "owned_by": "anthropic"},
		{"id": "openai/gpt-4o-mini", "object": "model", "created": 1788256800, "owned_by": "openai"}]}`,
	"/v2/tools": listJSON(`{"_id": "T1", "path": "Default/tools", "key": "weather", "display_name": "Weather", "description": "Weather of a city",
		"project_id": "p", "workspace_id": "w", ` + blockTimes + `, "status": "live", "type": "function", "function": {"name": "weather"}}`),
	"/v2/skills": listJSON(`{"skill_id": "S1", "display_name": "Tone", "description": "How to write", "tags": [], "project_id": "p", "path": "Default",
		"created_at": "2026-09-01T10:00:00Z", "updated_at": "2026-09-01T10:00:00Z", "created_by_id": "u", "updated_by_id": "u", "instructions": "i", "version": "1"}`),
	"/v2/knowledge":     listJSON(`{"_id": "K1", "key": "manual", "domain_id": "d", "description": "The\nmanual", "path": "Default", ` + blockTimes + `, "type": "internal", "model": "m"}`),
	"/v2/memory-stores": listJSON(`{"_id": "M1", "key": "customers", "description": "What customers said", ` + blockTimes + `, "embedding_config": {"model": "m"}}`),
	"/v2/evaluators": listJSON(
		`{"_id": "E1", "key": "polite", "description": "Is it polite?", `+blockTimes+`, "type": "llm_eval", "mode": "single", "prompt": "p", "guardrail_config": {"enabled": true}}`,
		`{"_id": "E2", "key": "length", "description": "How long is it?", `+blockTimes+`, "type": "python_eval", "code": "c"}`,
	),
	"/v2/projects": listJSON(`{"project_id": "P1", "name": "Default", "key": "default", "is_archived": false, "is_default": true, "teams": [],
		"created_at": "2026-09-01T10:00:00Z", "updated_at": "2026-09-01T10:00:00Z"}`),
	"/v2/file-systems": listJSON(`{"id": "F1", "key": "docs", "display_name": "Docs", "description": "Documents", "project_id": "p", "external_access": "read_only", ` + blockTimes + `}`),
	"/v2/mcp-servers": listJSON(`{"id": "C1", "key": "crm", "display_name": "CRM", "description": "Customers", ` + blockTimes + `,
		"tools": [{"id": "t1", "name": "search"}, {"id": "t2", "name": "add"}]}`),
}

const blockTimes = `"created": "2026-09-01T10:00:00Z", "updated": "2026-09-01T10:00:00Z"`

func listJSON(items ...string) string {
	return `{"object": "list", "has_more": false, "data": [` + strings.Join(items, ",") + `]}`
}

// serveBlocks serves blockLists.
func serveBlocks(w http.ResponseWriter, r *http.Request) {
	list, ok := blockLists[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer(w, http.StatusOK, list)
}

func TestListBuildingBlocksOfEachKind(t *testing.T) {
	t.Parallel()
	s := serve(t, serveBlocks)
	for kind, want := range map[string]string{
		"models": `models (3), newest first:
- anthropic/claude-sonnet-4-5: anthropic
- openai/gpt-4o: openai
- openai/gpt-4o-mini: openai
model and fallback_models take the id.
These are all.`,
		"tools": `tools (1), newest first:
- T1 (weather; Weather): function; Default/tools; Weather of a city
An entry of tools has the type, and the key or id. Built-in tools are not listed here: their type is enough.
These are all.`,
		"skills": `skills (1), newest first:
- S1 (Tone): Default; How to write
orq.ai does not state whether the skills of an agent are ids or names.
These are all.`,
		"knowledge_bases": `knowledge bases (1), newest first:
- K1 (manual): internal; Default; The manual
knowledge_bases takes the id.
These are all.`,
		"memory_stores": `memory stores (1), newest first:
- M1 (customers): What customers said
memory_stores takes the key.
These are all.`,
		"evaluators": `evaluators (2), newest first:
- E1 (polite): llm_eval; Is it polite?
- E2 (length): python_eval; How long is it?
An entry of evaluators has the id.
These are all.`,
		"guardrails": `guardrails (1), newest first:
- E1 (polite): llm_eval; Is it polite?
An entry of guardrails has the id. orq.ai's own are not listed here: orq_pii_detection, orq_secret_detection, orq_sexual_moderation, orq_harmful_moderation.
These are all.`,
		"projects": `projects (1), newest first:
- P1 (default; Default): default
path begins with the name of a project, which may be followed by folders.
These are all.`,
		"file_systems": `file systems (1), newest first:
- F1 (docs; Docs): Documents
A tool of type file_system takes the id or the key in its configuration.
These are all.`,
		"mcp_servers": `mcp servers (1), newest first:
- C1 (crm; CRM): Customers; 2 tools: search t1, add t2
A tool of type mcp has a key or id, and as tool_id the id of one of the server's tools.
These are all.`,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			text, _ := s.succeed(t, "list_building_blocks", fmt.Sprintf(`{"kind": %q}`, kind))
			if diff := cmp.Diff(want, text); diff != "" {
				t.Errorf("text differs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestListBuildingBlocksNamesAnOrderByTimeOnlyIfThereAreTimes lists blocks without times, which are in the order of their
// identities.
func TestListBuildingBlocksNamesAnOrderByTimeOnlyIfThereAreTimes(t *testing.T) {
	t.Parallel()
	s := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, listJSON(`{"id": "C1"}`, `{"id": "C2"}`))
	})
	text, _ := s.succeed(t, "list_building_blocks", `{"kind": "mcp_servers"}`)
	if want := "mcp servers (2):\n- C1\n- C2\n"; !strings.HasPrefix(text, want) {
		t.Errorf("text = %q, want it to begin with %q", text, want)
	}
}

func TestListBuildingBlocksOffersEachKindOfTheClient(t *testing.T) {
	t.Parallel()
	s := serve(t, serveBlocks)
	for _, kind := range []orq.BlockKind{
		orq.BlockModels, orq.BlockTools, orq.BlockSkills, orq.BlockKnowledgeBases, orq.BlockMemoryStores, orq.BlockEvaluators,
		orq.BlockGuardrails, orq.BlockProjects, orq.BlockFileSystems, orq.BlockMCPServers,
	} {
		if _, structure := s.succeed(t, "list_building_blocks", fmt.Sprintf(`{"kind": %q}`, kind)); structure["use"] == "" {
			t.Errorf("use of %s is empty, want how to name one", kind)
		}
	}
}

// TestListBuildingBlocksOfAWorkspace lists what the agents of the sandbox name; of the other kinds it has none.
func TestListBuildingBlocksOfAWorkspace(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", fullAgent)
	s.succeed(t, "create_agent", simpleAgent)
	for kind, want := range map[string][]string{
		"models": {"openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude"}, "memory_stores": {"m1", "m2"}, "projects": {"Default"},
		"tools": nil, "skills": nil, "knowledge_bases": nil, "evaluators": nil, "guardrails": nil, "file_systems": nil, "mcp_servers": nil,
	} {
		text, structure := s.succeed(t, "list_building_blocks", fmt.Sprintf(`{"kind": %q}`, kind))
		rows := itemsOf(structure["blocks"])
		if len(rows) != len(want) || len(want) == 0 && !strings.HasPrefix(text, "There are no "+strings.ReplaceAll(kind, "_", " ")+" here.") {
			t.Errorf("%s: %s\nwant %d of them", kind, text, len(want))
		}
		for _, name := range want {
			if !strings.Contains(text, name) {
				t.Errorf("%s: %s\nwant %s", kind, text, name)
			}
		}
	}
	var stores []string
	for cursor, more := "", true; more; {
		_, structure := s.succeed(t, "list_building_blocks", fmt.Sprintf(`{"kind": "memory_stores", "limit": 1, "cursor": %q}`, cursor))
		row, _ := itemsOf(structure["blocks"])[0].(fields)
		stores = append(stores, fmt.Sprint(row["key"]))
		cursor, more = structure["cursor"].(string)
	}
	if slices.Sort(stores); !slices.Equal(stores, []string{"m1", "m2"}) {
		t.Errorf("stores of all pages = %v, want m1 and m2", stores)
	}
}

// blockIDs returns the ids of the blocks in a result.
func blockIDs(structure fields) []string {
	var ids []string
	for _, row := range itemsOf(structure["blocks"]) {
		id, _ := row.(fields)["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

func TestListBuildingBlocksSearch(t *testing.T) {
	t.Parallel()
	s := serve(t, serveBlocks)
	for arguments, want := range map[string][]string{
		`{"kind": "models", "search": "GPT openai"}`: {"openai/gpt-4o", "openai/gpt-4o-mini"},
		`{"kind": "models", "search": "gemini"}`:     nil,
		`{"kind": "evaluators", "search": "polite"}`: {"E1"},
		`{"kind": "evaluators", "search": "LONG"}`:   {"E2"},
	} {
		text, structure := s.succeed(t, "list_building_blocks", arguments)
		if diff := cmp.Diff(want, blockIDs(structure)); diff != "" {
			t.Errorf("blocks of %s (-want +got):\n%s", arguments, diff)
		}
		if got := strings.HasPrefix(text, "There are no such models.\n"); got != (want == nil) {
			t.Errorf("text of %s = %q, want it to state that there are none: %t", arguments, text, want == nil)
		}
	}
}

// manyTools serves n tools, in pages of 50. A tool is newer than those before it, and has a long description.
func manyTools(t *testing.T, n int) http.HandlerFunc {
	t.Helper()
	var items []string
	for i := range n {
		items = append(items, encode(t, fields{
			"_id": fmt.Sprintf("01JQ8Z5V7M3N4P5Q6R7S8T9%03d", i), "key": fmt.Sprintf("customer-lookup-%03d", i), "display_name": fmt.Sprintf("Customer look-up %03d", i),
			"path": "Default/support/europe", "description": strings.Repeat("Looks a customer up by invoice number; ", 40), "project_id": "p", "workspace_id": "w",
			"created": fmt.Sprintf("2026-09-01T10:%02d:%02d.5Z", i/60, i%60), "updated": "2026-09-01T10:00:00Z", "status": "live", "type": "function",
			"function": fields{"name": "f"},
		}))
	}
	return func(w http.ResponseWriter, r *http.Request) {
		first := 0
		if after := r.URL.Query().Get("starting_after"); after != "" {
			first = 1 + slices.IndexFunc(items, func(item string) bool { return strings.Contains(item, after) })
		}
		page := items[first:min(first+50, n)]
		answer(w, http.StatusOK, fmt.Sprintf(`{"object": "list", "has_more": %t, "data": [%s]}`, first+50 < n, strings.Join(page, ",")))
	}
}

// TestPagesOfBuildingBlocksCostAtMostFiveThousandTokens reads all pages; each form counts by itself, because a client
// shows its model one of them.
func TestPagesOfBuildingBlocksCostAtMostFiveThousandTokens(t *testing.T) {
	t.Parallel()
	const n = 130
	var want []string
	for i := n - 1; i >= 0; i-- {
		want = append(want, fmt.Sprintf("01JQ8Z5V7M3N4P5Q6R7S8T9%03d", i))
	}
	s := serve(t, manyTools(t, n))
	for _, limit := range []int{7, 200} {
		var read []string
		for cursor, more := "", true; more; {
			arguments := fields{"kind": "tools", "limit": limit, "cursor": cursor}
			text, structure := s.succeed(t, "list_building_blocks", encode(t, arguments))
			for form, content := range map[string]string{"text": text, "structure": encode(t, structure)} {
				if tokens := countTokens(t, content); tokens > 5000 {
					t.Errorf("a page costs %d tokens as %s, want at most 5,000", tokens, form)
				}
			}
			ids := blockIDs(structure)
			if len(ids) == 0 || len(ids) > limit {
				t.Fatalf("%d blocks on a page, want 1 to %d", len(ids), limit)
			}
			read = append(read, ids...)
			if cursor, more = structure["cursor"].(string); more != structure["has_more"] {
				t.Fatalf("has_more = %v with cursor %q, want %t", structure["has_more"], cursor, more)
			}
		}
		if diff := cmp.Diff(want, read); diff != "" {
			t.Errorf("limit %d: blocks of all pages (-want +got):\n%s", limit, diff)
		}
	}
}

// TestBuildingBlockCursorSurvivesADeletion continues after a block that does not exist any more.
func TestBuildingBlockCursorSurvivesADeletion(t *testing.T) {
	t.Parallel()
	s := serve(t, serveBlocks)
	for cursor, want := range map[string][]string{
		"1788256800000~openai/gpt-4o-a": {"openai/gpt-4o-mini"},
		"1788256850000~gone":            {"openai/gpt-4o", "openai/gpt-4o-mini"},
		"1788256800000~z":               nil,
	} {
		_, structure := s.succeed(t, "list_building_blocks", fmt.Sprintf(`{"kind": "models", "cursor": %q}`, cursor))
		if diff := cmp.Diff(want, blockIDs(structure)); diff != "" {
			t.Errorf("blocks after %s (-want +got):\n%s", cursor, diff)
		}
	}
}

func TestListBuildingBlocksBoundsLongRows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 2000)
	var tools []any
	for i := range 500 {
		tools = append(tools, fields{"id": fmt.Sprintf("id-%d", i), "name": fmt.Sprintf("tool-%d", i)})
	}
	server := encode(t, fields{"id": "C1", "key": "crm", "display_name": long, "description": long, "tools": tools})
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, listJSON(server)) })
	_, structure := s.succeed(t, "list_building_blocks", `{"kind": "mcp_servers"}`)
	row, _ := itemsOf(structure["blocks"])[0].(fields)
	about, _ := row["about"].(string)
	if name, _ := row["name"].(string); len(name) > 64 || len(about) > 560 || !strings.Contains(about, "; 500 tools: tool-0 id-0, ") {
		t.Errorf("name of %d bytes, about = %q (%d bytes), want at most 64 and 560, with the tools", len(name), about, len(about))
	}
}

func TestListBuildingBlocksReportsAnIncompleteList(t *testing.T) {
	t.Parallel()
	requests := 0 // they come one after the other
	s := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		answer(w, http.StatusOK, fmt.Sprintf(`{"data": [{"_id": "t%d"}], "has_more": true}`, requests))
	})
	text, structure := s.succeed(t, "list_building_blocks", `{"kind": "tools"}`)
	const want = "orq.ai lists more tools than this server reads, which is 2000."
	if structure["truncated"] != true || structure["next"] != want || !strings.Contains(text, want) {
		t.Errorf("truncated = %v, next = %v, want true and %q", structure["truncated"], structure["next"], want)
	}
}

func TestListBuildingBlocksThatOrqDoesNotSend(t *testing.T) {
	t.Parallel()
	for data, heading := range map[string]string{`[]`: "No tools were received.\n", `[{"_id": "t1"}]`: "tools (1):\n- t1\n"} {
		s := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusOK, `{"data": `+data+`, "has_more": true}`)
		})
		text, structure := s.succeed(t, "list_building_blocks", `{"kind": "tools"}`)
		const want = "orq.ai states that there are more tools, but does not send them: the orq.ai studio shows all."
		if structure["truncated"] != true || structure["next"] != want || !strings.Contains(text, want) || !strings.HasPrefix(text, heading) || strings.Contains(text, "all.\n") {
			t.Errorf("text = %q, next = %v, want %q", text, structure["next"], want)
		}
	}
}

func TestListBuildingBlocksWithoutTheOperation(t *testing.T) {
	t.Parallel()
	const reason = " answered 404: the server at ORQ_BASE_URL does not offer GET /v2/memory-stores. Check ORQ_BASE_URL; if it is right, its memory stores cannot be listed: " +
		"agents that use some show their names in orq.ai's get_agent, and the orq.ai studio shows all."
	for name, s := range map[string]*service{
		"a page": serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusNotFound, "404 page not found") }),
		"a message": serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusNotFound, `{"message": "Not Found"}`)
		}),
		"a workspace of March": workspaceOf(t, sandbox.GenerationMarch, contract.CheckAll),
	} {
		want := "orq.ai" + reason
		if name == "a workspace of March" {
			want = "The sandbox" + reason
		}
		if got := s.refused(t, "list_building_blocks", `{"kind": "memory_stores"}`); got != want {
			t.Errorf("%s: error = %q, want %q", name, got, want)
		}
	}
}

func TestListBuildingBlocksOfAnAnswerWithoutAList(t *testing.T) {
	t.Parallel()
	s := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, `{"object": "list"}`) })
	const want = `orq.ai's answer cannot be used: GET /v2/tools: 200 but the answer has no data that is a list and no has_more that is true or false: {"object": "list"}. Check ORQ_BASE_URL, then try again.`
	if got := s.refused(t, "list_building_blocks", `{"kind": "tools"}`); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

func TestListBuildingBlocksArgumentErrors(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "list_building_blocks", []mistake{
		{"a cursor of another tool", `{"kind": "tools", "cursor": "01AGENT"}`, "cursor: must be the cursor of the last page, unchanged"},
		{"an unknown kind", `{"kind": "prompts"}`, `kind: must be one of models, tools, skills, knowledge_bases, memory_stores, evaluators, guardrails, projects, file_systems, mcp_servers, got "prompts"`},
		{"no kind", `{}`, "kind: required"},
	})
}
