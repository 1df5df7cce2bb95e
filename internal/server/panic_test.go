package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// panicking is a transport that panics.
type panicking struct{}

func (panicking) RoundTrip(*http.Request) (*http.Response, error) { panic("sk-secret of the request") }

func TestAPanicInAToolIsAnErrorThatSaysNothingOfIt(t *testing.T) {
	t.Parallel()
	for tool, arguments := range map[string]string{"get_agent": `{"key": "k"}`, "invoke_agent": `{"key": "k", "message": "m", "mode": "stream"}`} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			s, log := newServer(t, "http://orq.test", panicking{})
			ctx := withFrameWriter(t.Context(), &frames{})
			var request mcp.CallToolRequest
			if err := json.Unmarshal([]byte(callOf(1, tool, arguments, "7")), &request); err != nil {
				t.Fatal(err)
			}
			got, err := handlerOf(t, s, tool)(ctx, request)
			if err != nil || !got.IsError {
				t.Fatalf("result %v, error %v; want an error result", got, err)
			}
			const want = "The tool failed by a fault of this server; its log says more. Look at what it has done before you call again."
			if text, _ := got.Content[0].(mcp.TextContent); text.Text != want {
				t.Errorf("answered %q, want %q", text.Text, want)
			}
			for _, part := range []string{`"level":"ERROR"`, `"tool":"` + tool + `"`, "sk-secret of the request", "panic_test.go", `"error":true`} {
				if !strings.Contains(log.String(), part) {
					t.Errorf("the log lacks %s:\n%s", part, log)
				}
			}
		})
	}
}

// handlerOf is what mcp-go calls for a tool.
func handlerOf(t testing.TB, s *Server, name string) mcpserver.ToolHandlerFunc {
	t.Helper()
	list, err := tools.All(tools.Selection{Names: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	return s.attend(s.handler(list[0]))
}

func TestTheServerGoesOnAfterAPanic(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", panicking{})
	r := serveHTTP(t, s)
	session := r.begin(t)
	for range 2 {
		failed, err := r.post(t.Context(), session, callOf(1, "get_agent", `{"key": "k"}`, "7"))
		if err != nil || !strings.Contains(failed.body, `"isError":true`) || strings.Contains(failed.body, "sk-secret") {
			t.Errorf("the call was answered %q, %v", failed.body, err)
		}
		pinged, err := r.post(t.Context(), session, `{"jsonrpc":"2.0","id":2,"method":"ping"}`)
		if err != nil || pinged.status != http.StatusOK {
			t.Errorf("a ping was answered %d %q, %v", pinged.status, pinged.body, err)
		}
	}
}
