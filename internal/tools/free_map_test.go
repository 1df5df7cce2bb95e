package tools

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
)

// freeMaps are the paths of the objects whose fields a schema leaves open, as in tools[].headers.
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

// insideOf is what fits into a free map, by its name.
var insideOf = map[string]string{
	"variables": `{"a": 1}`, "headers": `{"A": "1"}`, "metadata": `{"a": 1}`, "body": `{"a": 1}`, "arguments": `{"q": {"type": "string", "description": "d"}}`,
	"parameters": `{"type": "object", "properties": {}}`, "model_settings": `{"retry": {"count": 2}}`,
	"evaluators[]": `{"id": "e", "execute_on": "output"}`, "guardrails[]": `{"id": "g", "execute_on": "output"}`, "tools[]": `{"type": "current_date"}`,
}

// freeMapCalls are calls of the tools, each with a value in one of the free maps, by tool and path. A map of which nothing
// is known is left out.
func freeMapCalls(t *testing.T, insideOf map[string]string) map[[2]string]string {
	t.Helper()
	tools := map[string]string{
		"http":     `{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "GET", %}`,
		"function": `{"type": "function", "key": "f", %}`,
	}
	least := map[string]string{
		"create_agent": created("%"), "update_agent": `{"key": "k", "model": "m", %}`, "register_a2a_agent": `{` + leastRegistration + `, %}`,
		"invoke_agent": invoked(`"message": "hello", %`), "run_agent": ran("%"),
	}
	calls := map[[2]string]string{}
	for _, tool := range all(t) {
		for _, path := range freeMaps("", gjson.ParseBytes(tool.InputSchema)) {
			name := path[strings.LastIndex(path, ".")+1:]
			value, known := insideOf[name]
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
				if name == "parameters" {
					kind = "function"
				}
				field = `"tools": [` + strings.Replace(tools[kind], "%", field, 1) + `]`
			case nested:
				field = `"` + outer + `": {` + field + `}`
			}
			calls[[2]string{tool.Name, path}] = strings.Replace(least[tool.Name], "%", field, 1)
		}
	}
	return calls
}

// A converter that knows no object without properties turns a free map into a string: then it comes as JSON text.
func TestEveryFreeMapIsTakenAsTextToo(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for name, value := range insideOf {
		texts[name] = encode(t, value)
	}
	calls := freeMapCalls(t, texts)
	count := 0
	for _, tool := range all(t) {
		for _, path := range freeMaps("", gjson.ParseBytes(tool.InputSchema)) {
			count++
			arguments, known := calls[[2]string{tool.Name, path}]
			if !known {
				t.Errorf("%s: nothing is known of %s", tool.Name, path)
				continue
			}
			s := serve(t, accept(t))
			s.want(t, tool.Name, arguments)
		}
	}
	if count == 0 {
		t.Error("there are no free maps")
	}
	t.Logf("%d free maps", count)
}

// TestNoRefusalRepeatsASecretOfAFreeMap has a service that answers with all it was sent.
func TestNoRefusalRepeatsASecretOfAFreeMap(t *testing.T) {
	t.Parallel()
	const inside = `{"api_key": "s3cr3t-1", "nested": [{"password": "s3cr3t-2"}]}`
	calls := freeMapCalls(t, map[string]string{
		"variables": inside, "metadata": inside, "body": inside, "headers": `{"X-Any": "s3cr3t-3"}`,
		"arguments":  `{"api_key": {"type": "string", "description": "d", "default_value": "s3cr3t-4"}}`,
		"parameters": `{"type": "object", "properties": {"password": {"type": "string", "default": "s3cr3t-5"}}}`,
	})
	if len(calls) < 10 {
		t.Errorf("only %d free maps can hold secrets", len(calls))
	}
	for where, arguments := range calls {
		t.Run(where[0]+" "+where[1], func(t *testing.T) {
			t.Parallel()
			s := echoing(t, http.StatusBadRequest, func(body string) string {
				if !strings.Contains(body, "s3cr3t") {
					t.Errorf("the secret did not go where it belongs: %s", body)
				}
				return body
			})
			checkNoSecret(t, "the error", s.refused(t, where[0], arguments))
		})
	}
}
