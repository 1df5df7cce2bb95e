package orq_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestUnionsRoundTrip(t *testing.T) {
	t.Parallel()
	type nullable struct {
		Field orq.Nullable[string] `json:"field,omitzero"`
	}
	temperature := &orq.ModelParameters{Temperature: new(0.0)}
	retry := &orq.ModelRetry{Count: new(2), OnCodes: []int{429, 500}}
	for name, c := range map[string]struct {
		wire  string
		value any
	}{
		"model, id alone":         {`"openai/gpt-4o"`, orq.ModelConfig{ID: "openai/gpt-4o"}},
		"model with parameters":   {`{"id":"m","parameters":{"temperature":0}}`, orq.ModelConfig{ID: "m", Parameters: temperature}},
		"model with retry":        {`{"id":"m","retry":{"count":2,"on_codes":[429,500]}}`, orq.ModelConfig{ID: "m", Retry: retry}},
		"fallback, id alone":      {`"m"`, orq.FallbackModel{ID: "m"}},
		"fallback with settings":  {`{"id":"m","parameters":{"temperature":0},"retry":{"count":2,"on_codes":[429,500]}}`, orq.FallbackModel{ID: "m", Parameters: temperature, Retry: retry}},
		"stop, one":               {`"END"`, orq.StopSequences{One: "END"}},
		"stop, list":              {`["a","b"]`, orq.StopSequences{Many: []string{"a", "b"}}},
		"stop, empty list":        {`[]`, orq.StopSequences{Many: []string{}}},
		"tool choice, mode":       {`"required"`, orq.ToolChoice{Mode: "required"}},
		"tool choice, function":   {`{"type":"function","function":{"name":"f"}}`, orq.ToolChoice{Function: "f"}},
		"header, plain":           {`"v"`, orq.HeaderValue{Value: "v", Plain: true}},
		"header, encrypted":       {`{"value":"v","encrypted":true}`, orq.HeaderValue{Value: "v", Encrypted: new(true)}},
		"header, encrypted unset": {`{"value":""}`, orq.HeaderValue{}},
		"nullable, absent":        {`{}`, nullable{}},
		"nullable, null":          {`{"field":null}`, nullable{orq.Null[string]()}},
		"nullable, set":           {`{"field":"v"}`, nullable{orq.Value("v")}},
		"nullable, set to empty":  {`{"field":""}`, nullable{orq.Value("")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if written, err := json.Marshal(c.value); err != nil || string(written) != c.wire {
				t.Errorf("json.Marshal(%+v) = %s, %v, want %s", c.value, written, err, c.wire)
			}
			read := reflect.New(reflect.TypeOf(c.value))
			if err := json.Unmarshal([]byte(c.wire), read.Interface()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.value, read.Elem().Interface()); diff != "" {
				t.Errorf("json.Unmarshal (-want +got):\n%s", diff)
			}
		})
	}
}

func TestModelConfigWithoutSettingsEncodesItsID(t *testing.T) {
	t.Parallel()
	var model orq.ModelConfig
	if err := json.Unmarshal([]byte(` {"id": "m"}`), &model); err != nil {
		t.Fatal(err)
	}
	if written, err := json.Marshal(model); err != nil || string(written) != `"m"` {
		t.Errorf("json.Marshal(%+v) = %s, %v, want %q", model, written, err, "m")
	}
}

func TestUnionsRejectOtherValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wire string
		into any
		want string
	}{
		"stop, number":                     {`5`, new(orq.StopSequences), "must be a string or a list of strings"},
		"stop, list of numbers":            {`[5]`, new(orq.StopSequences), "must be a string or a list of strings"},
		"model, number":                    {`5`, new(orq.ModelConfig), "json: cannot unmarshal number into Go value of type orq.object"},
		"fallback, list":                   {`["m"]`, new(orq.FallbackModel), "json: cannot unmarshal array into Go value of type orq.object"},
		"header, list":                     {`[5]`, new(orq.HeaderValue), "must be a string or an object with value"},
		"nullable string, set to a number": {`5`, new(orq.Nullable[string]), "json: cannot unmarshal number into Go value of type string"},
	} {
		if err := json.Unmarshal([]byte(c.wire), c.into); err == nil || err.Error() != c.want {
			t.Errorf("%s: json.Unmarshal(%s): error %v, want %s", name, c.wire, err, c.want)
		}
	}
}

// What a later API answers is read and kept, but not accepted as an argument.
func TestLaterFormsAreKeptAndReported(t *testing.T) {
	t.Parallel()
	const modes = `must be none, auto, required or {"type":"function","function":{"name":...}}`
	for wire, c := range map[string]struct {
		into interface {
			CheckArguments(report func(path, message string))
		}
		want string
	}{
		`["a","b","c","d","e"]`:               {new(orq.StopSequences), "must hold at most 4 strings, got 5"},
		`["a"]`:                               {new(orq.StopSequences), ""},
		`"any"`:                               {new(orq.ToolChoice), modes + `, got "any"`},
		`"auto"`:                              {new(orq.ToolChoice), ""},
		`5`:                                   {new(orq.ToolChoice), modes},
		`{"type":"function","function":{}}`:   {new(orq.ToolChoice), modes},
		`{"type":"allowed_tools","tools":[]}`: {new(orq.ToolChoice), modes},
	} {
		if err := json.Unmarshal([]byte(wire), c.into); err != nil {
			t.Errorf("json.Unmarshal(%s): %v, want no error", wire, err)
		}
		if written, err := json.Marshal(c.into); err != nil || string(written) != wire {
			t.Errorf("json.Marshal of %s = %s, %v, want it unchanged", wire, written, err)
		}
		got := ""
		c.into.CheckArguments(func(_, message string) { got = message })
		if got != c.want {
			t.Errorf("problem of %s = %q, want %q", wire, got, c.want)
		}
	}
}
