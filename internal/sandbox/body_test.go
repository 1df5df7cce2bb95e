package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// withRawFields encodes a body and adds fields as they are written.
func withRawFields(t *testing.T, body object, more string) json.RawMessage {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(strings.TrimSuffix(string(encoded), "}") + "," + more + "}")
}

// Fields that are not checked are not kept: names in other capitals, and all but the last of equal names.
func TestFieldNamesAreCaseSensitiveAndTheLastCounts(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	for key, more := range map[string]string{
		"settings":  `"settings":{"max_iterations":3,"MAX_ITERATIONS":-7,"Tools":[{"type":"nonsense"}]}`,
		"twice":     `"settings":{"max_iterations":-7,"tools":[{"type":"nonsense"}]},"settings":{"max_iterations":3}`,
		"escaped":   `"settings":{"max_iterations":-7,"m\u0061x_iterations":3,"\u0054ools":[{"type":"nonsense"}]}`,
		"top":       `"ENGINE":"evil","Settings":{"max_cost":-1},"settings":{"max_iterations":3}`,
		"model":     `"settings":{"max_iterations":3},"model":{"id":"openai/gpt-4o","ID":"evil","Retry":{"count":99}}`,
		"parameter": `"settings":{"max_iterations":3},"model":{"id":"openai/gpt-4o","parameters":{"Temperature":99}}`,
		"tool":      `"settings":{"max_iterations":3,"tools":[]},"settings":{"max_iterations":3,"Tools":[{"TYPE":"nonsense"}]}`,
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			got := call[orq.Agent](w, 201, "POST", "/v2/agents", withRawFields(t, agentBody(key, object{"settings": nil}), more))
			if *got.Settings.MaxIterations != 3 || *got.Settings.MaxCost != 0 || len(got.Settings.Tools) != 0 {
				t.Errorf("settings of %s, want max_iterations 3, max_cost 0 and no tools", got.Raw)
			}
			if got.Engine != "text" || got.Model.ID != "openai/gpt-4o" || got.Model.Retry != nil {
				t.Errorf("agent = %s, want engine text and model openai/gpt-4o without retries", got.Raw)
			}
			if p := got.Model.Parameters; p != nil && p.Temperature != nil {
				t.Errorf("temperature = %v, want none", *p.Temperature)
			}
		})
	}
}

func TestFieldNamesOfAnUpdateAreCaseSensitive(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", object{"engine": "jinja"})
	got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", json.RawMessage(`{"role":"Scout","Engine":"evil","KEY":"!"}`))
	if got.Role != "Scout" || got.Engine != "jinja" || got.Key != "helper" {
		t.Errorf("agent = %s, want role Scout, engine jinja and key helper", got.Raw)
	}
}

// Free-form values keep their names and their text, with and without an unknown field beside them.
func TestFreeFormValuesAreKept(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	const variables = `{"Key":1,"key":{"KEY":[{"Role":"<&>"}]}}`
	for key, more := range map[string]string{"known": "", "unknown": `,"x":{"y":1}`} {
		body := withRawFields(t, agentBody(key), `"variables":`+variables+more)
		got := call[orq.Agent](w, 201, "POST", "/v2/agents", body)
		want := object{"Key": json.Number("1"), "key": object{"KEY": []any{object{"Role": "<&>"}}}}
		if diff := cmp.Diff(want, got.Variables); diff != "" {
			t.Errorf("%s: variables (-want +got):\n%s", key, diff)
		}
	}
}

func TestToolResultKeepsItsDigits(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	for more, want := range map[string]string{
		"":         `{"A":1,"b":12345678901234567}`,
		`,"x":"y"`: `{"A":1,"b":12345678901234567}`,
	} {
		asked := w.play("helper", say("/tool ask"))
		id := data[*orq.Inactive](t, asked).PendingToolCalls[0].ID
		answered := w.stream("/v2/agents/helper/stream-task", json.RawMessage(`{"task_id":"`+taskOf(t, asked)+`","message":{"role":"tool",`+
			`"parts":[{"kind":"tool_result","tool_call_id":"`+id+`","result":{"b":12345678901234567,"A":1}`+more+`}]}}`)).rest()
		if got := data[*orq.Inactive](t, answered).LastMessage; !strings.Contains(got, "ask returned "+want) {
			t.Errorf("last message = %q, want it to contain %q", got, "ask returned "+want)
		}
	}
}

// Numbers in free values are kept as they were written.
func TestVariablesKeepTheirDigits(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	const variables = `{"big":12345678901234567891,"fraction":0.12345678901234567891,"whole":1.0}`
	got := call[orq.Agent](w, 201, "POST", "/v2/agents", withRawFields(t, agentBody("digits", object{"instructions": "{{big}} {{fraction}} {{whole}}"}), `"variables":`+variables))
	for _, raw := range []string{string(got.Raw), string(call[orq.Agent](w, 200, "GET", "/v2/agents/digits", nil).Raw)} {
		if !strings.Contains(raw, `"variables":`+variables) {
			t.Errorf("agent = %s, want variables %s", raw, variables)
		}
	}
}
