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

// maxTokens bounds the cost of any result, in o200k tokens.
const maxTokens = 20_000

// checkCost checks that neither form of a result costs too many tokens.
func checkCost(t *testing.T, what, text string, structure any) {
	t.Helper()
	forms := map[string]string{"text": text}
	if structure != nil {
		forms["structure"] = encode(t, structure)
	}
	for form, content := range forms {
		counted := countTokens(t, content)
		t.Logf("%s: %d tokens as %s", what, counted, form)
		if counted >= maxTokens {
			t.Errorf("%s costs %d tokens as %s, want less than %d", what, counted, form, maxTokens)
		}
	}
}

// longText is a text of several hundred thousand bytes with numbered lines.
var longText = sync.OnceValue(func() string {
	var text strings.Builder
	for i := range 8000 {
		fmt.Fprintf(&text, "%d. Answer politely, in the language of the question, and né\"ver with a promise.\n", i)
	}
	return text.String()
})

// list returns n items.
func list(n int, item func(i int) any) []any {
	items := make([]any, n)
	for i := range items {
		items[i] = item(i)
	}
	return items
}

// hugeAgents returns agents of which one part is far too long, as the API returns them.
func hugeAgents(t *testing.T) map[string]string {
	t.Helper()
	names := fields{}
	for i := range 5000 {
		names[fmt.Sprintf("name %d", i)] = i
	}
	return map[string]string{
		"instructions": agentJSON(t, fields{"instructions": longText(), "system_prompt": longText()}),
		"tools": agentJSON(t, fields{"settings": fields{"tools": list(5000, func(i int) any {
			return fields{"id": fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G%04d", i), "key": fmt.Sprintf("tool-%d", i), "action_type": "http", "requires_approval": false}
		})}}),
		"variables":   agentJSON(t, fields{"variables": names}),
		"memory":      agentJSON(t, fields{"memory_stores": list(5000, func(i int) any { return fmt.Sprintf("store-%d", i) })}),
		"team":        agentJSON(t, fields{"team_of_agents": list(5000, func(i int) any { return fields{"key": fmt.Sprintf("agent-%d", i), "role": "helper"} })}),
		"nested":      agentJSON(t, fields{"variables": fields{"a": list(20, func(int) any { return list(20, func(int) any { return fields{"b": longText()[:2000]} }) })}}),
		"description": agentJSON(t, fields{"description": longText(), "role": longText(), "display_name": strings.Repeat("n", 100_000), "path": strings.Repeat("p/", 50_000)}),
		"card": agentJSON(t, fields{"type": "a2a", "a2a": fields{"agent_url": "https://a.example", "headers": fields{}, "cached_card": fields{
			"name": longText(), "description": longText(),
			"skills": list(300, func(i int) any {
				return fields{"id": fmt.Sprint(i), "name": longText()[:500], "description": longText()[:500]}
			}),
		}}}),
	}
}

func TestAgentResultsFitTheBudget(t *testing.T) {
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
				text, structure := s.succeed(t, tool, arguments)
				checkCost(t, tool, text, structure)
				whole := tool != "get_agent" && tool != "refresh_agent_card"
				if next, _ := structure["next"].(string); !whole && (structure["truncated"] != true || !strings.Contains(next, "Shown in part: ") || !strings.Contains(next, "orq.ai's get_agent with key=support")) {
					t.Errorf("%s: truncated = %v, next = %q, want true and a hint to get_agent", tool, structure["truncated"], next)
				}
			}
		})
	}
}

// TestTruncatedFieldCanBeReadInParts follows the hints of each result until the whole field is read.
func TestTruncatedFieldCanBeReadInParts(t *testing.T) {
	t.Parallel()
	instructions := longText()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, agentJSON(t, fields{"instructions": instructions}))
	})
	_, structure := s.succeed(t, "get_agent", `{"key": "support"}`)
	var whole strings.Builder
	shown, _ := structure["instructions"].(string)
	for whole.WriteString(shown); structure["truncated"] == true; whole.WriteString(shown) {
		next, _ := structure["next"].(string)
		hint := fmt.Sprintf("orq.ai's get_agent with key=support, field=instructions and offset=%d shows what follows.", whole.Len())
		if !strings.HasSuffix(next, hint) {
			t.Fatalf("next = %q, want suffix %q", next, hint)
		}
		text, part := s.succeed(t, "get_agent", fmt.Sprintf(`{"key": "support", "field": "instructions", "offset": %d}`, whole.Len()))
		structure = part
		checkCost(t, "a part", text, structure)
		part, _ = structure["part"].(fields)
		if fmt.Sprint(part["of"]) != fmt.Sprint(len(instructions)) {
			t.Errorf("of = %v bytes, want %d", part["of"], len(instructions))
		}
		if shown, _ = part["text"].(string); shown == "" {
			t.Fatal("text of a part is empty, want some")
		}
	}
	if whole.String() != instructions {
		t.Errorf("read %d bytes that differ from the field, want its %d bytes", whole.Len(), len(instructions))
	}
}

func TestRunResultsFitTheBudget(t *testing.T) {
	t.Parallel()
	part := func(part fields) any {
		return fields{"messageId": "m", "role": "agent", "parts": []any{part}}
	}
	file := base64.StdEncoding.EncodeToString([]byte(longText()))
	for name, each := range map[string]struct {
		response fields
		next     string
	}{
		"prose":    {fields{"output": []any{part(fields{"kind": "text", "text": longText()})}}, "output_text was cut: orq.ai's get_agent_response with key=support, task_id=t1 and offset="},
		"base64":   {fields{"output": []any{part(fields{"kind": "text", "text": file})}}, "output_text was cut: "},
		"Chinese":  {fields{"output": []any{part(fields{"kind": "text", "text": strings.Repeat("客服回答有关发票、退款和交货时间的问题。", 5000)})}}, "output_text was cut: "},
		"a file":   {fields{"output": []any{part(fields{"kind": "file", "file": fields{"name": "a.pdf", "bytes": file}})}}, "output_files.0.base64 (0 of "},
		"an error": {fields{"status": "failed", "error": longText(), "output": []any{}}, "error ("},
		"a call": {fields{"output": []any{}, "pending_tool_calls": []any{fields{
			"id": "c1", "type": "function", "function": fields{"name": "refund", "arguments": encode(t, fields{"why": longText()})},
		}}}, "pending_tool_calls.0.arguments ("},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := fields{"_id": "r1", "task_id": "t1", "created_at": "2026-03-24T10:00:00Z", "model": "m", "status": "completed"}
			maps.Copy(response, each.response)
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, encode(t, response)) })
			text, structure := s.succeed(t, "get_agent_response", `{"key": "support", "task_id": "t1"}`)
			checkCost(t, name, text, structure)
			if next, _ := structure["next"].(string); structure["truncated"] != true || !strings.Contains(next, each.next) {
				t.Errorf("truncated = %v, next = %q, want true and %q", structure["truncated"], next, each.next)
			}
		})
	}
}

func TestResultOfManyToolExecutionsFitsTheBudget(t *testing.T) {
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
			"error": fields{"message": longText()[:3000]}, "action_type": "http", "tool_execution_context": execution, "workflowRunId": "w",
		})
	}
	stream.WriteString(finishedRun)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, stream.String())
	})
	text, structure := s.succeed(t, "invoke_agent", `{"key": "support", "message": "m", "mode": "stream"}`)
	checkCost(t, "a run of many tools", text, structure)
	if next, _ := structure["next"].(string); structure["truncated"] != true || !strings.Contains(next, "tool_executions") {
		t.Errorf("truncated = %v, next = %q, want true and tool_executions", structure["truncated"], next)
	}
}

func TestErrorsFitTheBudget(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, encode(t, fields{"message": longText()}))
	})
	checkCost(t, "an error of the API", s.refused(t, "create_agent", simpleAgent), nil)

	unknown := fields{}
	for i := range 1000 {
		unknown[fmt.Sprintf("%d-%s", i, longText()[:200])] = longText()[:1000]
	}
	checkCost(t, "wrong arguments", s.refused(t, "create_agent", encode(t, unknown)), nil)
}

// TestResultThatCannotBeTruncatedIsAnError returns very many short values, nested deeply: no limit makes them fit.
func TestResultThatCannotBeTruncatedIsAnError(t *testing.T) {
	t.Parallel()
	var bush any = "leaf"
	for range 7 {
		bush = list(6, func(int) any { return bush })
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, agentJSON(t, fields{"variables": fields{"bush": bush}}))
	})
	const want = "The answer is too long to be shown, even in part. orq.ai's get_agent shows one field of an agent with field; a larger --text-limit of the server shows more."
	if got := s.refused(t, "get_agent", `{"key": "support"}`); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
	text, structure := s.succeed(t, "get_agent", `{"key": "support", "field": "variables.bush"}`)
	checkCost(t, "a field", text, structure)
}
