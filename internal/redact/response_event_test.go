package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

func TestResponseEvent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ document, want string }{
		"arguments in a string": {
			`{"item":{"type":"orq:http","arguments":"{\"city\":\"Lisbon\",\"api_key\":\"s\"}"}}`,
			`{"item":{"type":"orq:http","arguments":"{\"city\":\"Lisbon\",\"api_key\":\"***\"}"}}`,
		},
		"arguments without a secret": {`{"arguments":"{\"a\":1}","n":1}`, `{"arguments":"{\"a\":1}","n":1}`},
		"arguments that are no JSON": {`{"arguments":"{\"api_key\":","token":"s"}`, `{"arguments":"{\"api_key\":","token":"***"}`},
		"arguments as an object":     {`{"arguments":{"api_key":"s"}}`, `{"arguments":{"api_key":"***"}}`},
		"arguments below a secret":   {`{"secret":{"arguments":"{\"a\":1}"}}`, `{"secret":{"arguments":"***"}}`},
		"JSON in another field":      {`{"text":"{\"api_key\":\"s\"}"}`, `{"text":"{\"api_key\":\"s\"}"}`},
		"a secret beside":            {`{"api_key":"s"}`, `{"api_key":"***"}`},
		"blanks before arguments":    {`{"arguments" : "{\"api_key\":\"s\"}"}`, `{"arguments":"{\"api_key\":\"***\"}"}`},
		"blanks in arguments":        {`{"arguments":" { \"api_key\": \"s\"}"}`, `{"arguments":"{\"api_key\":\"***\"}"}`},
		"breaks in arguments":        {`{"arguments":"\n{\"api_key\":\"s\"}"}`, `{"arguments":"{\"api_key\":\"***\"}"}`},
		"an escaped brace":           {`{"arguments":"\u007b\"api_key\":\"s\"}"}`, `{"arguments":"{\"api_key\":\"***\"}"}`},
		"a list of arguments":        {`{"arguments":"[{\"api_key\":\"s\"}]"}`, `{"arguments":"[{\"api_key\":\"***\"}]"}`},
		"the second arguments":       {`[{"arguments":""},{"arguments":"{\"api_key\":\"s\"}"}]`, `[{"arguments":""},{"arguments":"{\"api_key\":\"***\"}"}]`},
		"the result of a tool":       {`{"type":"function_call_output","output":"{\"token\":\"s\"}"}`, `{"type":"function_call_output","output":"{\"token\":\"***\"}"}`},
		"the input of a custom tool": {`{"input":"{\"token\":\"s\"}"}`, `{"input":"{\"token\":\"***\"}"}`},
		"items in output":            {`{"output":[{"arguments":"[{\"token\":\"s\"}]"}]}`, `{"output":[{"arguments":"[{\"token\":\"***\"}]"}]}`},
		"words in arguments":         {`{"arguments": "api_key: s"}`, `{"arguments": "api_key: s"}`},
		"a secret variable":          {`{"variables":{"pin":{"secret":true,"value":"s"}}}`, `{"variables":{"pin":{"secret":true,"value":"***"}}}`},
		"a value before secret":      {`{"variables":{"a":1,"pin":{"value":[7,"s"],"value":"t", "secret": true},"b":2}}`, `{"variables":{"a":1,"pin":{"value":["***","***"],"value":"***","secret":true},"b":2}}`},
		"a list of variables":        {`{"variables":[{"name":"pin","value":"s","secret":true}]}`, `{"variables":[{"name":"pin","value":"***","secret":true}]}`},
		"a variable that is shown":   {`{"variables":{"pin":{"secret":false,"value":"v"},"value":"v"}}`, `{"variables":{"pin":{"secret":false,"value":"v"},"value":"v"}}`},
		"a value outside variables":  {`{"other":{"secret":true,"value":"v"}}`, `{"other":{"secret":true,"value":"v"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := redact.ResponseEvent(c.document); got != c.want {
				t.Errorf("ResponseEvent(%s) = %s, want %s", c.document, got, c.want)
			}
		})
	}
}

// TestResponseEventReadsNestedVariablesAFewTimesOnly has variables within variables, of which each would be read once more
// than the one around it.
func TestResponseEventReadsNestedVariablesAFewTimesOnly(t *testing.T) { //nolint:paralleltest // counts allocations
	const depth = 500
	document := strings.Repeat(`{"variables":{"secret":true,"a":`, depth) + `1` + strings.Repeat("}}", depth)
	one := testing.AllocsPerRun(1, func() { redact.ResponseEvent(strings.ReplaceAll(document, "variables", "variable5")) })
	if got := testing.AllocsPerRun(1, func() { redact.ResponseEvent(document) }); got > 5*one {
		t.Errorf("allocations = %.0f, want at most 5 times those of a document without variables, %.0f", got, one)
	}
}

// FuzzResponseEvent checks that an event stays JSON, and that none of the places for secrets shows one, however the
// event is written.
func FuzzResponseEvent(f *testing.F) {
	for _, seed := range []string{
		`{"a":1}`, `{"variables":{"a":{"secret":true,"value":{"secret":true,"value":1}}}}`, `{"arguments":"{\"arguments\":\"{}\"}"}`,
		`{"output":"[","input":" \n"}`, `{"arguments`, strings.Repeat(`{"variables":{"secret":true,"value":`, 20) + `1` + strings.Repeat("}}", 20),
	} {
		f.Add(seed, "{", " ")
	}
	f.Fuzz(func(t *testing.T, document, before, blank string) {
		if got := redact.ResponseEvent(document); json.Valid([]byte(document)) != json.Valid([]byte(got)) {
			t.Errorf("ResponseEvent(%q) = %q, want JSON exactly if the event is", document, got)
		}
		if strings.Trim(blank, " \t\r\n") != "" {
			return
		}
		const secret = "hush-hush-1"
		text, err := json.Marshal(blank + `[{"a":` + blank + `1,"api_key":` + blank + `"` + secret + `"}]`)
		if err != nil {
			t.Fatal(err)
		}
		name, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		event := `{` + string(name) + `:` + blank + `"x","arguments"` + blank + `:` + blank + string(text) + `}`
		if got := redact.ResponseEvent(event); strings.Contains(got, secret) {
			t.Errorf("ResponseEvent(%s) = %s, want the secret masked", event, got)
		}
	})
}
