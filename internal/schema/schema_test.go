package schema_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/schema/schematest"
)

// everything has one field of each kind that a schema can express.
type everything struct {
	Key      string            `json:"key" jsonschema:"required,minLength=1,maxLength=8,pattern=^[a-z]{1\\,8}$" jsonschema_description:"Use <key> & nothing else."`
	Mode     string            `json:"mode,omitzero" jsonschema:"enum=auto,enum=stream,enum=background"`
	Limit    int               `json:"limit,omitzero" jsonschema:"minimum=1,maximum=200"`
	Ratio    *float64          `json:"ratio,omitzero" jsonschema:"minimum=0.5"`
	Wait     *bool             `json:"wait,omitzero"`
	Since    *time.Time        `json:"since,omitzero"`
	Tags     []string          `json:"tags,omitzero" jsonschema:"minItems=1,maxItems=3,minLength=2"`
	Steps    []step            `json:"steps,omitzero"`
	Owner    *owner            `json:"owner,omitzero" jsonschema_description:"Who it belongs to."`
	Headers  map[string]string `json:"headers,omitzero" jsonschema_description:"Header names and values."`
	Metadata map[string]any    `json:"metadata,omitzero" jsonschema_description:"Anything."`
	Result   json.RawMessage   `json:"result,omitzero" jsonschema:"type=string"`
	Models   []json.RawMessage `json:"models,omitzero" jsonschema_extras:"items=string"`
	Rows     []map[string]any  `json:"rows,omitzero" jsonschema_description:"Rows of any form."`
	Old      string            `json:"old,omitzero" jsonschema_extras:"hidden=true"`
	paging
}

type paging struct {
	Cursor string `json:"cursor,omitzero"`
}

type step struct {
	Type string `json:"type" jsonschema:"required"`
	Name string `json:"name,omitzero"`
	Rare int    `json:"rare,omitzero" jsonschema:"maximum=9" jsonschema_extras:"hidden=true"`
}

type owner struct {
	Name string `json:"name,omitzero"`
}

const everythingJSON = `{"type":"object","properties":{` +
	`"key":{"type":"string","description":"Use <key> & nothing else.","pattern":"^[a-z]{1,8}$","minLength":1,"maxLength":8},` +
	`"mode":{"type":"string","enum":["auto","stream","background"]},` +
	`"limit":{"type":"integer","minimum":1,"maximum":200},` +
	`"ratio":{"type":"number","minimum":0.5},` +
	`"wait":{"type":"boolean"},` +
	`"since":{"type":"string","format":"date-time"},` +
	`"tags":{"type":"array","items":{"type":"string","minLength":2},"minItems":1,"maxItems":3},` +
	`"steps":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string"},"name":{"type":"string"}},"required":["type"]}},` +
	`"owner":{"type":"object","description":"Who it belongs to.","properties":{"name":{"type":"string"}}},` +
	`"headers":{"type":"object","description":"Header names and values.","additionalProperties":true},` +
	`"metadata":{"type":"object","description":"Anything.","additionalProperties":true},` +
	`"result":{"type":"string"},` +
	`"models":{"type":"array","items":{"type":"string"}},` +
	`"rows":{"type":"array","description":"Rows of any form.","items":{"type":"object","additionalProperties":true}},` +
	`"cursor":{"type":"string"}` +
	`},"required":["key"],"additionalProperties":false}`

func mustFor[T any](t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.For[T]()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestForAdvertisesTheSubsetInStructOrder(t *testing.T) {
	t.Parallel()
	s := mustFor[everything](t)
	if diff := cmp.Diff(everythingJSON, string(s.JSON())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]schema.Problem(nil), schematest.Violations(s.JSON())); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

func TestForOfAStructWithoutFields(t *testing.T) {
	t.Parallel()
	s := mustFor[struct{}](t)
	const want = `{"type":"object","properties":{},"additionalProperties":false}`
	if diff := cmp.Diff(want, string(s.JSON())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

// With ExpandedStruct the reflector confuses types that have the same bare name.
func TestForDistinguishesTypesOfTheSameName(t *testing.T) {
	t.Parallel()
	type Time struct {
		At time.Time `json:"at" jsonschema:"required"`
	}
	s := mustFor[Time](t)
	const want = `{"type":"object","properties":{"at":{"type":"string","format":"date-time"}},"required":["at"],"additionalProperties":false}`
	if diff := cmp.Diff(want, string(s.JSON())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

func TestQuietBoundsAreCheckedButNotAdvertised(t *testing.T) {
	t.Parallel()
	type lookup struct {
		Key string `json:"key" jsonschema:"required,minLength=1,maxLength=3" jsonschema_extras:"quiet=true"`
	}
	s := mustFor[lookup](t)
	const want = `{"type":"object","properties":{"key":{"type":"string"}},"required":["key"],"additionalProperties":false}`
	if diff := cmp.Diff(want, string(s.JSON())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	for arguments, want := range map[string]string{
		`{"key":""}`:     "key: must not be empty",
		`{"key":"abcd"}`: "key: must have between 1 and 3 characters, got 4",
	} {
		if _, err := schema.Decode[lookup](s, json.RawMessage(arguments)); err == nil || err.Error() != want {
			t.Errorf("Decode(%s): error %v, want %s", arguments, err, want)
		}
	}
}

func TestJSONReturnsACopy(t *testing.T) {
	t.Parallel()
	s := mustFor[everything](t)
	clear(s.JSON())
	if got := string(s.JSON()); got != everythingJSON {
		t.Errorf("JSON after the caller changed its bytes = %s, want %s", got, everythingJSON)
	}
}

func TestDecodedValuesSatisfyTheSchema(t *testing.T) {
	t.Parallel()
	s := mustFor[everything](t)
	got, err := schema.Decode[everything](s, json.RawMessage(`{"arguments":{
		"key":"abc","mode":" STREAM ","limit":"42.0","ratio":"0.75","wait":"true","since":"2026-01-31T09:30:00Z",
		"tags":"one tag","steps":"{\"type\":\"x\"}","owner":"{\"name\":\"me\"}","headers":{"a":1},
		"metadata":{"id":12345678901234567890},"result":"","models":["a","b"],"rows":[{}],"cursor":""}}`))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"key":"abc","mode":"stream","limit":42,"ratio":0.75,"wait":true,"since":"2026-01-31T09:30:00Z",` +
		`"tags":["one tag"],"steps":[{"type":"x"}],"owner":{"name":"me"},"headers":{"a":"1"},` +
		`"metadata":{"id":12345678901234567890},"result":"","models":["a","b"],"rows":[{}]}`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("decoded arguments (-want +got):\n%s", diff)
	}
	if err := validate(t, s.JSON(), data); err != nil {
		t.Errorf("the decoded arguments violate the schema: %v", err)
	}
	if err := validate(t, s.JSON(), []byte(`{"key":"abc","unknown":1}`)); err == nil {
		t.Error("an unknown property is valid, want it rejected")
	}
}

func validate(t *testing.T, advertised, value []byte) error {
	t.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(advertised))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	c.DefaultDraft(validator.Draft2020)
	if err := c.AddResource("mem:schema", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("mem:schema")
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Validate(v)
}

type recursive struct {
	Next []*recursive `json:"next"`
}

type wideSchema string

func (wideSchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Title: "No title.", Extras: map[string]any{"x-mine": 1}}
}

type union string

func (union) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}}}
}

type always string

func (always) JSONSchema() *jsonschema.Schema { return jsonschema.TrueSchema }

type unseen string

func (*unseen) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "string"} }

type sharedMap map[string]any

var oneSchema = &jsonschema.Schema{Type: "object", Description: "Shared."}

func (sharedMap) JSONSchema() *jsonschema.Schema { return oneSchema }

type bareArray []string

func (bareArray) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "array"} }

type nullable struct{ Value string }

func (*nullable) UnmarshalJSON([]byte) error { return nil }

type checkA struct {
	A string `json:"a"`
}

func (checkA) CheckArguments(func(path, message string)) {}

type checkB struct {
	B string `json:"b"`
}

func (checkB) CheckArguments(func(path, message string)) {}

func forError[T any]() error {
	_, err := schema.For[T]()
	return err
}

func TestForRejects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"what is no struct": {forError[string](), "must be a struct"},
		"a recursive type":  {forError[recursive](), "next[]: type schema_test.recursive contains itself"},
		"an array": {forError[struct {
			A [2]int `json:"a"`
		}](), "a: type [2]int cannot be expressed"},
		"a channel": {forError[struct {
			A chan int `json:"a"`
		}](), "a: type chan int cannot be expressed"},
		"bytes": {forError[struct {
			A []byte `json:"a"`
		}](), `a: []uint8 is advertised as "string" but decodes as "base64"`},
		"a number kept as text": {forError[struct {
			A json.Number `json:"a"`
		}](), "a: json.Number is advertised"},
		"integer keys": {forError[struct {
			A map[int]string `json:"a"`
		}](), "a: keys of type int are not portable"},
		"a value of any type": {forError[struct {
			A any `json:"a"`
		}](), "a: no type: give one with the tag"},
		"raw JSON": {forError[struct {
			A json.RawMessage `json:"a"`
		}](), "a: no type"},
		"a list of any": {forError[struct {
			A []any `json:"a"`
		}](), "a[]: no type"},
		"a map without prose": {forError[struct {
			A map[string]any `json:"a"`
		}](), "a: a free map needs a description"},
		"a free object, no prose": {forError[struct {
			A any `json:"a" jsonschema:"type=object"`
		}](), "a: a free map needs a description"},
		"a nested empty struct": {forError[struct {
			A struct{} `json:"a"`
		}](), "a: an object without fields"},
		"a Go name": {forError[struct{ A string }](), "A: not a portable name"},
		"a field of no JSON name": {forError[struct {
			A nullable `json:"a"`
		}](), "a.Value: not a portable name"},
		"one name twice": {forError[struct {
			paging
			Cursor string `json:"cursor"`
		}](), "cursor: two fields have this name"},
		"an embedded pointer": {forError[struct{ *paging }](), "embedded pointer"},
		"a title": {forError[struct {
			A wideSchema `json:"a"`
		}](), `a: not portable: {"title":"No title.","x-mine":1}`},
		"a union": {forError[struct {
			A union `json:"a"`
		}](), `a: schema_test.union is advertised as "" but decodes as "string"`},
		"a boolean schema": {forError[struct {
			A always `json:"a"`
		}](), "a: schema_test.always is advertised"},
		"an unseen method": {forError[struct {
			A unseen `json:"a"`
		}](), "a: method JSONSchema of schema_test.unseen needs a value receiver"},
		"a shared schema": {forError[struct {
			A sharedMap `json:"a"`
			B sharedMap `json:"b"`
		}](), "b: the JSONSchema method of schema_test.sharedMap must return a new schema"},
		"a list without items": {forError[struct {
			A bareArray `json:"a" jsonschema:"minLength=1"`
		}](), "reflect: "},
		"two embedded checks": {forError[struct {
			checkA
			checkB
		}](), "CheckArguments of the embedded schema_test.checkA is ambiguous"},
		"a pointer hidden deep": {forError[struct {
			A []struct {
				B map[string]struct {
					C any `json:"c" jsonschema:"mimimum=1"`
				} `json:"b"`
			} `json:"a"`
		}](), "a[].b.*.c: tag jsonschema"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
				t.Errorf("error = %v, want one with %q", test.err, test.want)
			}
		})
	}
}
