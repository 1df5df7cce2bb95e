package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
)

func TestWhatNoMessageLooksLikeIsRefusedInWords(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		message string
		code    int
		text    string
	}{
		"broken":                  {`{"jsonrpc":`, mcp.PARSE_ERROR, "the message is not valid JSON: unexpected end of JSON input"},
		"nothing":                 {``, mcp.PARSE_ERROR, "the message is not valid JSON: unexpected end of JSON input"},
		"nested too deep":         {strings.Repeat(`{"a":`, 100_000), mcp.PARSE_ERROR, "the message is not valid JSON: invalid character '{' exceeded max depth"},
		"invalid UTF-8":           {"{\"method\":\"\xff\"}", mcp.INVALID_REQUEST, "the message is not valid UTF-8"},
		"a batch":                 {` [{"jsonrpc":"2.0"}]`, mcp.INVALID_REQUEST, "batches are not supported: send one message at a time"},
		"null":                    {`null`, mcp.INVALID_REQUEST, "the message is not a JSON object"},
		"a text":                  {`"ping"`, mcp.INVALID_REQUEST, "the message is not a JSON object"},
		"a long method":           {`{"method":"` + long + `"}`, mcp.METHOD_NOT_FOUND, "unknown method: its name is 1048576 bytes long"},
		"a long name":             {`{"method":"tools/call","params":{"name":"` + long + `"}}`, mcp.INVALID_PARAMS, "unknown name: it is 1048576 bytes long"},
		"a long protocol version": {`{"params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"` + long + `"}}}`, mcp.INVALID_PARAMS, "unknown protocol version: it is 1048576 bytes long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, refused := open([]byte(c.message))
			if refused == nil || refused.code != c.code || refused.text != c.text || refused.status != http.StatusBadRequest {
				t.Errorf("refused %+v, want %d %s", refused, c.code, c.text)
			}
		})
	}
}

func TestWhatOnlyLooksLikeACallIsNone(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]bool{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call"}`:              true,
		`{"jsonrpc":"2.0","id":"a","method":"tools/call","params":7}`: true, // mcp-go refuses the params
		`{"jsonrpc":"1.0","id":1,"method":"tools/call"}`:              false,
		`{"jsonrpc":"2.0","id":null,"method":"tools/call"}`:           false,
		`{"jsonrpc":"2.0","method":"tools/call"}`:                     false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","result":{}}`:  false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","error":{}}`:   false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`:              false,
	} {
		got, refused := open([]byte(message))
		if refused != nil || got.isCall() != want {
			t.Errorf("%s is a call: %t, refused %v", message, got.isCall(), refused)
		}
	}
}

// A client that listens takes a place for as long as it does.
func TestListeningTakesAPlace(t *testing.T) {
	t.Parallel()
	listening, stop := make(chan struct{}, 2), make(chan struct{})
	e := entranceTo(t, func(http.ResponseWriter, *http.Request) {
		listening <- struct{}{}
		<-stop
	}, HTTPOptions{MaxSessionCalls: 1})
	const listen = `{"jsonrpc":"2.0","id":7,"method":"subscriptions/listen"}`
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.ServeHTTP(httptest.NewRecorder(), postTo(listen))
	}()
	<-listening
	recorder := httptest.NewRecorder()
	e.ServeHTTP(recorder, postTo(listen))
	if recorder.Code != http.StatusTooManyRequests || recorder.Header().Get("Retry-After") == "" || !strings.Contains(recorder.Body.String(), `"id":7`) {
		t.Errorf("status %d: %s", recorder.Code, recorder.Body)
	}
	close(stop)
	<-ended
	recorder = httptest.NewRecorder()
	if e.ServeHTTP(recorder, postTo(listen)); recorder.Code != http.StatusOK {
		t.Errorf("after the first has gone: status %d: %s", recorder.Code, recorder.Body)
	}
}
