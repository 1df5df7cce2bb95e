package tools

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"
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
		paths = append(paths, freeMaps(joined(at, name.Str), property)...)
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

// A converter that knows no object without properties turns a free map into a string: then it comes as JSON text.
func TestEveryFreeMapIsTakenAsTextToo(t *testing.T) {
	t.Parallel()
	tools := map[string]string{
		"http":     `{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "GET", %}`,
		"function": `{"type": "function", "key": "f", %}`,
	}
	least := map[string]string{
		"create_agent": created("%"), "update_agent": `{"key": "k", "model": "m", %}`, "register_a2a_agent": `{` + leastRegistration + `, %}`,
		"invoke_agent": invoked(`"message": "hello", %`), "run_agent": ran("%"),
	}
	count := 0
	for _, tool := range all(t) {
		for _, path := range freeMaps("", gjson.ParseBytes(tool.InputSchema)) {
			count++
			name := path[strings.LastIndex(path, ".")+1:]
			value, known := insideOf[name]
			if !known || least[tool.Name] == "" {
				t.Errorf("%s: nothing is known of %s", tool.Name, path)
				continue
			}
			field := `"` + name + `": ` + encode(t, value)
			if list, ok := strings.CutSuffix(name, "[]"); ok {
				field = `"` + list + `": [` + encode(t, value) + `]`
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
			s := serve(t, accept(t))
			s.want(t, tool.Name, strings.Replace(least[tool.Name], "%", field, 1))
		}
	}
	if count == 0 {
		t.Error("there are no free maps")
	}
	t.Logf("%d free maps", count)
}
