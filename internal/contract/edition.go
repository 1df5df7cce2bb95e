package contract

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
)

// Edition is a published state of the API. What the functions of the package say of the contract without an edition
// holds for March.
type Edition string

// The editions, by the names of their files.
const (
	// March has the run operations and POST /v2/agents/a2a.
	March Edition = "agents-2026-03-24.json"
	// September adds the Responses API, external agents and the lists of what an agent refers to.
	September Edition = "agents-2026-09-23.json"
)

// source is the file of an edition: its bytes, and what they describe. Each is read once.
type source struct {
	document func() ([]byte, error)
	contract func() (*contract, error)
}

func newSource(e Edition) source {
	document := sync.OnceValues(func() ([]byte, error) {
		if errStartDir != nil {
			return nil, errStartDir
		}
		path, err := find(startDir, os.Getenv(dirVariable), e)
		if err != nil {
			return nil, err
		}
		return os.ReadFile(path)
	})
	return source{document, sync.OnceValues(func() (*contract, error) {
		raw, err := document()
		if err != nil {
			return nil, err
		}
		return parse(raw)
	})}
}

var march, september = newSource(March), newSource(September)

func (e Edition) source() source {
	if e == September {
		return september
	}
	return march
}

// Document is the function Document for this edition.
func (e Edition) Document(t testing.TB) []byte {
	t.Helper()
	raw, err := e.source().document()
	return document(t, raw, err)
}

// BodiesOf is the function BodiesOf for this edition.
func (e Edition) BodiesOf(t testing.TB, method, path string) Bodies {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(e.Document(t), &document); err != nil {
		t.Fatal(err)
	}
	api, err := e.source().contract()
	if err != nil {
		t.Fatalf("API contract: %v", err)
	}
	return bodiesOf(document, api.operation(httptest.NewRequest(method, path, nil)), method, path)
}

// Allows reports whether body is valid for an operation of the edition. It is false when the edition lacks the operation.
// It skips t when the edition is absent.
func (e Edition) Allows(t testing.TB, method, path string, body any) bool {
	t.Helper()
	e.Document(t)
	api, err := e.source().contract()
	if err != nil {
		t.Fatalf("API contract: %v", err)
	}
	op := api.operation(httptest.NewRequest(method, path, nil))
	return op != nil && validate(op.body[mediaJSON].schema, body) == nil
}
