// Package contract lets tests hold an HTTP handler to the OpenAPI contract of the orq.ai Agents API.
//
// Check wraps a handler: what it accepts and what it answers must fit the contract. The contract is not part of the
// repository. It is looked for in shared/contract beside the repository, or in the directory that ORQ_CONTRACT_DIR
// names. Where it is absent, Check lets traffic pass and Require skips the test.
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
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	fileName    = "agents-2026-03-24.json"
	dirVariable = "ORQ_CONTRACT_DIR"
)

// The media types of the contract.
const (
	mediaJSON   = "application/json"
	mediaEvents = "text/event-stream"
)

// Require skips t when the contract is not there.
func Require(t testing.TB) {
	t.Helper()
	Document(t)
}

// Document returns the contract as it was published. It skips t when the contract is not there.
func Document(t testing.TB) []byte {
	t.Helper()
	raw, err := sharedDocument()
	return document(t, raw, err)
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

// The working directory as the process began: tests may change it.
var startDir, errStartDir = os.Getwd()

var sharedDocument = sync.OnceValues(func() ([]byte, error) {
	if errStartDir != nil {
		return nil, errStartDir
	}
	path, err := find(startDir, os.Getenv(dirVariable))
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

var shared = sync.OnceValues(func() (*contract, error) {
	raw, err := sharedDocument()
	if err != nil {
		return nil, err
	}
	return parse(raw)
})

// find names the file of the contract, which need not exist: in dir when it is given, else beside the module that
// start is in.
func find(start, dir string) (string, error) {
	if dir != "" {
		return filepath.Join(dir, fileName), nil
	}
	for root := start; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return filepath.Join(root, "..", "shared", "contract", fileName), nil
		}
		if root == filepath.Dir(root) {
			return "", fmt.Errorf("no go.mod in %s or above: %w", start, fs.ErrNotExist)
		}
	}
}

// contract is what the API allows, by operation.
type contract struct {
	routes     *http.ServeMux
	operations map[string]*operation // by the pattern in routes
}

// operation is what one operation takes and answers.
type operation struct {
	query        map[string]*jsonschema.Schema
	bodyRequired bool
	body         map[string]media         // by media type
	answers      map[int]map[string]media // by status and media type
}

// media is what a body of a media type holds.
type media struct {
	schema *jsonschema.Schema
	events map[string]*jsonschema.Schema // of an event stream, by event type
}

// operation finds the operation a request is for; nil when the contract has none.
func (c *contract) operation(r *http.Request) *operation {
	_, pattern := c.routes.Handler(r)
	return c.operations[pattern]
}

// parse compiles the contract's schemas. Path parameters are left out: the contract wants no more of them than that
// they are there, which the routes see to.
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
	c := &contract{http.NewServeMux(), map[string]*operation{}}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			at := []string{"paths", path, method}
			op := &operation{
				query:        map[string]*jsonschema.Schema{},
				bodyRequired: o.RequestBody.Required,
				body:         schemas.media(o.RequestBody.Content, append(at, "requestBody")...),
				answers:      map[int]map[string]media{},
			}
			for i, p := range o.Parameters {
				if p.In == "query" {
					op.query[p.Name] = schemas.compile(append(at, "parameters", strconv.Itoa(i), "schema")...)
				}
			}
			for code, answer := range o.Responses {
				status, err := strconv.Atoi(code)
				if err != nil {
					return nil, fmt.Errorf("%s %s: %w", method, path, err)
				}
				op.answers[status] = schemas.media(answer.Content, append(at, "responses", code)...)
			}
			pattern := strings.ToUpper(method) + " " + path
			c.routes.Handle(pattern, http.NotFoundHandler())
			c.operations[pattern] = op
		}
	}
	return c, schemas.err
}

// schemas compiles schemas of the contract. It keeps the first error.
type schemas struct {
	compiler *jsonschema.Compiler
	err      error
}

const schemaURL = "contract:///" + fileName

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

// compile compiles the schema at the end of a path of keys.
func (s *schemas) compile(keys ...string) *jsonschema.Schema {
	schema, err := s.compiler.Compile(schemaURL + "#" + (&url.URL{Path: pointer(keys)}).EscapedPath())
	s.err = errors.Join(s.err, err)
	return schema
}

// media compiles the media types of a body that is described at the end of a path of keys.
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
