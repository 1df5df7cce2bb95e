package a2a

import (
	"encoding/json"
	"io"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	at, err := url.Parse("https://far.example/v1?key=k")
	if err != nil {
		t.Fatal(err)
	}
	faces := map[string]endpoint{
		"0.3":       {Interface: Interface{JSONRPC, "0.3.0"}, at: at, tenant: "t"},
		"1.0":       {Interface: Interface{JSONRPC, "1.0"}, at: at, tenant: "t"},
		"1.0 HTTP":  {Interface: Interface{HTTPJSON, "1.0"}, at: at, tenant: "t"},
		"no tenant": {Interface: Interface{HTTPJSON, "1"}, at: at},
	}
	for name, want := range map[string]map[operation]string{
		"0.3": {
			opTask:   ` POST https://far.example/v1?key=k {"id":"1","jsonrpc":"2.0","method":"tasks/get","params":{"id":"a b/c"}}`,
			opCancel: ` POST https://far.example/v1?key=k {"id":"1","jsonrpc":"2.0","method":"tasks/cancel","params":{"id":"a b/c"}}`,
		},
		"1.0": {
			opTask:   `1.0 POST https://far.example/v1?key=k {"id":"1","jsonrpc":"2.0","method":"GetTask","params":{"id":"a b/c","tenant":"t"}}`,
			opCancel: `1.0 POST https://far.example/v1?key=k {"id":"1","jsonrpc":"2.0","method":"CancelTask","params":{"id":"a b/c","tenant":"t"}}`,
		},
		"1.0 HTTP": {
			opTask:   `1.0 GET https://far.example/v1/t/tasks/a%20b%2Fc?key=k `,
			opCancel: `1.0 POST https://far.example/v1/t/tasks/a%20b%2Fc:cancel?key=k {}`,
			opStream: `1.0 POST https://far.example/v1/t/message:stream?key=k {}`,
		},
		"no tenant": {opSend: `1.0 POST https://far.example/v1/message:send?key=k {}`},
	} {
		for op, want := range want {
			id := ""
			if op == opTask || op == opCancel {
				id = "a b/c"
			}
			request, err := faces[name].newRequest(t.Context(), op, id, map[string]any{})
			if err != nil {
				t.Fatal(err)
			}
			var body []byte
			if request.Body != nil {
				if body, err = io.ReadAll(request.Body); err != nil {
					t.Fatal(err)
				}
			}
			got := request.Header.Get("A2A-Version") + " " + request.Method + " " + request.URL.String() + " " + string(body)
			if got != want {
				t.Errorf("%s: request = %s, want %s", name, got, want)
			}
		}
	}
}

func TestMessagesOfA2A10(t *testing.T) {
	t.Parallel()
	var from orq.Message
	if err := json.Unmarshal([]byte(`{"kind":"message","messageId":"m","role":"user","taskId":"t","contextId":"c","metadata":{"k":1},"parts":[
		{"kind":"text","text":"hi","metadata":{"n":2}},
		{"kind":"file","file":{"uri":"https://far.example/x","mimeType":"text/csv","name":"x.csv"}},
		{"kind":"file","file":{"bytes":"aGk="}},
		{"kind":"data","data":{"stops":3}},
		{"kind":"tool_result","tool_call_id":"1","result":{}}]}`), &from); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(toCurrent(from))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"contextId":"c","messageId":"m","metadata":{"k":1},"parts":[{"metadata":{"n":2},"text":"hi"},` +
		`{"filename":"x.csv","mediaType":"text/csv","url":"https://far.example/x"},{"raw":"aGk="},{"data":{"stops":3}}],"role":"ROLE_USER","taskId":"t"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}
