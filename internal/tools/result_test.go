package tools

import (
	"encoding/json"
	"strings"
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

// FuzzAppendString checks that strings are encoded as encoding/json does it.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{
		"", "plain", "a\nb\tc\rd\be\ff", `"quoted" \ back`, "<b>&</b>", "\x00\x01\x1f\x7f\x80", "é 日本 \U0001F600", "\u2028\u2029\u2027", "\xe2\x80", "\xff\xfe",
		"\ufffd", strings.Repeat("x", 100) + "\n", strings.Repeat("ü", 9),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendString([]byte("b"), text); string(got) != "b"+string(want) {
			t.Errorf("appendString(%q) = %s, want b%s", text, got, want)
		}
	})
}
