// Package contract checks, in tests, HTTP traffic and request bodies against the OpenAPI contract of the orq.ai Agents API.
//
// Check and CheckAll wrap a handler and validate what it accepts and what it responds. BodiesOf generates request bodies,
// valid and invalid, from the contract. The contract has two editions, which are not part of the repository: they are read
// from the directory ORQ_CONTRACT_DIR, or else from shared/contract beside the repository. Where an edition is absent,
// Check and CheckAll do not validate against it, and Require, Document and BodiesOf skip the test.
package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const dirVariable = "ORQ_CONTRACT_DIR"

// The media types of the contract.
const (
	mediaJSON   = "application/json"
	mediaEvents = "text/event-stream"
)

// Require skips t when the contract is absent.
func Require(t testing.TB) {
	t.Helper()
	Document(t)
}

// Document returns the contract as it was published. It skips t when the contract is absent.
func Document(t testing.TB) []byte {
	t.Helper()
	return March.Document(t)
}

func document(t testing.TB, raw []byte, err error) []byte {
	t.Helper()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Skipf("API contract is not there: %v (%s names its directory)", err, dirVariable)
	case err != nil:
		t.Fatalf("API contract: %v", err)
	}
	return bytes.Clone(raw)
}

// startDir is the working directory at the start of the process: tests may change it.
var startDir, errStartDir = os.Getwd()

// find returns the path of an edition, which need not exist: in dir if it is not empty, otherwise beside the module that
// contains start. The error is fs.ErrNotExist when there is no module.
func find(start, dir string, e Edition) (string, error) {
	if dir != "" {
		return filepath.Join(dir, string(e)), nil
	}
	for root := start; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return filepath.Join(root, "..", "shared", "contract", string(e)), nil
		}
		if root == filepath.Dir(root) {
			return "", fmt.Errorf("no go.mod in %s or above: %w", start, fs.ErrNotExist)
		}
	}
}

// contract holds the compiled schemas of the API, by operation.
type contract struct {
	routes     *http.ServeMux
	operations map[string]*operation // by the pattern in routes
	// suffixed are the operations whose last segment is a parameter and a suffix, which no pattern expresses.
	suffixed map[suffixed]*operation
}

// suffixed is a path such as /v2/agents/external/{agent_key}:refreshCard.
type suffixed struct{ method, prefix, suffix string }

func (s suffixed) matches(r *http.Request) bool {
	rest, ok := strings.CutPrefix(r.URL.Path, s.prefix)
	value, found := strings.CutSuffix(rest, s.suffix)
	return ok && found && r.Method == s.method && value != "" && !strings.Contains(value, "/")
}

// operation holds the schemas of the requests and responses of one operation.
type operation struct {
	parameters   int // of the path
	query        map[string]*jsonschema.Schema
	bodyRequired bool
	body         map[string]media         // by media type
	responses    map[int]map[string]media // by status and media type
}

// media is the schema of a body of one media type.
type media struct {
	schema *jsonschema.Schema
	events map[string]*jsonschema.Schema // of an event stream, by event type
}

// operation returns the operation of a request; nil when the contract has none.
func (c *contract) operation(r *http.Request) *operation {
	for path, op := range c.suffixed {
		if path.matches(r) {
			return op
		}
	}
	_, pattern := c.routes.Handler(r)
	return c.operations[pattern]
}

// parse compiles the contract's schemas. Path parameters are left out: the contract only requires their presence, which
// the routes ensure.
func parse(raw []byte) (*contract, error) {
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters  []struct{ Name, In string }
			RequestBody struct {
				Required bool
				Content  map[string]any
			}
			Responses map[string]struct{ Content map[string]any }
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	schemas, err := newSchemas(raw)
	if err != nil {
		return nil, err
	}
	c := &contract{http.NewServeMux(), map[string]*operation{}, map[suffixed]*operation{}}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			at := []string{"paths", path, method}
			op := &operation{
				parameters:   strings.Count(path, "{"),
				query:        map[string]*jsonschema.Schema{},
				bodyRequired: o.RequestBody.Required,
				body:         schemas.media(o.RequestBody.Content, append(at, "requestBody")...),
				responses:    map[int]map[string]media{},
			}
			for i, p := range o.Parameters {
				if p.In == "query" {
					op.query[p.Name] = schemas.compile(append(at, "parameters", strconv.Itoa(i), "schema")...)
				}
			}
			for code, response := range o.Responses {
				status, err := strconv.Atoi(code)
				if err != nil {
					return nil, fmt.Errorf("%s %s: %w", method, path, err)
				}
				op.responses[status] = schemas.media(response.Content, append(at, "responses", code)...)
			}
			c.add(strings.ToUpper(method), path, op)
		}
	}
	return c, schemas.err
}

func (c *contract) add(method, path string, op *operation) {
	if open, suffix, ok := strings.Cut(path, "}:"); ok {
		c.suffixed[suffixed{method, open[:strings.LastIndex(open, "{")], ":" + suffix}] = op
		return
	}
	pattern := method + " " + path
	c.routes.Handle(pattern, http.NotFoundHandler())
	c.operations[pattern] = op
}

// schemas compiles schemas of the contract and joins the errors in err.
type schemas struct {
	compiler *jsonschema.Compiler
	err      error
}

const schemaURL = "contract:///api.json"

func newSchemas(raw []byte) (*schemas, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(schemaURL, doc); err != nil {
		return nil, err
	}
	return &schemas{compiler: compiler}, nil
}

// compile compiles the schema at a path of keys.
func (s *schemas) compile(keys ...string) *jsonschema.Schema {
	schema, err := s.compiler.Compile(schemaURL + "#" + (&url.URL{Path: pointer(keys)}).EscapedPath())
	s.err = errors.Join(s.err, err)
	return schema
}

// media compiles the schemas of a body, by media type; the body is described at a path of keys.
func (s *schemas) media(content map[string]any, keys ...string) map[string]media {
	types := map[string]media{}
	for name := range content {
		m := media{schema: s.compile(append(keys, "content", name, "schema")...)}
		if name == mediaEvents && m.schema != nil {
			m.events = eventSchemas(m.schema)
			if len(m.events) == 0 {
				s.err = errors.Join(s.err, fmt.Errorf("%s: no event types", pointer(keys)))
			}
		}
		types[name] = m
	}
	return types
}

// pointer returns the JSON pointer made of keys.
func pointer(keys []string) string {
	var p strings.Builder
	for _, key := range keys {
		p.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
	}
	return p.String()
}
