package orq_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// TestEveryPropertyOfEveryRequestCanBeSent makes bodies out of the contract's schemas, so that each property, each
// alternative and each value of an enumeration is in one of them, and sends them through the request types.
func TestEveryPropertyOfEveryRequestCanBeSent(t *testing.T) {
	t.Parallel()
	var document map[string]any
	if err := json.Unmarshal(contract.Document(t), &document); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path, method, answer string
		status               int
		send                 func(context.Context, *orq.Client, []byte) error
		properties           int
	}{
		"create": {
			"/v2/agents", "post", agentJSON, http.StatusCreated,
			through(func(ctx context.Context, c *orq.Client, request orq.CreateAgentRequest) (any, error) {
				return c.CreateAgent(ctx, request)
			}), 135,
		},
		"update": {
			"/v2/agents/{agent_key}", "patch", agentJSON, http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.UpdateAgentRequest) (any, error) {
				return c.UpdateAgent(ctx, "scout", request)
			}), 143,
		},
		"register": {
			"/v2/agents/a2a", "post", a2aJSON, http.StatusCreated,
			through(func(ctx context.Context, c *orq.Client, request orq.RegisterA2ARequest) (any, error) {
				return c.RegisterA2AAgent(ctx, request)
			}), 9,
		},
		"invoke": {
			"/v2/agents/{key}/task", "post", taskJSON, http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.InvokeRequest) (any, error) {
				return c.InvokeAgent(ctx, "scout", request)
			}), 41,
		},
		"stream an agent": {
			"/v2/agents/{key}/stream-task", "post", "", http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.InvokeRequest) (any, error) {
				return collect(c.StreamAgent(ctx, "scout", request))
			}), 42,
		},
		"run": {
			"/v2/agents/run", "post", taskJSON, http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.RunRequest) (any, error) {
				return c.RunAgent(ctx, request)
			}), 221,
		},
		"stream a run": {
			"/v2/agents/stream-run", "post", "", http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.RunRequest) (any, error) {
				return collect(c.StreamRun(ctx, request))
			}), 222,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			received := make(chan []byte, 1)
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				received <- body
				if c.answer == "" {
					streaming(namedStream)(w, r)
					return
				}
				answer(w, c.status, c.answer)
			})
			w := walk{document, map[string]bool{}}
			bodies := w.values("", w.at("paths", c.path, c.method, "requestBody", "content", "application/json", "schema"))
			for _, body := range bodies {
				sent, err := json.Marshal(body)
				if err != nil {
					t.Fatal(err)
				}
				if err := c.send(t.Context(), client, sent); err != nil {
					t.Fatalf("%v: %.300s", err, sent)
				}
				if diff := cmp.Diff(body, decoded(t, <-received)); diff != "" {
					t.Errorf("body (-contract +sent):\n%s", diff)
				}
			}
			t.Logf("%d properties in %d bodies", len(w.properties), len(bodies))
			if len(w.properties) != c.properties {
				t.Errorf("walked %d properties, want %d", len(w.properties), c.properties)
			}
		})
	}
}

// through reads a body into the request type of a call, and sends it.
func through[R any](call func(context.Context, *orq.Client, R) (any, error)) func(context.Context, *orq.Client, []byte) error {
	return func(ctx context.Context, client *orq.Client, body []byte) error {
		var request R
		if err := json.Unmarshal(body, &request); err != nil {
			return err
		}
		_, err := call(ctx, client, request)
		return err
	}
}

// walk makes values out of the schemas of a document.
type walk struct {
	document map[string]any
	// properties are the paths of the properties met.
	properties map[string]bool
}

func (w *walk) at(keys ...string) map[string]any {
	value := w.document
	for _, key := range keys {
		value = value[key].(map[string]any)
	}
	return value
}

// resolve follows references and merges allOf.
func (w *walk) resolve(schema map[string]any) map[string]any {
	if ref, ok := schema["$ref"].(string); ok {
		return w.resolve(w.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...))
	}
	merged := maps.Clone(schema)
	for _, part := range list(schema["allOf"]) {
		maps.Copy(merged, w.resolve(part.(map[string]any)))
	}
	return merged
}

// values returns values of a schema which together hold all of its properties, alternatives and constants. A null is
// never among them: a request leaves the field out instead.
func (w *walk) values(path string, schema map[string]any) []any {
	schema = w.resolve(schema)
	var values []any
	for _, alternative := range append(list(schema["oneOf"]), list(schema["anyOf"])...) {
		values = append(values, w.values(path, alternative.(map[string]any))...)
	}
	if values != nil {
		return values
	}
	if constants := list(schema["enum"]); constants != nil {
		return constants
	}
	typ, _ := schema["type"].(string)
	if types := list(schema["type"]); types != nil {
		typ = types[0].(string)
	}
	switch typ {
	case "null":
		return nil
	case "string":
		return []any{text(schema)}
	case "boolean":
		return []any{true, false}
	case "integer", "number":
		return numbers(schema, typ == "integer")
	case "array":
		return w.arrays(path, schema)
	}
	return w.objects(path, schema)
}

func (w *walk) objects(path string, schema map[string]any) []any {
	choices := map[string][]any{}
	count := 1
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		at := path + "." + name
		w.properties[at] = true
		choices[name] = w.values(at, property.(map[string]any))
		count = max(count, len(choices[name]))
	}
	if extra, ok := schema["additionalProperties"].(map[string]any); ok && len(extra) > 0 {
		choices["x-extra"] = w.values(path+".*", extra)
		count = max(count, len(choices["x-extra"]))
	} else if len(properties) == 0 {
		choices["x-free"] = []any{map[string]any{"deep": []any{1.5, "text", nil, true, map[string]any{}}}}
	}
	objects := make([]any, count)
	for i := range objects {
		object := map[string]any{}
		for name, values := range choices {
			object[name] = values[i%len(values)]
		}
		objects[i] = object
	}
	return objects
}

func (w *walk) arrays(path string, schema map[string]any) []any {
	items := w.values(path+"[]", schema["items"].(map[string]any))
	most := len(items)
	if limit, ok := schema["maxItems"].(float64); ok {
		most = min(most, int(limit))
	}
	var arrays []any
	for ; len(items) > most; items = items[most:] {
		arrays = append(arrays, items[:most])
	}
	arrays = append(arrays, items)
	if least, _ := schema["minItems"].(float64); least == 0 {
		arrays = append(arrays, []any{})
	}
	return arrays
}

func text(schema map[string]any) string {
	switch format, _ := schema["format"].(string); format {
	case "email":
		return "someone@example.com"
	case "uri":
		return "https://example.com/x"
	}
	if pattern, _ := schema["pattern"].(string); strings.HasSuffix(pattern, ":.+$") {
		return "vendor:tool"
	}
	return "text"
}

// numbers are one inside of the bounds, and 0 where it is. What begins at 1 or above is counted, though the contract
// calls it a number.
func numbers(schema map[string]any, whole bool) []any {
	low, bounded := schema["minimum"].(float64)
	if above, ok := schema["exclusiveMinimum"].(float64); ok {
		low, bounded = above+1, true
	}
	inside := low + 2
	if !whole && low < 1 {
		inside = low + 0.5
	}
	if high, ok := schema["maximum"].(float64); ok {
		inside = min(inside, high)
	}
	if bounded && low > 0 {
		return []any{inside}
	}
	return []any{inside, 0.0}
}

func list(value any) []any {
	items, _ := value.([]any)
	return items
}
