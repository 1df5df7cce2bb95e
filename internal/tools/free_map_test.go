package tools

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
)

// freeMaps returns the paths of the objects with arbitrary fields within a schema, such as tools[].headers.
func freeMaps(at string, schema gjson.Result) []string {
	if schema.Get("additionalProperties").Bool() {
		return []string{at}
	}
	if items := schema.Get("items"); items.Exists() {
		return freeMaps(at+"[]", items)
	}
	var paths []string
	schema.Get("properties").ForEach(func(name, property gjson.Result) bool {
		paths = append(paths, freeMaps(fieldpath.Join(at, name.Str), property)...)
		return true
	})
	return paths
}

// freeMapValues are valid values of free maps, by the name of the map.
var freeMapValues = map[string]string{
	"variables": `{"a": 1}`, "headers": `{"A": "1"}`, "metadata": `{"a": 1}`, "body": `{"a": 1}`, "arguments": `{"q": {"type": "string", "description": "d"}}`,
	"parameters": `{"type": "object", "properties": {}}`, "model_settings": `{"retry": {"count": 2}}`,
	"evaluators[]": `{"id": "e", "execute_on": "output"}`, "guardrails[]": `{"id": "g", "execute_on": "output"}`, "tools[]": `{"type": "current_date"}`,
	"configuration": `{"a": 1}`,
}

// freeMapCalls returns calls of the tools by tool and path of a free map, each with a value for that map. Maps without a value are
// left out.
func freeMapCalls(t *testing.T, values map[string]string) map[[2]string]string {
	t.Helper()
	tools := map[string]string{
		"http":     `{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "GET", %}`,
		"function": `{"type": "function", "key": "f", %}`,
		"advisor":  `{"type": "advisor", %}`,
	}
	minimal := map[string]string{
		"create_agent": created("%"), "update_agent": `{"key": "k", "model": "m", %}`, "register_a2a_agent": `{` + minimalRegistration + `, %}`,
		"invoke_agent": invoked(`"message": "hello", %`), "run_agent": ran("%"),
	}
	calls := map[[2]string]string{}
	for _, tool := range all(t) {
		for _, path := range freeMaps("", gjson.ParseBytes(tool.InputSchema)) {
			name := path[strings.LastIndex(path, ".")+1:]
			value, known := values[name]
			if !known {
				continue
			}
			field := `"` + name + `": ` + value
			if list, ok := strings.CutSuffix(name, "[]"); ok {
				field = `"` + list + `": [` + value + `]`
			}
			switch outer, _, nested := strings.Cut(path, "."); {
			case nested && outer == "tools[]":
				kind := "http"
				switch name {
				case "parameters":
					kind = "function"
				case "configuration":
					kind = "advisor"
				}
				field = `"tools": [` + strings.Replace(tools[kind], "%", field, 1) + `]`
			case nested:
				field = `"` + outer + `": {` + field + `}`
			}
			calls[[2]string{tool.Name, path}] = strings.Replace(minimal[tool.Name], "%", field, 1)
		}
	}
	return calls
}

// TestFreeMapsAreAcceptedAsJSONText sends every free map as a string that contains JSON: schema converters of clients that do not
// support objects without properties turn free maps into strings.
func TestFreeMapsAreAcceptedAsJSONText(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for name, value := range freeMapValues {
		texts[name] = encode(t, value)
	}
	calls := freeMapCalls(t, texts)
	count := 0
	for _, tool := range all(t) {
		for _, path := range freeMaps("", gjson.ParseBytes(tool.InputSchema)) {
			count++
			arguments, known := calls[[2]string{tool.Name, path}]
			if !known {
				t.Errorf("%s: freeMapValues has no value for %s, want one", tool.Name, path)
				continue
			}
			s := serve(t, accept(t))
			s.succeed(t, tool.Name, arguments)
		}
	}
	if count == 0 {
		t.Error("no tool has a free map, want some")
	}
	t.Logf("%d free maps", count)
}

// TestErrorsMaskSecretsInFreeMaps uses a service that answers with the body of the request.
func TestErrorsMaskSecretsInFreeMaps(t *testing.T) {
	t.Parallel()
	const inside = `{"api_key": "s3cr3t-1", "nested": [{"password": "s3cr3t-2"}]}`
	calls := freeMapCalls(t, map[string]string{
		"variables": inside, "metadata": inside, "body": inside, "headers": `{"X-Any": "s3cr3t-3"}`,
		"arguments":  `{"api_key": {"type": "string", "description": "d", "default_value": "s3cr3t-4"}}`,
		"parameters": `{"type": "object", "properties": {"password": {"type": "string", "default": "s3cr3t-5"}}}`,
	})
	if len(calls) < 10 {
		t.Errorf("%d free maps can hold secrets, want at least 10", len(calls))
	}
	for where, arguments := range calls {
		t.Run(where[0]+" "+where[1], func(t *testing.T) {
			t.Parallel()
			s := echoing(t, http.StatusBadRequest, func(body string) string {
				if !strings.Contains(body, "s3cr3t") {
					t.Errorf("request body = %s, want the secret in it", body)
				}
				return body
			})
			checkNoSecret(t, "the error", s.refused(t, where[0], arguments))
		})
	}
}
