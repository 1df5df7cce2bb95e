package tools

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// populated returns a workspace with n agents. a0 is the oldest, and every tenth is a wizard.
func populated(t *testing.T, n int) *service {
	t.Helper()
	s := workspace(t)
	for i := range n {
		role := "helper"
		if i%10 == 0 {
			role = "Wizard of billing"
		}
		_, err := s.call.Orq.CreateAgent(t.Context(), orq.CreateAgentRequest{
			Key: fmt.Sprintf("a%d", i), Role: role, Description: "d", Instructions: "i", Path: "Default", Model: orq.ModelConfig{ID: "m"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.forget()
	return s
}

// keys returns the keys of the agents in a result.
func keys(structure fields) []string {
	agents, _ := structure["agents"].([]any)
	var keys []string
	for _, agent := range agents {
		row, _ := agent.(fields)
		key, _ := row["key"].(string)
		keys = append(keys, key)
	}
	return keys
}

// numbered returns the keys from a<from> down to a<to>, in steps of step.
func numbered(from, to, step int) []string {
	var keys []string
	for i := from; i >= to; i -= step {
		keys = append(keys, fmt.Sprintf("a%d", i))
	}
	return keys
}

func TestListAgentsPages(t *testing.T) {
	t.Parallel()
	s := populated(t, 7)
	var pages [][]string
	arguments := `{"limit": 3}`
	for range 3 {
		text, structure := s.succeed(t, "list_agents", arguments)
		pages = append(pages, keys(structure))
		cursor, more := structure["cursor"].(string)
		if more != structure["has_more"] {
			t.Errorf("has_more = %v with cursor %q, want %t", structure["has_more"], cursor, more)
		}
		if more != strings.Contains(text, "There are more: call again with cursor="+cursor) {
			t.Errorf("text = %s\nwant the cursor of the next page in it: %t", text, more)
		}
		arguments = fmt.Sprintf(`{"limit": 3, "cursor": %q}`, cursor)
	}
	if diff := cmp.Diff([][]string{numbered(6, 4, 1), numbered(3, 1, 1), numbered(0, 0, 1)}, pages); diff != "" {
		t.Errorf("pages differ (-want +got):\n%s", diff)
	}
}

func TestListAgentsAlwaysSendsALimit(t *testing.T) {
	t.Parallel()
	s := populated(t, 0)
	text, structure := s.succeed(t, "list_agents", `{}`)
	if diff := cmp.Diff([]string{"GET /v2/agents?limit=50", "GET /v2/agents/external?limit=200"}, s.lines()); diff != "" {
		t.Errorf("requests differ (-want +got):\n%s", diff)
	}
	if text != "There are no such agents." || structure["has_more"] != false {
		t.Errorf("list_agents = %q, %v, want no agents and no more pages", text, structure)
	}
}

func TestListAgentsBefore(t *testing.T) {
	t.Parallel()
	s := populated(t, 7)
	oldest, err := s.call.Orq.GetAgent(t.Context(), "a0")
	if err != nil {
		t.Fatal(err)
	}
	text, structure := s.succeed(t, "list_agents", fmt.Sprintf(`{"limit": 2, "before": %q}`, oldest.ID))
	if diff := cmp.Diff([]string{"a2", "a1"}, keys(structure)); diff != "" {
		t.Errorf("page differs (-want +got):\n%s", diff)
	}
	// The next page before this one starts at its first agent.
	first, err := s.call.Orq.GetAgent(t.Context(), "a2")
	if err != nil {
		t.Fatal(err)
	}
	if structure["has_more"] != true || !strings.Contains(text, "before="+first.ID) {
		t.Errorf("has_more = %v, text = %s\nwant true and before=%s", structure["has_more"], text, first.ID)
	}
}

func TestListAgentsBeforeReturnsAllNewerAgents(t *testing.T) {
	t.Parallel()
	s := populated(t, 7)
	oldest, err := s.call.Orq.GetAgent(t.Context(), "a0")
	if err != nil {
		t.Fatal(err)
	}
	_, structure := s.succeed(t, "list_agents", fmt.Sprintf(`{"before": %q}`, oldest.ID))
	if diff := cmp.Diff(numbered(6, 1, 1), keys(structure)); diff != "" {
		t.Errorf("page differs (-want +got):\n%s", diff)
	}
}

func TestListAgentsSearch(t *testing.T) {
	t.Parallel()
	s := populated(t, 421)
	_, structure := s.succeed(t, "list_agents", `{"search": "BILLING wizard"}`)
	if diff := cmp.Diff(numbered(420, 0, 10), keys(structure)); diff != "" {
		t.Errorf("agents differ (-want +got):\n%s", diff)
	}
	external := func(line string) bool { return strings.HasPrefix(line, "GET /v2/agents/external?") }
	if lines := slices.DeleteFunc(s.lines(), external); len(lines) != 3 || lines[0] != "GET /v2/agents?limit=200" {
		t.Errorf("sent %v, want three pages of 200", lines)
	}
	t.Run("continues after the last agent it returned", func(t *testing.T) {
		t.Parallel()
		var found []string
		arguments := `{"search": "wizard", "limit": 20}`
		for range 3 {
			_, structure := s.succeed(t, "list_agents", arguments)
			found = append(found, keys(structure)...)
			cursor, _ := structure["cursor"].(string)
			arguments = fmt.Sprintf(`{"search": "wizard", "limit": 20, "cursor": %q}`, cursor)
		}
		if diff := cmp.Diff(numbered(420, 0, 10), found); diff != "" {
			t.Errorf("agents differ (-want +got):\n%s", diff)
		}
	})
	t.Run("backward returns the nearest agents, newest first", func(t *testing.T) {
		t.Parallel()
		oldest, err := s.call.Orq.GetAgent(t.Context(), "a0")
		if err != nil {
			t.Fatal(err)
		}
		_, structure := s.succeed(t, "list_agents", fmt.Sprintf(`{"search": "wizard", "limit": 3, "before": %q}`, oldest.ID))
		if diff := cmp.Diff(numbered(30, 10, 10), keys(structure)); diff != "" {
			t.Errorf("agents differ (-want +got):\n%s", diff)
		}
	})
}

func TestListAgentsByType(t *testing.T) {
	t.Parallel()
	s := populated(t, 2)
	s.succeed(t, "register_a2a_agent", registration(t))
	for typ, want := range map[string][]string{orq.TypeA2A: {"planner"}, orq.TypeInternal: {"a1", "a0"}} {
		_, structure := s.succeed(t, "list_agents", fmt.Sprintf(`{"type": %q}`, typ))
		if diff := cmp.Diff(want, keys(structure)); diff != "" {
			t.Errorf("agents of type %s differ (-want +got):\n%s", typ, diff)
		}
	}
}

func TestListAgentsInFull(t *testing.T) {
	t.Parallel()
	s := populated(t, 2)
	_, structure := s.succeed(t, "list_agents", `{"detail": "full"}`)
	full, _ := structure["full"].([]any)
	if rows := keys(structure); len(full) != 2 || len(rows) != 0 {
		t.Fatalf("%d agents in full and %d rows, want 2 and 0", len(full), len(rows))
	}
	_, one := s.succeed(t, "get_agent", `{"key": "a1"}`)
	if diff := cmp.Diff(any(one), full[0]); diff != "" {
		t.Errorf("agent differs from the one of get_agent (-want +got):\n%s", diff)
	}
}

// TestFiftyAgentsCostLessThanFiveThousandTokens counts the tokens of each form by itself, because a client shows its model one of them.
func TestFiftyAgentsCostLessThanFiveThousandTokens(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("This agent answers questions about invoices, refunds and deliveries of customers in Europe. ", 40)
	var agents []string
	for i := range 50 {
		agents = append(agents, agentJSON(t, fields{
			"_id": fmt.Sprintf("01JQ8Z5V7M3N4P5Q6R7S8T9V%02d", i), "key": fmt.Sprintf("customer-support-team-%02d", i),
			"display_name": fmt.Sprintf("Customer support %02d", i), "role": "Customer support specialist", "description": long,
			"instructions": long, "system_prompt": long, "model": fields{"id": "anthropic/claude-sonnet-4-5"},
			"path": "Default/support/europe", "created": "2026-03-24T10:00:00.000Z", "updated": "2026-03-24T10:00:00.000Z",
		}))
	}
	s := serve(t, withoutExternal(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"object": "list", "has_more": true, "data": [`+strings.Join(agents, ",")+`]}`)
	}))
	text, structure := s.succeed(t, "list_agents", `{}`)
	for form, content := range map[string]string{"text": text, "structure": encode(t, structure)} {
		tokens := countTokens(t, content)
		t.Logf("%s: %d tokens", form, tokens)
		if tokens >= 5000 {
			t.Errorf("50 agents cost %d tokens as %s, want less than 5,000", tokens, form)
		}
	}
	if slices.Contains(keys(structure), "") || len(keys(structure)) != 50 {
		t.Errorf("keys = %v, want 50", keys(structure))
	}
}

// TestListAgentsEndsAPageAtTheBudget reads 200 agents that do not fit into one result page by page, in both directions.
func TestListAgentsEndsAPageAtTheBudget(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	long := strings.Repeat("invoices, refunds and deliveries; ", 7)
	const n = 200
	for i := range n {
		_, err := s.call.Orq.CreateAgent(t.Context(), orq.CreateAgentRequest{
			Key: fmt.Sprintf("a%d", i), DisplayName: long, Role: long, Description: long, Instructions: "i", Path: "Default", Model: orq.ModelConfig{ID: "m"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	oldest, err := s.call.Orq.GetAgent(t.Context(), "a0")
	if err != nil {
		t.Fatal(err)
	}
	for direction, begin := range map[string]string{"cursor": "", "before": fmt.Sprintf(`, "before": %q`, oldest.ID)} {
		for _, detail := range []string{"summary", "full"} {
			var read []string
			pages, next := 0, begin
			for {
				pages++
				text, structure := s.succeed(t, "list_agents", fmt.Sprintf(`{"limit": 200, "detail": %q%s}`, detail, next))
				checkCost(t, "a page", text, structure)
				page := keys(fields{"agents": append(structure["agents"].([]any), itemsOf(structure["full"])...)})
				if direction == "before" {
					read = append(page, read...)
				} else {
					read = append(read, page...)
				}
				on, more := structure[direction].(string)
				if more != structure["has_more"] || pages > n {
					t.Fatalf("page %d: has_more = %v with %s %q, want %t", pages, structure["has_more"], direction, on, more)
				}
				if !more {
					break
				}
				next = fmt.Sprintf(`, %q: %q`, direction, on)
			}
			want := numbered(n-1, 0, 1)
			if direction == "before" {
				want = numbered(n-1, 1, 1)
			}
			if diff := cmp.Diff(want, read); diff != "" || pages < 2 {
				t.Errorf("%s, %s: agents of %d pages differ (-want +got):\n%s", direction, detail, pages, diff)
			}
		}
	}
}

func itemsOf(value any) []any {
	items, _ := value.([]any)
	return items
}

func TestListAgentsStopsAtRepeatedPages(t *testing.T) {
	t.Parallel()
	s := serve(t, withoutExternal(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"object": "list", "has_more": true, "data": [`+agentJSON(t, nil)+`]}`)
	}))
	const want = "The request to orq.ai failed: list agents: the server answers every page with the same agents. Check the network and ORQ_BASE_URL, then try again."
	if got := s.refused(t, "list_agents", `{"search": "zzz"}`); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
	requests := []string{"GET /v2/agents?limit=200", "GET /v2/agents/external?limit=200", "GET /v2/agents?limit=200&starting_after=01AGENT"}
	if diff := cmp.Diff(requests, s.lines()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestListAgentsWithoutTheRightToExternalAgents(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/agents/external" {
			answer(w, http.StatusForbidden, `{"message": "no access to external agents"}`)
			return
		}
		answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": [`+agentJSON(t, nil)+`]}`)
	})
	text, structure := s.succeed(t, "list_agents", `{}`)
	const want = "External A2A agents are missing: orq.ai refused to list them."
	if len(keys(structure)) != 1 || !strings.Contains(text, want) || structure["truncated"] != true {
		t.Errorf("list_agents = %s, %v, want one agent and the remark %q", text, structure, want)
	}
	if got := s.refused(t, "list_agents", `{"type": "a2a"}`); !strings.Contains(got, "no access to external agents") {
		t.Errorf("list_agents of A2A agents: %s, want why they are refused", got)
	}
}

// withoutExternal is a service of March, which has no external agents.
func withoutExternal(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/agents/external" {
			http.NotFound(w, r)
			return
		}
		handler(w, r)
	}
}

func TestListAgentsArgumentErrors(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "list_agents", []mistake{
		{"two directions", `{"cursor": "a", "before": "b"}`, "before: cannot be given together with cursor"},
		{"a limit out of bounds", `{"limit": 201}`, "limit: must be between 1 and 200, got 201"},
		{"an unknown field without similar names", `{"xyzzy": 1}`, "xyzzy: unknown; valid names: limit, cursor, before, type, search, detail"},
	})
}
