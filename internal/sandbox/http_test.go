package sandbox_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{Key: "right"})
	for name, test := range map[string]struct{ header, code string }{
		"no header":    {"", "authentication_required"},
		"empty bearer": {"Bearer ", "authentication_required"},
		"basic":        {"Basic right", "authentication_required"},
		"wrong key":    {"Bearer wrong", "invalid_api_key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.request("GET", "/v2/agents", nil)
			r.Header.Set("Authorization", test.header)
			status, body := w.send(r)
			if status != 401 || !strings.Contains(string(body), `"code":"`+test.code+`"`) || !strings.Contains(string(body), `"message":`) {
				t.Errorf("status = %d, want 401 with code %s and a message: %s", status, test.code, body)
			}
		})
	}
	r := w.request("GET", "/v2/agents", nil)
	r.Header.Set("Authorization", "Bearer right")
	if status, body := w.send(r); status != 200 {
		t.Errorf("right key: status = %d, want 200: %s", status, body)
	}
}

func TestUnknownRoutesAreNotJSON(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	for _, path := range []string{"/", "/v2/agents/", "/v2/agents/helper/", "/v3/agents", "/v2/agents/helper/card"} {
		response, err := w.http.Do(w.request("GET", path, nil))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := response.Header.Get("Content-Type"); response.StatusCode != 404 || strings.Contains(got, "json") {
			t.Errorf("%s: status = %d with content type %q, want 404 without JSON", path, response.StatusCode, got)
		}
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	for name, test := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"empty":     {"", 400, "body: is not JSON: it is empty"},
		"not JSON":  {"key=helper", 400, "body: is not JSON: character 1 is wrong"},
		"two":       {"{} {}", 400, "body: is not JSON: there is more after its end"},
		"array":     {"[]", 400, "body: must be an object, got an array"},
		"too large": {`{"key":"` + strings.Repeat("a", 8<<20) + `"}`, 413, "body: is larger than 8388608 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.request("POST", "/v2/agents", nil)
			with, err := http.NewRequestWithContext(t.Context(), "POST", r.URL.String(), strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			with.Header = r.Header
			status, body := w.send(with)
			if status != test.status || !strings.Contains(string(body), test.want) {
				t.Errorf("status = %d, want %d with a message that contains %q: %s", status, test.status, test.want, body)
			}
		})
	}
}

func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	address := strings.TrimPrefix(open(t, sandbox.Options{}).url, "http://")
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	fmt.Fprintf(connection, "POST /v2/agents HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer key\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{", address)
	_ = connection.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(connection)
	if want := "body: cannot be read: the connection ended early"; err != nil || !strings.Contains(string(answer), want) {
		t.Errorf("answer = %q with error %v, want %q", answer, err, want)
	}
}

func TestLogHoldsALineForEachRequestAndNoSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := open(t, sandbox.Options{Key: "key", Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: dropTimes}))})
	w.create("helper", object{"instructions": "hush-1"})
	w.refused(404, "GET", "/v2/agents/ghost%0Aline?limit=5", nil)
	w.refused(400, "PATCH", "/v2/agents/helper", object{"role": "", "instructions": "hush-2"})
	r := w.request("GET", "/v2/agents", nil)
	r.Header.Set("Authorization", "Bearer hush-3")
	w.send(r)
	w.close()
	want := `level=INFO msg=request method=POST path=/v2/agents status=201 agent=helper
level=INFO msg=request method=GET path=/v2/agents/ghost%0Aline status=404 error="there is no agent \"ghost\\nline\""
level=INFO msg=request method=PATCH path=/v2/agents/helper status=400 error="role: must not be empty"
level=INFO msg=request method=GET path=/v2/agents status=401 error="the API key is not valid"
`
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

// dropTimes removes the attributes that differ each time.
func dropTimes(_ []string, attr slog.Attr) slog.Attr {
	if attr.Key == slog.TimeKey || attr.Key == "duration" {
		return slog.Attr{}
	}
	return attr
}
