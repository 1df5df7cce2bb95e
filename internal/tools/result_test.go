package tools

import (
	"encoding/json"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
)

// checkEncoding requires that a result is encoded as mcp-go encodes it, also with the metadata of later protocols.
func checkEncoding(t *testing.T, result Result) {
	t.Helper()
	for _, decorated := range []struct {
		meta       string
		resultType mcp.ResultType
	}{
		{"", ""},
		{`{"io.modelcontextprotocol/serverInfo":{"name":"orq-mcp","version":"1 \u003c 2"}}`, mcp.ResultTypeComplete},
	} {
		want := *result.MCP()
		if want.ResultType == "" {
			want.ResultType = decorated.resultType
		}
		if decorated.meta != "" {
			want.Meta = new(mcp.Meta)
			if err := json.Unmarshal([]byte(decorated.meta), want.Meta); err != nil {
				t.Fatal(err)
			}
		}
		got := result.AppendJSON([]byte("before"), json.RawMessage(decorated.meta), decorated.resultType)
		if string(got) != "before"+encode(t, want) {
			t.Errorf("result is encoded as %s, want before%s", got, encode(t, want))
		}
	}
}

func TestResultIsEncodedAsByTheLibrary(t *testing.T) {
	t.Parallel()
	question := &mcp.CallToolResult{
		Result: mcp.Result{ResultType: mcp.ResultTypeInputRequired},
		MultiRoundTripResult: mcp.MultiRoundTripResult{
			InputRequests: mcp.InputRequests{"sure": mcp.NewElicitationInputRequest(mcp.ElicitationParams{Message: "Delete <it>?"})}, RequestState: "s",
		},
	}
	for name, result := range map[string]Result{
		"success":  {rendering: rendering{structured: `{"a":"\u003cb\u003e","n":9007199254740993}`, text: "a: <b>\nn: 1 & \"2\" \u2028"}},
		"no text":  {rendering: rendering{structured: `{}`}},
		"error":    NewErrorResult("It failed:\t<\\> \xff é 日本 \x00\x1f\x7f"),
		"question": {pending: question},
		"empty":    {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkEncoding(t, result)
		})
	}
}
