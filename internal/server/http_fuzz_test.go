package server

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// maxErrorText bounds how much longer than the request an error text may be, in bytes.
const maxErrorText = 1 << 10

// Callers of FuzzHTTPBody: without a session, in a session, and by the protocol without sessions.
const (
	noSession = iota
	inSession
	sessionless
)

// FuzzHTTPBody posts arbitrary bytes as each kind of caller. The API behind the server rejects every request.
func FuzzHTTPBody(f *testing.F) {
	for _, seed := range bodySeeds() {
		for _, caller := range []uint8{noSession, inSession, sessionless} {
			f.Add([]byte(seed), caller)
		}
	}
	handler, log := fuzzedServer(f)
	// Without elicitation, because no one would answer it.
	session := post(handler, []byte(initializeWithoutElicitation()), noSession, "").Header().Get(mcp.HeaderSessionID)
	if session == "" {
		f.Fatal("initialize returned no session")
	}
	f.Fuzz(func(t *testing.T, body []byte, caller uint8) {
		if isListen(body) {
			t.Skip("the response would not end while its caller listens")
		}
		recorder := post(handler, body, caller%3, session)
		checkResponse(t, body, recorder)
		if logged := log.panicked.Swap(nil); logged != nil {
			t.Errorf("logged: %s", *logged)
		}
		if ping := post(handler, []byte(`{"jsonrpc":"2.0","id":1,"method":"ping"}`), inSession, session); ping.Code != http.StatusOK {
			t.Errorf("ping afterwards: status %d, want %d: %s", ping.Code, http.StatusOK, ping.Body)
		}
	})
}

// bodySeeds returns messages of real clients and malformed ones.
func bodySeeds() []string {
	const modern = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"fuzz","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`
	return []string{
		initialize, `{"jsonrpc":"2.0","method":"notifications/initialized"}`, `{"jsonrpc":"2.0","id":1,"method":"ping"}`,
		`{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}`, `{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{"cursor":"x",` + modern + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{` + modern + `}}`, `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{` + modern + `}}`,
		callMessage(1, "list_agents", `{"limit":5}`, ""), callMessage(2, "invoke_agent", `{"key":"k","message":"m"}`, `"t"`), callMessage(3, "invoke_agent", `{"key":"k","message":"m"}`, `7`),
		callMessage(3, "delete_agent", `{"key":"k","confirm":"k"}`, ``), callMessage(4, "list_agents", `"{}"`, `{"a":1}`), callMessage(5, "list_agents", `null`, `1e400`),
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_agent","arguments":{"key":"k"},` + modern + `}}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"r"}}`, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}`,
		`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}`, `{"jsonrpc":"2.0","id":1,"result":{}}`,
		`{"jsonrpc":"2.0","id":1,"result":{"action":"accept"}}`, `{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}}`, `{"jsonrpc":"2.0","id":1}`,
		`{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"debug"}}`, `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"x"}}`, `{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"x"}}`, `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{}}`,
		``, ` `, `null`, `42`, `"hello"`, `[]`, `[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, `{`, `{}`, `{}{}`, "\xff", "\xef\xbb\xbf{}", "\x00",
		`{"jsonrpc":"1.0","id":1,"method":"ping"}`, `{"id":1,"method":"ping"}`, `{"jsonrpc":"2.0","id":null,"method":"ping"}`, `{"jsonrpc":"2.0","id":{},"method":"ping"}`,
		`{"jsonrpc":"2.0","id":1e400,"method":"ping"}`, `{"jsonrpc":"2.0","id":` + strings.Repeat("9", 400) + `,"method":"tools/list"}`, `{"jsonrpc":"2.0","id":1,"method":7}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}`, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7,"arguments":[]}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_agents","_meta":7}}`, `{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}`,
		`{"jsonrpc":"2.0","id":"` + strings.Repeat("i", 5000) + `","method":"no/such"}`, `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("m", 10_000) + `"}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + strings.Repeat("n", 10_000) + `"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"` + strings.Repeat("u", 10_000) + `"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"` + strings.Repeat("n", 10_000) + `"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"` + strings.Repeat("v", 10_000) + `"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"` + strings.Repeat("v", 10_000) + `"}}}`,
		strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000),
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_agents","arguments":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}}`,
	}
}

// rejectingTransport responds to every request with 400.
type rejectingTransport struct{}

func (rejectingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"message": "refused"}`)), Request: r,
	}, nil
}

// panicLog keeps the last line that mentions a panic.
type panicLog struct{ panicked atomic.Pointer[string] }

func (l *panicLog) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("panic")) {
		l.panicked.Store(new(string(line)))
	}
	return len(line), nil
}

// fuzzedServer returns the HTTP handler of a server, and its log.
func fuzzedServer(f *testing.F) (http.Handler, *panicLog) {
	f.Helper()
	client, err := orq.New(orq.Options{BaseURL: "http://orq.test", APIKey: "sk-orq-0123456789abcdef", Transport: rejectingTransport{}})
	if err != nil {
		f.Fatal(err)
	}
	list, err := tools.Select(tools.Selection{})
	if err != nil {
		f.Fatal(err)
	}
	log := &panicLog{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError}))
	s := New(Options{Version: "test", Tools: list, Orq: client, Logger: logger})
	return s.routes(s.newHTTPHandler(f.Context(), HTTPOptions{}.withDefaults())), log
}

// post sends a body as one of the kinds of callers.
func post(handler http.Handler, body []byte, caller uint8, session string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, MCPPath, bytes.NewReader(body))
	setHeaders(request, "")
	switch caller {
	case inSession:
		setHeaders(request, session)
	case sessionless:
		var message struct {
			Method string
			Params struct{ Name string }
		}
		// The headers repeat fields of the message, if it is one.
		_ = json.Unmarshal(body, &message)
		request.Header.Set(mcp.HeaderProtocolVersion, "2026-07-28")
		request.Header.Set(mcp.HeaderMethod, message.Method)
		if message.Params.Name != "" {
			request.Header.Set("Mcp-Name", message.Params.Name)
		}
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

// isListen reports whether the body is a request whose response does not end.
func isListen(body []byte) bool {
	var message struct{ Method string }
	return json.Unmarshal(body, &message) == nil && message.Method == "subscriptions/listen"
}

// checkResponse checks that a client can decode the response.
func checkResponse(t *testing.T, body []byte, recorder *httptest.ResponseRecorder) {
	t.Helper()
	media, response := recorder.Result().Header.Get("Content-Type"), recorder.Body.Bytes()
	switch {
	case recorder.Code != http.StatusOK && recorder.Code != http.StatusAccepted && (recorder.Code < 400 || recorder.Code > 499):
		t.Errorf("status %d: %.500s", recorder.Code, response)
	case recorder.Code == http.StatusAccepted && len(response) > 0:
		t.Errorf("202 with a body: %.500q", response)
	case !utf8.Valid(response):
		t.Errorf("not valid UTF-8: %.500q", response)
	case strings.HasPrefix(media, "application/json"):
		checkMessage(t, body, response)
	case media == "text/event-stream":
		for event := range bytes.SplitSeq(bytes.TrimSuffix(response, []byte("\n\n")), []byte("\n\n")) {
			data, ok := bytes.CutPrefix(event, []byte("event: message\ndata: "))
			if !ok || bytes.ContainsAny(data, "\r\n") {
				t.Errorf("not an event of one line: %.500q", event)
			}
			checkMessage(t, body, data)
		}
	case recorder.Code == http.StatusOK:
		t.Errorf("200 with %q: %.500q", media, response)
	}
}

// checkMessage checks that raw is a JSON-RPC message, with no overlong error.
func checkMessage(t *testing.T, body, raw []byte) {
	t.Helper()
	var message struct {
		Version string `json:"jsonrpc"`
		Method  string
		Result  json.RawMessage
		Error   *struct {
			Code    int
			Message string
		}
	}
	err := json.Unmarshal(raw, &message)
	switch {
	case err != nil:
		t.Errorf("not JSON: %v: %.500q", err, raw)
	case message.Version != "2.0", message.Method == "" && (message.Result == nil) == (message.Error == nil):
		t.Errorf("not a JSON-RPC message: %.500q", raw)
	case message.Error != nil && (message.Error.Code == 0 || message.Error.Message == ""):
		t.Errorf("an error without code or message: %.500q", raw)
	case message.Error != nil && len(message.Error.Message) > len(body)+maxErrorText:
		t.Errorf("a request of %d bytes has an error of %d bytes: %.300q", len(body), len(message.Error.Message), message.Error.Message)
	}
}
