package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Check wraps next so that requests and responses are validated against the contract. A violation fails t.
//
// A request must be valid if the response is a success; a rejected one may be anything. A response must be valid for its
// status. For an error status that the operation does not declare, a JSON response only needs a string "message". Events
// of a stream are checked as they are written. A path that is not in the contract must not succeed. Bearer tokens are
// not checked.
//
// The request's body is read before next is called. Close a server that runs the handler before the test ends: later
// violations are not reported.
func Check(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	api, err := shared()
	return check(t, next, api, err)
}

func check(t testing.TB, next http.Handler, api *contract, err error) http.Handler {
	t.Helper()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Logf("API contract is not there, traffic passes unchecked: %v (%s names its directory)", err, dirVariable)
		return next
	case err != nil:
		t.Fatalf("API contract: %v", err)
	}
	report := newReporter(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := &response{ResponseWriter: w}
		x := &exchange{report: report, request: r, op: api.operation(r), response: recorded}
		recorded.onHeader = x.checkStream
		r, x.requestBody = bufferBody(r)
		aborted := true
		// A panic is not recovered: servers and tests rely on it.
		defer func() { x.check(aborted) }()
		next.ServeHTTP(recorded, r)
		aborted = false
	})
}

// bufferBody reads the body of a request and returns it with a request whose body can be read again.
func bufferBody(r *http.Request) (*http.Request, []byte) {
	if r.Body == nil {
		return r, nil
	}
	body, err := io.ReadAll(r.Body)
	var again io.Reader = bytes.NewReader(body)
	if err != nil {
		again = io.MultiReader(again, failingReader{err})
	}
	r2 := r.WithContext(r.Context())
	r2.Body = struct {
		io.Reader
		io.Closer
	}{again, r.Body}
	return r2, body
}

// failingReader returns err from every Read.
type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// reporter fails a test, as long as the test runs.
type reporter struct {
	t     testing.TB
	mu    sync.Mutex
	ended bool
}

func newReporter(t testing.TB) *reporter {
	r := &reporter{t: t}
	t.Cleanup(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ended = true
	})
	return r
}

func (r *reporter) errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.t.Errorf(format, args...)
	}
}

// exchange is a request and its response.
type exchange struct {
	report      *reporter
	request     *http.Request
	op          *operation // nil when the contract has none
	requestBody []byte
	response    *response
}

// violation reports what part of the exchange violates the contract, and how.
func (x *exchange) violation(subject string, found ...finding) {
	x.report.errorf("%s %s answered %d: %s breaks the API contract%s",
		x.request.Method, x.request.URL.Path, x.response.status, subject, describe(found))
}

// checkStream starts the checks of an event stream, when the response's status and header are known.
func (x *exchange) checkStream() {
	if x.op == nil {
		return
	}
	name := mediaType(x.response.header)
	if m := x.op.responses[x.response.status][name]; name == mediaEvents && m.events != nil {
		x.response.events = &stream{schemas: m.events, report: x.violation}
	}
}

// check checks the exchange after the handler has returned or panicked.
func (x *exchange) check(aborted bool) {
	if x.response.status == 0 {
		if aborted || x.response.interrupted {
			return
		}
		x.response.begin(http.StatusOK)
	}
	success := x.response.status/100 == 2
	switch {
	case x.op != nil:
		if success {
			x.checkRequest()
		}
		x.checkResponse(aborted || x.response.interrupted)
	case success:
		x.violation("request", finding{text: "is for no operation of the contract"})
	}
}

func (x *exchange) checkRequest() {
	for name, values := range x.request.URL.Query() {
		schema := x.op.query[name]
		switch {
		case schema == nil:
			x.violation("query", finding{at: []string{name}, text: "is not a parameter of the operation"})
		case len(values) > 1:
			x.violation("query", finding{at: []string{name}, text: fmt.Sprintf("is given %d times", len(values))})
		default:
			if found := validate(schema, parameter(schema, values[0])); found != nil {
				found[0].at = []string{name}
				x.violation("query", found...)
			}
		}
	}
	if len(x.requestBody) == 0 {
		if x.op.bodyRequired {
			x.violation("request", finding{text: "lacks a body"})
		}
		return
	}
	if len(x.op.body) > 0 {
		x.checkBody("request body", x.op.body, x.request.Header, x.requestBody)
	}
}

// parameter decodes a query parameter: a number if its schema allows one and value is one, otherwise a string.
func parameter(schema *jsonschema.Schema, value string) any {
	if schema.Types == nil || !slices.Contains(schema.Types.ToStrings(), "number") {
		return value
	}
	decoded, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
	if number, ok := decoded.(json.Number); ok && err == nil {
		return number
	}
	return value
}

// checkResponse checks status and body. An incomplete response may end anywhere.
func (x *exchange) checkResponse(incomplete bool) {
	r := x.response
	if x.request.Method == http.MethodHead {
		return
	}
	types, declared := x.op.responses[r.status]
	switch {
	case !declared && r.status < 400:
		text := fmt.Sprintf("is not declared; declared are %v", slices.Sorted(maps.Keys(x.op.responses)))
		x.violation("status", finding{text: text})
	case r.events != nil:
		if !incomplete {
			r.events.close()
		}
	case incomplete && !json.Valid(r.body.Bytes()):
	case !declared:
		x.checkError()
	case len(types) > 0:
		x.checkBody("answer", types, r.header, r.body.Bytes())
	case r.body.Len() > 0:
		x.violation("answer", finding{text: "has a body where none is declared"})
	}
}

// checkError checks the body of an error status that the operation does not declare.
func (x *exchange) checkError() {
	name := mediaType(x.response.header)
	if name != mediaJSON && !strings.HasSuffix(name, "+json") {
		return
	}
	var body map[string]any
	err := json.Unmarshal(x.response.body.Bytes(), &body)
	if _, ok := body["message"].(string); err != nil || !ok {
		text := fmt.Sprintf("is no object with a string \"message\": %.80q", x.response.body.Bytes())
		x.violation("error answer", finding{text: text})
	}
}

// checkBody checks a body, which must have one of the media types.
func (x *exchange) checkBody(subject string, types map[string]media, header http.Header, body []byte) {
	name := mediaType(header)
	m, ok := types[name]
	if !ok {
		text := fmt.Sprintf("has Content-Type %q; declared are %q", name, slices.Sorted(maps.Keys(types)))
		x.violation(subject, finding{text: text})
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		x.violation(subject, finding{text: fmt.Sprintf("is not JSON: %v: %.80q", err, body)})
		return
	}
	if found := validate(m.schema, value); found != nil {
		x.violation(subject, found...)
	}
}

// mediaType returns the media type of a header, without parameters.
func mediaType(header http.Header) string {
	name, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return header.Get("Content-Type")
	}
	return name
}
