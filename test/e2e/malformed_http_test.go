package e2e_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// unreadable returns messages that cannot be parsed, as HTTP bodies or lines on stdin.
func unreadable() map[string]string {
	const deep = 100_000
	return map[string]string{
		"half a message":          `{"jsonrpc": "2.0", "id": 1, "method": "pi`,
		"no JSON":                 `hello`,
		"a string":                `"hello"`,
		"a number":                `42`,
		"null":                    `null`,
		"an empty batch":          `[]`,
		"a batch":                 `[{"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "id": 2, "method": "ping"}]`,
		"two messages":            `{"jsonrpc": "2.0", "id": 1, "method": "ping"}{"jsonrpc": "2.0", "id": 2, "method": "ping"}`,
		"brackets without an end": strings.Repeat("[", deep),
		"nested lists":            strings.Repeat("[", deep) + strings.Repeat("]", deep),
		"nested arguments": `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_agents", "arguments": {"search": ` +
			strings.Repeat("[", deep) + strings.Repeat("]", deep) + `}}}`,
		"nested objects": `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ` + strings.Repeat(`{"a":`, deep) + `1` +
			strings.Repeat("}", deep) + `}`,
		"invalid UTF-8":         "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\", \"params\": {\"_meta\": {\"x\": \"\xff\xfe\"}}}",
		"invalid UTF-8 outside": "\xff\xfe{}",
		"NUL bytes":             "\x00\x00\x00\x00",
		"a method of no type":   `{"jsonrpc": "2.0", "id": 1, "method": 7}`,
	}
}

// invalidMessages returns messages that can be parsed, but violate the protocol.
func invalidMessages() map[string]string {
	return map[string]string{
		"another version":   `{"jsonrpc": "1.0", "id": 1, "method": "ping"}`,
		"no version":        `{"id": 1, "method": "ping"}`,
		"an unknown call":   `{"jsonrpc": "2.0", "id": 1, "method": "no/such"}`,
		"params of a list":  `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ["list_agents"]}`,
		"params of a text":  `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": "list_agents"}`,
		"a tool of no name": `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}`,
		"a name of no type": `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 7}}`,
	}
}

// hasReadableID reports whether the id of the named unreadable message can be parsed.
func hasReadableID(name string) bool {
	switch name {
	case "nested arguments", "nested objects", "invalid UTF-8", "a method of no type":
		return true
	}
	return false
}

func TestAMessageThatCannotBeReadIsRefusedOverHTTP(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	session := openSession(t, srv)
	messages := unreadable()
	messages["nothing"] = ""
	messages["white space"] = " \r\n\t "
	for name, body := range messages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := doHTTP(t, http.MethodPost, srv.url, body, session...)
			if r.status != http.StatusBadRequest {
				t.Errorf("status = %d, want 400; body %.300s", r.status, r.body)
			}
			if len(r.body) > 1000 {
				t.Errorf("body has %d bytes, want at most 1000", len(r.body))
			}
			refused, err := parseErrorResponse([]byte(r.body), "null")
			if err != nil && hasReadableID(name) {
				refused, err = parseErrorResponse([]byte(r.body), "1")
			}
			if err != nil || refused.Code != -32700 && refused.Code != -32600 {
				t.Errorf("body = %.300q, %v, want the error -32700 or -32600", r.body, err)
			}
			if r := doHTTP(t, http.MethodPost, srv.url, pingMessage, session...); r.status != http.StatusOK {
				t.Errorf("ping after it: status = %d, want 200; body %s", r.status, r.body)
			}
		})
	}
}

func TestAnIrregularMessageIsRefusedOverHTTP(t *testing.T) {
	t.Parallel()
	postEach(t, invalidMessages(), func(t *testing.T, _ string, r reply) { r.errorResponse(t, "1") })
}

// postEach posts each message to one server, checks that the status is 200 or 400, and calls check with the reply.
func postEach(t *testing.T, messages map[string]string, check func(t *testing.T, name string, r reply)) {
	t.Helper()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	session := openSession(t, srv)
	for name, body := range messages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := doHTTP(t, http.MethodPost, srv.url, body, session...)
			if r.status != http.StatusOK && r.status != http.StatusBadRequest {
				t.Errorf("status = %d, want 200 or 400; body %.300s", r.status, r.body)
			}
			check(t, name, r)
		})
	}
}

// hugeNumbers returns calls with numbers that no Go type can hold. As an id, such a number is as good as any.
func hugeNumbers() map[string]string {
	digits := strings.Repeat("9", 400)
	return map[string]string{
		"as an argument":  `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_agents", "arguments": {"limit": ` + digits + `}}}`,
		"as an exponent":  `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_agents", "arguments": {"limit": 1e400}}}`,
		"as a fraction":   `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_agents", "arguments": {"limit": 0.` + digits + `}}}`,
		"as a huge power": `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_agents", "arguments": {"limit": 1e999999999}}}`,
		"as a text":       `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_agents", "arguments": {"limit": "1e999999999"}}}`,
	}
}

// checkIsError checks that an answer is a JSON-RPC error or an error result.
func checkIsError(t *testing.T, name, answer string) {
	t.Helper()
	message := decode[struct {
		Error  *rpcError
		Result *toolResult
	}](t, []byte(answer))
	if message.Error == nil && (message.Result == nil || !message.Result.IsError) {
		t.Errorf("%s: answer = %.300s, want an error", name, answer)
	}
	if len(answer) > 2000 {
		t.Errorf("%s: answer has %d bytes, want at most 2000", name, len(answer))
	}
}

func TestANumberOfAnySizeIsRefusedOverHTTP(t *testing.T) {
	t.Parallel()
	postEach(t, hugeNumbers(), func(t *testing.T, name string, r reply) { checkIsError(t, name, r.body) })
}

func TestALongToolNameIsNotEchoed(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c := open(t, kind, setup{base: "http://127.0.0.1:9"})
		response := c.beginWithoutProgress(strings.Repeat("x", 1<<20), object{}).next()
		if response.Error == nil || response.Error.Code != -32602 {
			t.Fatalf("error = %+v, want -32602", response.Error)
		}
		if n := len(response.Error.Message); n > 1000 {
			t.Errorf("error has %d bytes, want at most 1000: %.100s", n, response.Error.Message)
		}
		c.ping()
	})
}

func TestTheTypeOfABodyIsChecked(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	session := openSession(t, srv)
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json-patch+json", ";;"} {
		r := doHTTP(t, http.MethodPost, srv.url, pingMessage, append([]string{"Content-Type", media}, session...)...)
		if r.status != http.StatusUnsupportedMediaType && r.status != http.StatusBadRequest {
			t.Errorf("Content-Type %q: status = %d, want 415 or 400; body %s", media, r.status, r.body)
		}
	}
	if r := doHTTP(t, http.MethodPost, srv.url, pingMessage, append([]string{"Content-Type", "application/json; charset=utf-8"}, session...)...); r.status != http.StatusOK {
		t.Errorf("JSON with a charset: status = %d, want 200; body %s", r.status, r.body)
	}
}

func TestRequestsNeedASession(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	call := `{"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {"name": "list_agents", "arguments": {}}}`
	for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodDelete} {
		for session, want := range map[string]int{
			"": http.StatusBadRequest, "mcp-session-00000000-0000-4000-8000-000000000000": http.StatusNotFound, "x": http.StatusNotFound,
			strings.Repeat("x", 10_000): http.StatusNotFound,
		} {
			for _, body := range []string{pingMessage, call} {
				r := doHTTP(t, method, srv.url, body, "Mcp-Session-Id", session, "Mcp-Protocol-Version", current)
				if r.status != want {
					t.Errorf("%s in session %.50q: status = %d, want %d; body %.300s", method, session, r.status, want, r.body)
				}
			}
		}
	}
}

// endless is a request body that never ends. It counts the bytes that have been read.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// TestABodyThatIsTooLargeIsNotReadToItsEnd sends a body that never ends, with a Content-Length and in chunks.
func TestABodyThatIsTooLargeIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	address := strings.TrimSuffix(strings.TrimPrefix(srv.url, "http://"), "/mcp")
	for name, length := range map[string]string{"with Content-Length": "Content-Length: 1099511627776", "chunked": "Transfer-Encoding: chunked"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := (&net.Dialer{Timeout: waitTimeout}).DialContext(t.Context(), "tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			if err := conn.SetDeadline(time.Now().Add(waitTimeout)); err != nil {
				t.Fatal(err)
			}
			body, sent := &endless{}, make(chan struct{})
			go func() {
				defer close(sent)
				_, _ = fmt.Fprintf(conn, "POST /mcp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s\r\n\r\n", address, length)
				if strings.HasPrefix(length, "Transfer") {
					_, _ = io.WriteString(conn, "ffffffffff\r\n")
				}
				_, _ = io.Copy(conn, body)
			}()
			defer func() {
				conn.Close()
				<-sent
			}()
			reader := bufio.NewReader(conn)
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !response.Close {
				t.Error("the response lacks Connection: close")
			}
			r := read(t, response)
			if refused := r.errorResponse(t, "null"); r.status != http.StatusRequestEntityTooLarge || !strings.Contains(refused.Message, "--max-body") {
				t.Errorf("response = %d %s, want 413 and an error that names --max-body", r.status, r.body)
			}
			// The connection must end here, with or without an error.
			if rest, _ := io.ReadAll(reader); len(rest) > 0 {
				t.Errorf("data after the response = %.300q, want none", rest)
			}
			<-sent
			// Some of it is in the buffers of the two sockets.
			if n := body.read.Load(); n > 64<<20 {
				t.Errorf("%d MB were sent, want at most 64 MB", n>>20)
			}
		})
	}
}
