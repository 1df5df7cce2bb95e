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

// Check returns next, wrapped so that requests and answers are held to the contract. A breach fails t.
//
// A request must fit when it is answered with success; what is refused may be wrong. An answer must fit what the
// operation declares for its status. Error statuses that are not declared only need a string "message" when they
// answer JSON. Events of a stream are checked as they are written. Paths that the contract does not know must not
// succeed. Bearer tokens are not looked at.
//
// The request's body is read before next is called. Close a server that runs the handler before the test ends:
// what is found later is not told.
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
		a := &answer{ResponseWriter: w}
		x := &exchange{report: report, request: r, op: api.operation(r), answer: a}
		a.began = x.began
		r, x.sent = buffer(r)
		aborted := true
		// A panic goes on its way: the server and tests make use of it.
		defer func() { x.ended(aborted) }()
		next.ServeHTTP(a, r)
		aborted = false
	})
}

// buffer reads the body of a request and returns the request with the body to be read again.
func buffer(r *http.Request) (*http.Request, []byte) {
	if r.Body == nil {
		return r, nil
	}
	body, err := io.ReadAll(r.Body)
	var again io.Reader = bytes.NewReader(body)
	if err != nil {
		again = io.MultiReader(again, failing{err})
	}
	r2 := r.WithContext(r.Context())
	r2.Body = struct {
		io.Reader
		io.Closer
	}{again, r.Body}
	return r2, body
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// reporter tells a test of breaches as long as it runs.
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

// exchange is a request and its answer.
type exchange struct {
	report  *reporter
	request *http.Request
	op      *operation // nil when the contract has none
	sent    []byte     // the request's body
	answer  *answer
}

// breach tells what of the exchange breaks the contract.
func (x *exchange) breach(subject string, found ...finding) {
	x.report.errorf("%s %s answered %d: %s breaks the API contract%s",
		x.request.Method, x.request.URL.Path, x.answer.status, subject, describe(found))
}

// began is called when the answer's status and header are known.
func (x *exchange) began() {
	if x.op == nil {
		return
	}
	name := mediaType(x.answer.header)
	if m := x.op.answers[x.answer.status][name]; name == mediaEvents && m.events != nil {
		x.answer.events = &stream{schemas: m.events, breach: x.breach}
	}
}

// ended is called when the handler is through.
func (x *exchange) ended(aborted bool) {
	if x.answer.status == 0 {
		if aborted || x.answer.cut {
			return
		}
		x.answer.begin(http.StatusOK)
	}
	success := x.answer.status/100 == 2
	switch {
	case x.op != nil:
		if success {
			x.checkRequest()
		}
		x.checkAnswer(aborted || x.answer.cut)
	case success:
		x.breach("request", finding{text: "is for no operation of the contract"})
	}
}

func (x *exchange) checkRequest() {
	for name, values := range x.request.URL.Query() {
		schema := x.op.query[name]
		switch {
		case schema == nil:
			x.breach("query", finding{at: []string{name}, text: "is not a parameter of the operation"})
		case len(values) > 1:
			x.breach("query", finding{at: []string{name}, text: fmt.Sprintf("is given %d times", len(values))})
		default:
			if found := validate(schema, parameter(schema, values[0])); found != nil {
				found[0].at = []string{name}
				x.breach("query", found...)
			}
		}
	}
	if len(x.sent) == 0 {
		if x.op.bodyRequired {
			x.breach("request", finding{text: "lacks a body"})
		}
		return
	}
	if len(x.op.body) > 0 {
		x.checkBody("request body", x.op.body, x.request.Header, x.sent)
	}
}

// parameter reads a parameter as its schema wants it: a number when it can be one.
func parameter(schema *jsonschema.Schema, value string) any {
	if schema.Types == nil || !slices.Contains(schema.Types.ToStrings(), "number") {
		return value
	}
	read, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
	if number, ok := read.(json.Number); ok && err == nil {
		return number
	}
	return value
}

func (x *exchange) checkAnswer(incomplete bool) {
	a := x.answer
	if x.request.Method == http.MethodHead {
		return
	}
	types, declared := x.op.answers[a.status]
	switch {
	case !declared && a.status < 400:
		text := fmt.Sprintf("is not declared; declared are %v", slices.Sorted(maps.Keys(x.op.answers)))
		x.breach("status", finding{text: text})
	case a.events != nil:
		if !incomplete {
			a.events.close()
		}
	case incomplete && !json.Valid(a.body.Bytes()):
	case !declared:
		x.checkError()
	case len(types) > 0:
		x.checkBody("answer", types, a.header, a.body.Bytes())
	case a.body.Len() > 0:
		x.breach("answer", finding{text: "has a body where none is declared"})
	}
}

// checkError checks an error that the operation does not declare.
func (x *exchange) checkError() {
	name := mediaType(x.answer.header)
	if name != mediaJSON && !strings.HasSuffix(name, "+json") {
		return
	}
	var body map[string]any
	err := json.Unmarshal(x.answer.body.Bytes(), &body)
	if _, ok := body["message"].(string); err != nil || !ok {
		text := fmt.Sprintf("is no object with a string \"message\": %.80q", x.answer.body.Bytes())
		x.breach("error answer", finding{text: text})
	}
}

// checkBody checks a body that is one of the media types.
func (x *exchange) checkBody(subject string, types map[string]media, header http.Header, body []byte) {
	name := mediaType(header)
	m, ok := types[name]
	if !ok {
		text := fmt.Sprintf("has Content-Type %q; declared are %q", name, slices.Sorted(maps.Keys(types)))
		x.breach(subject, finding{text: text})
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		x.breach(subject, finding{text: fmt.Sprintf("is not JSON: %v: %.80q", err, body)})
		return
	}
	if found := validate(m.schema, value); found != nil {
		x.breach(subject, found...)
	}
}

// mediaType names the media type of a header, without parameters.
func mediaType(header http.Header) string {
	name, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return header.Get("Content-Type")
	}
	return name
}
