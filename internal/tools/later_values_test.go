package tools

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// laterTypes are the known types of tools as a remark lists them.
const laterTypes = "(" + allBuiltIns + ", http, code, function, json_schema, mcp) and was passed on"

// TestLaterValuesArePassedOn sends values that no list has, which the contract does not check.
func TestLaterValuesArePassedOn(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		tool, arguments, body string
		remarks               []any
	}{
		"efforts and stages": {
			"create_agent", created(`"model_settings": {"parameters": {"reasoning_effort": "ultra", "modalities": ["text", "video"], "thinking": {"type": "dreaming"}}},
				"evaluators": [{"id": "e", "execute_on": "retrieval"}], "fallback_models": [{"id": "f", "parameters": {"reasoning_effort": "ultra"}}]`),
			`{"key": "k", "role": "r", "description": "d", "instructions": "i", "path": "Default",
				"model": {"id": "m", "parameters": {"reasoning_effort": "ultra", "modalities": ["text", "video"], "thinking": {"type": "dreaming"}}},
				"fallback_models": [{"id": "f", "parameters": {"reasoning_effort": "ultra"}}], "settings": {"evaluators": [{"id": "e", "execute_on": "retrieval"}]}}`,
			[]any{
				`model_settings.parameters.reasoning_effort: "ultra" is none of the known values (none, minimal, low, medium, high, xhigh, max) and was passed on`,
				`model_settings.parameters.thinking.type: "dreaming" is none of the known values (disabled, enabled, adaptive) and was passed on`,
				`model_settings.parameters.modalities[1]: "video" is none of the known values (text, audio) and was passed on`,
				`fallback_models[0].parameters.reasoning_effort: "ultra" is none of the known values (none, minimal, low, medium, high, xhigh, max) and was passed on`,
				`evaluators[0].execute_on: "retrieval" is none of the known values (input, output) and was passed on`,
			},
		},
		"tools": {
			"update_agent", `{"key": "k", "tools": ["calendar", {"type": "advisor_pro", "key": "a", "id": "i", "tool_id": "t", "timeout": 9000, "configuration": {"x": 1}},
				{"type": "file_system", "configuration": {"file_system_key": "docs", "access_mode": "append"}}]}`,
			`{"settings": {"tools": [{"type": "calendar"}, {"type": "advisor_pro", "key": "a", "id": "i", "tool_id": "t", "timeout": 9000, "configuration": {"x": 1}},
				{"type": "file_system", "configuration": {"file_system_key": "docs", "access_mode": "append"}}]}}`,
			[]any{
				`tools[0].type: "calendar" is none of the known values ` + laterTypes,
				`tools[1].type: "advisor_pro" is none of the known values ` + laterTypes,
				`tools[2].configuration.access_mode: "append" is none of the known values (read_only, read_write) and was passed on`,
			},
		},
		"a tool as it is read back": {
			"update_agent", `{"key": "k", "tools": [{"id": "1", "key": "c", "action_type": "calendar", "display_name": "n", "description": "d", "conditions": [], "requires_approval": false, "timeout": 7, "configuration": {"x": 1}}]}`,
			`{"settings": {"tools": [{"type": "calendar", "key": "c", "requires_approval": false, "timeout": 7, "configuration": {"x": 1}}]}}`,
			[]any{`tools[0].type: "calendar" is none of the known values ` + laterTypes},
		},
		"a run": {
			"run_agent", `{"mode": "background", "key": "k", "role": "r", "instructions": "i", "model": "m", "message": "hello", "engine": "liquid", "tools": [{"type": "openai:web_search", "configuration": {"x": 1}}]}`,
			`{"key": "k", "role": "r", "instructions": "i", "model": "m", "path": "Default", "engine": "liquid", "message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]},
				"settings": {"tools": [{"type": "openai:web_search", "configuration": {"x": 1}}]}}`,
			[]any{
				`engine: "liquid" is none of the known values (text, jinja, mustache) and was passed on`,
				`tools[0].type: "openai:web_search" is none of the known values (` + allBuiltIns + `, code, function, http, json_schema, mcp) and was passed on`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveInBubble(t, accept(t))
			text, result := s.succeed(t, each.tool, each.arguments)
			if diff := cmp.Diff(each.remarks, result["remarks"]); diff != "" {
				t.Errorf("remarks (-want +got):\n%s", diff)
			}
			for _, remark := range each.remarks {
				if !strings.Contains(text, remark.(string)) {
					t.Errorf("text = %s, want %s in it", text, remark)
				}
			}
			sent := s.written()
			if len(sent) != 1 {
				t.Fatalf("received %v, want one request with a body", s.lines())
			}
			if diff := cmp.Diff(decode(t, each.body), decode(t, sent[0].body)); diff != "" {
				t.Errorf("body differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKnownValuesHaveNoRemark(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	for tool, arguments := range map[string]string{"create_agent": fullAgent, "run_agent": ran(`"mode": "background", "tools": [{"type": "advisor"}]`)} {
		if _, result := s.succeed(t, tool, arguments); result["remarks"] != nil {
			t.Errorf("remarks of %s = %v, want none", tool, result["remarks"])
		}
	}
}

func TestMisspeltValuesAreRefused(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "create_agent", []mistake{
		{"a letter missing", created(`"model_settings": {"reasoning_effort": "hig"}`), `model_settings.parameters.reasoning_effort: must be one of none, minimal, low, medium, high, xhigh, max, got "hig" (did you mean high or xhigh?)`},
		{"a part of a value", created(`"model_settings": {"reasoning_effort": "mini"}`), `model_settings.parameters.reasoning_effort: must be one of none, minimal, low, medium, high, xhigh, max, got "mini" (did you mean minimal?)`},
		{"a value within another word", created(`"model_settings": {"reasoning_effort": "maximum"}`), `model_settings.parameters.reasoning_effort: must be one of none, minimal, low, medium, high, xhigh, max, got "maximum" (did you mean max?)`},
		{"several words", created(`"model_settings": {"reasoning_effort": "very deep"}`), `model_settings.parameters.reasoning_effort: must be one of none, minimal, low, medium, high, xhigh, max, got "very deep"`},
		{"a misspelt tool", created(`"tools": [{"type": "advisr"}]`), `tools[0].type: must be one of ` + allBuiltIns + `, http, code, function, json_schema, mcp, or provider:name; got "advisr" (did you mean advisor?)`},
	})
	checkMistakes(t, "update_agent", []mistake{
		{"a list that is complete", `{"key": "k", "version_increment": "epoch"}`, `version_increment: must be one of major, minor, patch, got "epoch"`},
	})
}

// TestRefusalsNameLaterValues checks that the answer of a service that refuses a value comes with the values that are known.
func TestRefusalsNameLaterValues(t *testing.T) {
	t.Parallel()
	s := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusBadRequest, `{"message": "Invalid enum value"}`)
	})
	want := `orq.ai answered 400 for agent k: Invalid enum value. Nothing was changed. engine: "liquid" is none of the known values (text, jinja, mustache) and was passed on. Correct what it names and call again.`
	if got := s.refused(t, "create_agent", created(`"engine": "liquid"`)); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

// TestReadsKeepLaterValues reads and writes an agent that has values, fields and forms that no Go type declares.
func TestReadsKeepLaterValues(t *testing.T) {
	t.Parallel()
	agent := agentJSON(t, fields{
		"status": "dreaming", "engine": "liquid", "source": "moon", "skills": []any{"writing"}, "later": fields{"deep": []any{1}},
		"model": fields{"id": "openai/gpt-9", "later": true, "parameters": fields{
			"reasoning_effort": "ultra", "tool_choice": fields{"type": "allowed_tools", "tools": []any{}}, "stop": []any{"a", "b", "c", "d", "e"},
			"thinking": fields{"type": "dreaming"}, "plugins": []any{fields{"id": "later", "x": 1}}, "later": 1,
		}},
		"settings": fields{"tool_approval_required": "quorum", "later": 1, "tools": []any{fields{"id": "1", "action_type": "calendar", "later": 1, "configuration": fields{"x": 1}}}},
	})
	s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet && r.URL.Path == "/v2/agents":
			answer(w, http.StatusOK, fmt.Sprintf(`{"object": "list", "has_more": false, "data": [%s]}`, agent))
		case r.Method == http.MethodPost:
			answer(w, http.StatusCreated, agent)
		default:
			answer(w, http.StatusOK, agent)
		}
	})
	for tool, arguments := range map[string]string{
		"create_agent": created(`"engine": "text"`), "update_agent": `{"key": "support", "role": "r"}`, "list_agents": `{"detail": "full", "type": "internal"}`,
	} {
		s.succeed(t, tool, arguments)
	}
	text, _ := s.succeed(t, "get_agent", `{"key": "support"}`)
	for _, want := range []string{"dreaming", "liquid", "moon", "ultra", "allowed_tools", "quorum", "calendar", "later"} {
		if !strings.Contains(text, want) {
			t.Errorf("get_agent = %s\nwant %s in it", text, want)
		}
	}
}
