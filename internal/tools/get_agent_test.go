package tools

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestGetAgentField(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, agentJSON(t, fields{
			"settings":  fields{"max_cost": 2, "tools": []any{fields{"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "action_type": "http", "key": "weather", "requires_approval": false}}},
			"variables": fields{"api_key": "hidden-1", "name": "é"},
		}))
	})
	for field, want := range map[string]string{
		"instructions":         "Be kind.",
		"settings.max_cost":    "2",
		"settings.tools.0.key": "weather",
		"variables":            `{"api_key":"***","name":"é"}`,
		"variables.api_key":    "***",
	} {
		_, structure := s.succeed(t, "get_agent", fmt.Sprintf(`{"key": "support", "field": %q}`, field))
		part, _ := structure["part"].(fields)
		if part["text"] != want || part["field"] != field || part["offset"] != json.Number("0") || structure["instructions"] != nil {
			t.Errorf("field %s = %v, want only the text %q", field, structure, want)
		}
	}
	for arguments, want := range map[string]string{
		`"field": "variables.name", "offset": 1`:  "é", // the middle of a letter
		`"field": "variables.name", "offset": 99`: "",
	} {
		_, structure := s.succeed(t, "get_agent", `{"key": "support", `+arguments+`}`)
		if part, _ := structure["part"].(fields); part["text"] != want {
			t.Errorf("%s = %v, want text %q", arguments, part, want)
		}
	}
	for arguments, want := range map[string]string{
		`"field": "instrutions"`:          "Agent support has no field instrutions. Closest to instrutions: instructions.",
		`"field": "settings.tols"`:        "Agent support has no field settings.tols. Closest to tols: tools.",
		`"field": "settings.tools.1"`:     "Agent support has no field settings.tools.1. orq.ai's get_agent without field shows what it has.",
		`"field": "variables.x"`:          "Agent support has no field variables.x. Instead of x there are: api_key, name.",
		`"field": "settings.tools.#.key"`: "Agent support has no field settings.tools.#.key. orq.ai's get_agent without field shows what it has.",
		`"offset": 5`:                     "The arguments of get_agent are wrong, nothing was sent: field: required with offset. Correct it and call again.",
	} {
		if got := s.refused(t, "get_agent", `{"key": "support", `+arguments+`}`); got != want {
			t.Errorf("error of %s = %q, want %q", arguments, got, want)
		}
	}
}

// TestGetAgentIsNotNestedBeyondWhatCanBeEncoded checks that no result is sent that encoding/json, and with it the masking of
// secrets, would refuse for its depth. The API's own depth is within the limit, and the field other adds one level.
func TestGetAgentIsNotNestedBeyondWhatCanBeEncoded(t *testing.T) {
	t.Parallel()
	const limit = 10_000
	deep := `"later":` + strings.Repeat("[", limit-2) + `{"api_key":"hidden"}` + strings.Repeat("]", limit-2)
	s := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"_id":"1","key":"k",`+deep+`}`)
	})
	s.call.TextLimit = 1 << 20
	for _, arguments := range []string{`{"key":"k"}`, `{"key":"k","field":"other.later.0"}`} {
		if got := s.refused(t, "get_agent", arguments); strings.Contains(got, "hidden") {
			t.Errorf("get_agent %s failed with %s, want no secret in it", arguments, got)
		}
	}
}
