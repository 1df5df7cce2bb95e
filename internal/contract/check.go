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
// status. For an error status that the operation does not declare, a JSON response only needs a string "message", below
// /v3 in an object "error". Events of a stream are checked as they are written. A path that is not in the contract must not
// succeed. Bearer tokens are not checked.
//
// The request's body is read before next is called. Close a server that runs the handler before the test ends: later
// violations are not reported.
func Check(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	api, err := march.contract()
	return check(t, next, api, err)
}

// CheckAll is Check against every edition that is present. A request must be valid for one of the editions that have the
// operation, and its response for each of them. A path that is in none must not succeed; one that an edition names
// literally is not an agent's key in another.
func CheckAll(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	return checkEditions(t, next, March, September)
}

// Check is CheckAll, but responses need to be valid for this edition only: for agents with what other editions lack.
func (e Edition) Check(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	return checkEditions(t, next, e)
}

func checkEditions(t testing.TB, next http.Handler, editions ...Edition) http.Handler {
	t.Helper()
	all := map[Edition]*contract{}
	for _, e := range []Edition{March, September} {
		if api, err := e.source().contract(); present(t, err) {
			all[e] = api
		}
	}
	for _, e := range editions {
		if all[e] == nil {
			continue
		}
		others := maps.Clone(all)
		delete(others, e)
		next = checking(t, next, all[e], slices.Collect(maps.Values(others)))
	}
	return next
}

func check(t testing.TB, next http.Handler, api *contract, err error) http.Handler {
	t.Helper()
	if !present(t, err) {
		return next
	}
	return checking(t, next, api, nil)
}

// present reports whether a contract was read, with err. One that is there must be readable.
func present(t testing.TB, err error) bool {
	t.Helper()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Logf("API contract is not there, traffic passes unchecked: %v (%s names its directory)", err, dirVariable)
		return false
	case err != nil:
		t.Fatalf("API contract: %v", err)
	}
	return true
}

func checking(t testing.TB, next http.Handler, api *contract, others []*contract) http.Handler {
	report := newReporter(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := &response{ResponseWriter: w}
		x := &exchange{report: report, request: r, op: api.operation(r), response: recorded}
		x.addOthers(others)
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
	op          *operation   // nil when the contract has none
	others      []*operation // those of other editions
	requestBody []byte
	response    *response
}

// addOthers finds the operation of the request in other editions. One that is more specific replaces that of this edition:
// /v2/agents/external is an agent's key in March only.
func (x *exchange) addOthers(editions []*contract) {
	for _, edition := range editions {
		op := edition.operation(x.request)
		if op == nil {
			continue
		}
		if x.op != nil && op.parameters < x.op.parameters {
			x.op = nil
		}
		x.others = append(x.others, op)
	}
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
	case success && len(x.others) == 0:
		x.violation("request", finding{text: "is for no operation of the contract"})
	}
}

// checkRequest reports what is wrong with the request, unless it is valid for another edition.
func (x *exchange) checkRequest() {
	violations := x.invalid(x.op)
	if len(violations) == 0 {
		return
	}
	for _, other := range x.others {
		if len(x.invalid(other)) == 0 {
			return
		}
	}
	for _, v := range violations {
		x.violation(v.subject, v.found...)
	}
}

// violation is what is wrong with a part of a request.
type violation struct {
	subject string
	found   []finding
}

// invalid returns what is wrong with the request as one for op.
func (x *exchange) invalid(op *operation) (all []violation) {
	add := func(subject string, found ...finding) { all = append(all, violation{subject, found}) }
	for name, values := range x.request.URL.Query() {
		schema := op.query[name]
		switch {
		case schema == nil:
			add("query", finding{at: []string{name}, text: "is not a parameter of the operation"})
		case len(values) > 1:
			add("query", finding{at: []string{name}, text: fmt.Sprintf("is given %d times", len(values))})
		default:
			if found := validate(schema, parameter(schema, values[0])); found != nil {
				found[0].at = []string{name}
				add("query", found...)
			}
		}
	}
	if len(x.requestBody) == 0 {
		if op.bodyRequired {
			add("request", finding{text: "lacks a body"})
		}
		return all
	}
	if len(op.body) > 0 {
		if found := invalidBody(op.body, x.request.Header, x.requestBody); found != nil {
			add("request body", found...)
		}
	}
	return all
}

// parameter decodes a query parameter: a number if its schema allows one and value is one, otherwise a string.
func parameter(schema *jsonschema.Schema, value string) any {
	if schema.Types == nil || !slices.ContainsFunc(schema.Types.ToStrings(), isNumeric) {
		return value
	}
	decoded, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
	if number, ok := decoded.(json.Number); ok && err == nil {
		return number
	}
	return value
}

func isNumeric(typ string) bool { return typ == "number" || typ == "integer" }

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
	case !declared, len(types) == 0 && r.status >= 400:
		x.checkError()
	case len(types) > 0:
		x.checkBody("answer", types, r.header, r.body.Bytes())
	case r.body.Len() > 0:
		x.violation("answer", finding{text: "has a body where none is declared"})
	}
}

// checkError checks the body of an error status that the operation does not declare, or declares without one.
func (x *exchange) checkError() {
	name := mediaType(x.response.header)
	if name != mediaJSON && !strings.HasSuffix(name, "+json") {
		return
	}
	var body map[string]any
	err := json.Unmarshal(x.response.body.Bytes(), &body)
	if strings.HasPrefix(x.request.URL.Path, "/v3/") {
		body, _ = body["error"].(map[string]any)
	}
	if _, ok := body["message"].(string); err != nil || !ok {
		text := fmt.Sprintf("is no object with a string \"message\": %.80q", x.response.body.Bytes())
		x.violation("error answer", finding{text: text})
	}
}

// checkBody checks a body, which must have one of the media types.
func (x *exchange) checkBody(subject string, types map[string]media, header http.Header, body []byte) {
	if found := invalidBody(types, header, body); found != nil {
		x.violation(subject, found...)
	}
}

// invalidBody returns what is wrong with a body; nil when it is valid.
func invalidBody(types map[string]media, header http.Header, body []byte) []finding {
	name := mediaType(header)
	m, ok := types[name]
	if !ok {
		return []finding{{text: fmt.Sprintf("has Content-Type %q; declared are %q", name, slices.Sorted(maps.Keys(types)))}}
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return []finding{{text: fmt.Sprintf("is not JSON: %v: %.80q", err, body)}}
	}
	return validate(m.schema, value)
}

// mediaType returns the media type of a header, without parameters.
func mediaType(header http.Header) string {
	name, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return header.Get("Content-Type")
	}
	return name
}
