package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// panickingTransport panics with each request.
type panickingTransport struct{}

func (panickingTransport) RoundTrip(*http.Request) (*http.Response, error) {
	panic("sk-secret of the request")
}

func TestPanicInToolIsHiddenFromCaller(t *testing.T) {
	t.Parallel()
	for tool, arguments := range map[string]string{"get_agent": `{"key": "k"}`, "invoke_agent": `{"key": "k", "message": "m", "mode": "stream"}`} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			s, log := newServer(t, "http://orq.test", panickingTransport{})
			ctx := withFrameWriter(t.Context(), &recordingConnection{})
			var request mcp.CallToolRequest
			if err := json.Unmarshal([]byte(callMessage(1, tool, arguments, "7")), &request); err != nil {
				t.Fatal(err)
			}
			got, err := handlerOf(t, s, tool)(ctx, request)
			if err != nil || !got.IsError {
				t.Fatalf("result %v, error %v; want an error result", got, err)
			}
			const want = "The tool failed by a fault of this server; its log says more. Look at what it has done before you call again."
			if text, _ := got.Content[0].(mcp.TextContent); text.Text != want {
				t.Errorf("text = %q, want %q", text.Text, want)
			}
			for _, part := range []string{`"level":"ERROR"`, `"tool":"` + tool + `"`, "sk-secret of the request", "server_test.go", `"error":true`} {
				if !strings.Contains(log.String(), part) {
					t.Errorf("the log lacks %s:\n%s", part, log)
				}
			}
		})
	}
}

// handlerOf returns the handler that mcp-go calls for a tool.
func handlerOf(t testing.TB, s *Server, name string) mcpserver.ToolHandlerFunc {
	t.Helper()
	list, err := tools.All(tools.Selection{Names: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	return s.wrapCall(s.handler(list[0]))
}

func TestServerSurvivesPanic(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", panickingTransport{})
	ts := serveTCP(t, s)
	session := ts.openSession(t)
	for range 2 {
		failed, err := ts.post(t.Context(), session, callMessage(1, "get_agent", `{"key": "k"}`, "7"))
		if err != nil || !strings.Contains(failed.body, `"isError":true`) || strings.Contains(failed.body, "sk-secret") {
			t.Errorf("call: body %q, error %v; want an error result without the panic's text", failed.body, err)
		}
		ping, err := ts.post(t.Context(), session, `{"jsonrpc":"2.0","id":2,"method":"ping"}`)
		if err != nil || ping.status != http.StatusOK {
			t.Errorf("ping: status %d, body %q, error %v; want %d", ping.status, ping.body, err, http.StatusOK)
		}
	}
}

func TestWaitLine(t *testing.T) {
	t.Parallel()
	for want, wait := range map[string]orq.Wait{
		"rate limited, next try in 12.0 s":               {Cause: &orq.APIError{Status: 429}, For: 12 * time.Second},
		"orq.ai answered 503, next try in 0.3 s":         {Cause: fmt.Errorf("get: %w", &orq.APIError{Status: 503}), For: 260 * time.Millisecond},
		"orq.ai cannot be reached, next try in 0.0 s":    {Cause: errors.New("connection refused"), For: time.Millisecond},
		"orq.ai cannot be reached, next try in 3600.0 s": {Cause: errors.New("connection refused"), For: time.Hour},
	} {
		if got := waitLine(wait); got != want {
			t.Errorf("waitLine(%v) = %q, want %q", wait, got, want)
		}
	}
}

func TestInstructionsAreTwoSentencesAboutEveryTool(t *testing.T) {
	t.Parallel()
	all, err := tools.Select(tools.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range all {
		if !strings.Contains(instructions, tool.Name) {
			t.Errorf("the instructions do not mention %s", tool.Name)
		}
	}
	if n := strings.Count(instructions+" ", ". "); n != 2 {
		t.Errorf("%d sentences, want 2", n)
	}
}
