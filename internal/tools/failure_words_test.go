package tools

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// todaysCalls are the calls of today's API, and those of the look-ups. Together with failingCalls they use every operation.
func todaysCalls() []failingCall {
	const (
		key   = `"key": "support"`
		run   = `{"key": "support", "role": "R", "description": "d", "instructions": "i", "model": "m", "message": "Hello", "mode": "background"}`
		agent = "/v2/agents/support"
		start = "/v3/router/responses"
		far   = "/v2/agents/external"
	)
	calls := []failingCall{
		{tool: "invoke_agent", arguments: `{` + key + `, "message": "Hello", "mode": "stream"}`, method: "POST", path: start},
		{tool: "invoke_agent", arguments: `{` + key + `, "message": "Hello", "mode": "background"}`, method: "POST", path: start},
		{tool: "invoke_agent", arguments: `{` + key + `, "message": "Hello", "task_id": "resp_1"}`, method: "POST", path: start},
		{tool: "get_agent_response", arguments: `{` + key + `, "task_id": "resp_1"}`, method: "GET", path: start + "/resp_1"},
		{tool: "run_agent", arguments: run, method: "GET", path: agent},
		{tool: "run_agent", arguments: run, method: "PATCH", path: agent},
		{tool: "run_agent", arguments: run, method: "POST", path: start},
		{tool: "register_a2a_agent", arguments: `{` + key + `, "display_name": "S", "description": "d", "agent_url": "https://a.example"}`, method: "POST", path: far},
		{tool: "refresh_agent_card", arguments: `{` + key + `}`, method: "POST", path: far + "/support:refreshCard"},
		{tool: "update_agent", arguments: `{"key": "far", "description": "d"}`, method: "PATCH", path: far + "/far"},
		{tool: "list_agents", arguments: `{"type": "a2a"}`, method: "GET", path: far},
	}
	for kind, path := range map[string]string{
		"tools": "/v2/tools", "skills": "/v2/skills", "knowledge_bases": "/v2/knowledge", "memory_stores": "/v2/memory-stores", "evaluators": "/v2/evaluators",
		"projects": "/v2/projects", "file_systems": "/v2/file-systems", "mcp_servers": "/v2/mcp-servers",
	} {
		calls = append(calls, failingCall{tool: "list_building_blocks", arguments: `{"kind": "` + kind + `"}`, method: "GET", path: path})
	}
	for i := range calls {
		calls[i].name = calls[i].tool + " by " + calls[i].method + " " + calls[i].path
	}
	return calls
}

// failIn makes a call of one generation whose request transport answers. The agent support exists, and so does the external
// agent far.
func failIn(t *testing.T, api orq.API, call failingCall, transport http.RoundTripper) (text string, isError bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		others := handlerTransport{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/v2/agents":
				if r.Method == http.MethodPost {
					answer(w, http.StatusOK, agentJSON(t, nil))
					return
				}
				answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": []}`)
			case "/v2/agents/external/far":
				answer(w, http.StatusOK, `{"agent": {"agent_id": "1", "key": "far", "display_name": "F", "description": "d", "agent_url": "https://a.example"}}`)
			case "/v2/agents/far":
				answer(w, http.StatusNotFound, `{"message": "Agent not found"}`)
			case "/v2/agents/support":
				answer(w, http.StatusOK, agentJSON(t, nil))
			default:
				http.NotFound(w, r)
			}
		})}
		client, err := orq.New(orq.Options{BaseURL: "https://my.orq.test", APIKey: apiKey, API: api, Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			if r.Method == call.method && r.URL.Path == call.path {
				return transport.RoundTrip(r)
			}
			return others.RoundTrip(r)
		})})
		if err != nil {
			t.Fatal(err)
		}
		s := service{call: Call{Orq: client}}
		result := s.use(t, call.tool, call.arguments)
		text, isError = textOf(t, result), result.IsError
	})
	return text, isError
}

// internals are what no text for a caller may hold: errors and types of Go, and addresses of this machine.
var internals = regexp.MustCompile(`dial |EOF|json:|x509|tls:|http2?:|net/http|Go value|i/o timeout|deadline|context canceled|read tcp|write tcp|broken pipe|connection reset by peer|no such host|lookup |syscall|127\.0\.0\.1|\[::1\]|:54321|->|0x[0-9a-f]|\*?\b(orq|relay|tools|schema|url|net|errors|map)[.\[][A-Z]|%!|goroutine|<nil>|unexpected end`)

// checkWords checks what every error text is: it names the agent and holds nothing of this program's inside.
func checkWords(t *testing.T, call failingCall, text string) {
	t.Helper()
	if found := internals.FindString(text); found != "" {
		t.Errorf("%s: text holds %q: %s", call.name, found, text)
	}
	if key := keyOf(call.arguments); key != "" && !strings.Contains(text, key) {
		t.Errorf("%s: text does not name the agent %s: %s", call.name, key, text)
	}
	if !strings.HasSuffix(text, ".") || strings.Contains(text, "..") || strings.Contains(text, ": .") || strings.ContainsAny(text, "\n\t") || len(text) > 700 {
		t.Errorf("%s: text is not a few whole sentences on one line: %q", call.name, text)
	}
}

// errorBodies are bodies of error responses, and whether they hold words.
func errorBodies() map[string]bool {
	return map[string]bool{
		`{"message": "it is wrong"}`: true, `{"error": {"code": "bad", "message": "it is wrong"}}`: true, `{"error": "it is wrong"}`: true,
		`{"message": ["it is wrong"], "error": "Bad Request"}`: true, `{"detail": [{"loc": ["body"], "msg": "it is wrong"}]}`: true,
		`{"success": false, "error": {"name": "ZodError", "issues": [{"path": ["key"], "message": "it is wrong"}]}}`: true,
		`it is wrong`: true,
		``:            false, `{}`: false, `null`: false, `[]`: false, `{"statusCode": 400}`: false, `<html><body>it is wrong</body></html>`: false,
	}
}

func TestEveryRefusalOfEveryOperationIsInWords(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 400, 401, 402, 403, 404, 407, 409, 410, 413, 418, 422, 429, 500, 502, 503, 504} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			for body, worded := range errorBodies() {
				if !slices.Contains([]int{400, 404}, status) && body != "" && !strings.HasPrefix(body, "it") && !strings.HasPrefix(body, "<") {
					continue // these classes do not depend on the form of the body
				}
				transport := handlerTransport{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, status, body) })}
				for api, calls := range map[orq.API][]failingCall{orq.APIAgents: failingCalls(), orq.APIResponses: todaysCalls()} {
					for _, call := range calls {
						text, isError := failIn(t, api, call, transport)
						if !isError && call.path == "/v2/agents/external" && call.method == http.MethodGet && slices.Contains([]int{404, 410}, status) {
							continue // a server without external agents
						}
						if !isError {
							t.Errorf("%s: %s is a success, want an error", call.name, text)
						}
						checkWords(t, call, text)
						if !strings.Contains(text, strconv.Itoa(status)) {
							t.Errorf("%s: text does not name the status: %s", call.name, text)
						}
						if correct := strings.Contains(text, "Correct what it names"); correct != (worded && (status == 400 || status == 422)) {
							t.Errorf("%s: body %s: text asks for a correction: %t: %s", call.name, body, correct, text)
						}
					}
				}
			}
		})
	}
}

func TestEveryBrokenConnectionOfEveryOperationIsInWords(t *testing.T) {
	t.Parallel()
	address := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 54321}
	during := func(op string, err error) error {
		return &net.OpError{Op: op, Net: "tcp", Source: address, Addr: address, Err: os.NewSyscallError(op, err)}
	}
	for name, err := range map[string]error{
		"refused":     during("dial", syscall.ECONNREFUSED),
		"reset":       during("read", syscall.ECONNRESET),
		"broken pipe": during("write", syscall.EPIPE),
		"no route":    during("dial", syscall.EHOSTUNREACH),
		"timeout":     during("read", os.ErrDeadlineExceeded),
		"no host":     &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "my.orq.test", Server: "127.0.0.1:53", IsNotFound: true}},
		"no trust":    &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
		"no TLS":      tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"},
		"a proxy":     &net.OpError{Op: "proxyconnect", Net: "tcp", Err: during("dial", syscall.ECONNREFUSED)},
		"closed":      io.EOF,
		"cut":         io.ErrUnexpectedEOF,
		"lost":        errors.New("http2: client connection lost"),
		"stream":      errors.New("stream error: stream ID 3; INTERNAL_ERROR; received from peer"),
		"given up":    context.DeadlineExceeded,
		"not HTTP":    errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x00\x00"`),
		"unknown":     errors.New("http: putIdleConn: connection is in bad state"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failing := map[string]http.RoundTripper{
				"before the answer": transportFunc(func(*http.Request) (*http.Response, error) {
					return nil, &url.Error{Op: "Post", URL: "https://my.orq.test/v2?key=1", Err: err}
				}),
				"within the answer": transportFunc(func(r *http.Request) (*http.Response, error) { return brokenAnswer(r, err), nil }),
			}
			for moment, transport := range failing {
				for api, calls := range map[orq.API][]failingCall{orq.APIAgents: failingCalls(), orq.APIResponses: todaysCalls()} {
					for _, call := range calls {
						text, isError := failIn(t, api, call, transport)
						if !isError && call.tool != "delete_agent" { // whose answer is not needed
							t.Errorf("%s, %s: %s is a success, want an error", call.name, moment, text)
						}
						if isError {
							checkWords(t, call, text)
						}
					}
				}
			}
		})
	}
}

// brokenAnswer is a response whose body fails with err.
func brokenAnswer(r *http.Request, err error) *http.Response {
	media := "application/json"
	if strings.Contains(r.Header.Get("Accept"), "event-stream") {
		media = "text/event-stream"
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {media}}, ContentLength: -1,
		Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"`), errorReader{err})),
	}
}

// errorReader fails.
type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, fmt.Errorf("read: %w", r.err) }
