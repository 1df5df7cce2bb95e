package tools

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// most is what any result may cost, in o200k tokens.
const most = 20_000

// costs counts the tokens of both forms of a result, and wants neither to cost too much.
func costs(t *testing.T, what, text string, structure any) {
	t.Helper()
	forms := map[string]string{"text": text}
	if structure != nil {
		forms["structure"] = encode(t, structure)
	}
	for form, content := range forms {
		counted := countTokens(t, content)
		t.Logf("%s: %d tokens as %s", what, counted, form)
		if counted >= most {
			t.Errorf("%s costs %d tokens as %s, want less than %d", what, counted, form, most)
		}
	}
}

// long is a text of several hundred thousand bytes, in which each line is another.
var long = sync.OnceValue(func() string {
	var text strings.Builder
	for i := range 8000 {
		fmt.Fprintf(&text, "%d. Answer politely, in the language of the question, and né\"ver with a promise.\n", i)
	}
	return text.String()
})

// list is n items made alike.
func list(n int, item func(i int) any) []any {
	items := make([]any, n)
	for i := range items {
		items[i] = item(i)
	}
	return items
}

// hugeAgents are agents of which a part is far too long.
func hugeAgents(t *testing.T) map[string]string {
	t.Helper()
	names := fields{}
	for i := range 5000 {
		names[fmt.Sprintf("name %d", i)] = i
	}
	return map[string]string{
		"instructions": agentJSON(t, fields{"instructions": long(), "system_prompt": long()}),
		"tools": agentJSON(t, fields{"settings": fields{"tools": list(5000, func(i int) any {
			return fields{"id": fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G%04d", i), "key": fmt.Sprintf("tool-%d", i), "action_type": "http", "requires_approval": false}
		})}}),
		"variables":   agentJSON(t, fields{"variables": names}),
		"memory":      agentJSON(t, fields{"memory_stores": list(5000, func(i int) any { return fmt.Sprintf("store-%d", i) })}),
		"team":        agentJSON(t, fields{"team_of_agents": list(5000, func(i int) any { return fields{"key": fmt.Sprintf("agent-%d", i), "role": "helper"} })}),
		"nested":      agentJSON(t, fields{"variables": fields{"a": list(20, func(int) any { return list(20, func(int) any { return fields{"b": long()[:2000]} }) })}}),
		"description": agentJSON(t, fields{"description": long(), "role": long(), "display_name": strings.Repeat("n", 100_000), "path": strings.Repeat("p/", 50_000)}),
		"card": agentJSON(t, fields{"type": "a2a", "a2a": fields{"agent_url": "https://a.example", "headers": fields{}, "cached_card": fields{
			"name": long(), "description": long(),
			"skills": list(300, func(i int) any { return fields{"id": fmt.Sprint(i), "name": long()[:500], "description": long()[:500]} }),
		}}}),
	}
}

func TestNoAgentCostsMoreThanItMay(t *testing.T) {
	t.Parallel()
	for name, agent := range hugeAgents(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/card/refresh"):
					answer(w, http.StatusOK, `{"message": "refreshed", "card": `+agent+`}`)
				case r.Method == http.MethodGet && r.URL.Path == "/v2/agents":
					answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": [`+agent+`,`+agent+`]}`)
				case r.Method == http.MethodPost:
					answer(w, http.StatusCreated, agent)
				case r.Method == http.MethodPatch:
					answer(w, http.StatusOK, agentJSON(t, nil))
				default:
					answer(w, http.StatusOK, agent)
				}
			})
			for tool, arguments := range map[string]string{
				"get_agent":          `{"key": "support"}`,
				"list_agents":        `{"detail": "full"}`,
				"create_agent":       simpleAgent,
				"update_agent":       `{"key": "support", "role": "r"}`,
				"register_a2a_agent": `{"key": "support", "display_name": "S", "description": "d", "agent_url": "https://a.example"}`,
				"refresh_agent_card": `{"key": "support"}`,
			} {
				text, structure := s.want(t, tool, arguments)
				costs(t, tool, text, structure)
				whole := tool != "get_agent" && tool != "refresh_agent_card"
				if next, _ := structure["next"].(string); !whole && (structure["truncated"] != true || !strings.Contains(next, "Shown in part: ") || !strings.Contains(next, "get_agent with key=support")) {
					t.Errorf("%s: truncated is %v, next %q", tool, structure["truncated"], next)
				}
			}
		})
	}
}

// TestWhatWasCutIsReadInParts follows what a result says of the rest.
func TestWhatWasCutIsReadInParts(t *testing.T) {
	t.Parallel()
	instructions := long()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, agentJSON(t, fields{"instructions": instructions}))
	})
	_, structure := s.want(t, "get_agent", `{"key": "support"}`)
	var whole strings.Builder
	shown, _ := structure["instructions"].(string)
	for whole.WriteString(shown); structure["truncated"] == true; whole.WriteString(shown) {
		next, _ := structure["next"].(string)
		hint := fmt.Sprintf("get_agent with key=support, field=instructions and offset=%d shows what follows.", whole.Len())
		if !strings.HasSuffix(next, hint) {
			t.Fatalf("next is %q, want %q", next, hint)
		}
		text, part := s.want(t, "get_agent", fmt.Sprintf(`{"key": "support", "field": "instructions", "offset": %d}`, whole.Len()))
		structure = part
		costs(t, "a part", text, structure)
		part, _ = structure["part"].(fields)
		if fmt.Sprint(part["of"]) != fmt.Sprint(len(instructions)) {
			t.Errorf("the whole has %v bytes, want %d", part["of"], len(instructions))
		}
		if shown, _ = part["text"].(string); shown == "" {
			t.Fatal("a part is empty")
		}
	}
	if whole.String() != instructions {
		t.Errorf("%d bytes were read, which differ from the %d there are", whole.Len(), len(instructions))
	}
}

func TestNoRunCostsMoreThanItMay(t *testing.T) {
	t.Parallel()
	part := func(part fields) any {
		return fields{"messageId": "m", "role": "agent", "parts": []any{part}}
	}
	file := base64.StdEncoding.EncodeToString([]byte(long()))
	for name, each := range map[string]struct {
		response fields
		next     string
	}{
		"prose":    {fields{"output": []any{part(fields{"kind": "text", "text": long()})}}, "output_text was cut: get_agent_response with key=support, task_id=t1 and offset="},
		"base64":   {fields{"output": []any{part(fields{"kind": "text", "text": file})}}, "output_text was cut: "},
		"Chinese":  {fields{"output": []any{part(fields{"kind": "text", "text": strings.Repeat("客服回答有关发票、退款和交货时间的问题。", 5000)})}}, "output_text was cut: "},
		"a file":   {fields{"output": []any{part(fields{"kind": "file", "file": fields{"name": "a.pdf", "bytes": file}})}}, "output_files.0.base64 (0 of "},
		"an error": {fields{"status": "failed", "error": long(), "output": []any{}}, "error ("},
		"a call": {fields{"output": []any{}, "pending_tool_calls": []any{fields{
			"id": "c1", "type": "function", "function": fields{"name": "refund", "arguments": encode(t, fields{"why": long()})},
		}}}, "pending_tool_calls.0.arguments ("},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := fields{"_id": "r1", "task_id": "t1", "created_at": "2026-03-24T10:00:00Z", "model": "m", "status": "completed"}
			maps.Copy(response, each.response)
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, encode(t, response)) })
			text, structure := s.want(t, "get_agent_response", `{"key": "support", "task_id": "t1"}`)
			costs(t, name, text, structure)
			if next, _ := structure["next"].(string); structure["truncated"] != true || !strings.Contains(next, each.next) {
				t.Errorf("truncated is %v, next %q, want %q in it", structure["truncated"], next, each.next)
			}
		})
	}
}

func TestARunOfManyToolsCostsNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	var stream strings.Builder
	event := func(typ string, data fields) {
		fmt.Fprintf(&stream, "data: %s\n\n", encode(t, fields{"type": typ, "timestamp": "2026-03-24T10:00:00Z", "data": data}))
	}
	for i := range 600 {
		execution := fields{
			"action_id": "a", "agent_tool_call_id": fmt.Sprint(i), "workspace_id": "w", "agent_manifest_id": "m", "agent_execution_id": "e", "product": "agents",
		}
		event("event.workflow_events.tool_execution_started", fields{
			"tool_id": "t", "tool_key": fmt.Sprintf("tool-%d", i), "action_type": "http", "tool_arguments": fields{}, "tool_execution_context": execution, "workflowRunId": "w",
		})
		event("event.workflow_events.tool_execution_failed", fields{
			"error": fields{"message": long()[:3000]}, "action_type": "http", "tool_execution_context": execution, "workflowRunId": "w",
		})
	}
	stream.WriteString(finishedRun)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, stream.String())
	})
	text, structure := s.want(t, "invoke_agent", `{"key": "support", "message": "m", "mode": "stream"}`)
	costs(t, "a run of many tools", text, structure)
	if next, _ := structure["next"].(string); structure["truncated"] != true || !strings.Contains(next, "tool_executions") {
		t.Errorf("truncated is %v, next %q", structure["truncated"], next)
	}
}

func TestNoErrorCostsMoreThanItMay(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, encode(t, fields{"message": long()}))
	})
	costs(t, "an error of the API", s.refused(t, "create_agent", simpleAgent), nil)

	unknown := fields{}
	for i := range 1000 {
		unknown[fmt.Sprintf("%d-%s", i, long()[:200])] = long()[:1000]
	}
	costs(t, "wrong arguments", s.refused(t, "create_agent", encode(t, unknown)), nil)
}

// A result of very many short values can hardly be shown in part.
func TestWhatCannotBeCutIsRefusedInWords(t *testing.T) {
	t.Parallel()
	var bush any = "leaf"
	for range 7 {
		bush = list(6, func(int) any { return bush })
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, agentJSON(t, fields{"variables": fields{"bush": bush}}))
	})
	const want = "The answer is too long to be shown, even in part. get_agent shows one field of an agent with field; a larger --text-limit of the server shows more."
	if got := s.refused(t, "get_agent", `{"key": "support"}`); got != want {
		t.Errorf("answered %q, want %q", got, want)
	}
	text, structure := s.want(t, "get_agent", `{"key": "support", "field": "variables.bush"}`)
	costs(t, "a field", text, structure)
}
