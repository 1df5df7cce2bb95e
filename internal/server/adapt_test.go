package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

func TestMessagesThatNeedNothingAreUnchanged(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		`{"jsonrpc":"2.0", "id":1, "method":"ping"}`,
		`{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"n","arguments":{"x":1e30,"y":"e"},"_meta":{"progressToken":7}}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","arguments":{"tools":[]}}}`,
		`{"jsonrpc":"2.0","id":1,"result":{"action":"accept","content":[]}}`,
		`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}`,
	} {
		hidden := newHiddenJSON()
		_, got, rejected := hidden.adapt([]byte(message))
		if rejected != nil || string(got) != message || hidden.used.Load() {
			t.Errorf("adapt() = %s, rejected %v, used %t; want %s unchanged", got, rejected, hidden.used.Load(), message)
		}
	}
}

func TestEmptyListsStandForObjects(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct{ message, want string }{
		"params":    {`{"jsonrpc":"2.0","id":1,"method":"ping","params":[ ]}`, `{"id":1,"jsonrpc":"2.0","method":"ping","params":{}}`},
		"arguments": {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","arguments":[]}}`, `{"id":1,"jsonrpc":"2.0","method":"tools/call","params":{"arguments":{},"name":"n"}}`},
		"_meta":     {`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":[]}}`, `{"id":1,"jsonrpc":"2.0","method":"ping","params":{"_meta":{}}}`},
		"of a notification": {`{"jsonrpc":"2.0","id":null,"method":"notifications/initialized","params":[]}`,
			`{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}`},
		"capabilities": {`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":[]}}`, `{"id":1,"jsonrpc":"2.0","method":"initialize","params":{"capabilities":{}}}`},
		"in capabilities": {`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{"roots":[],"elicitation":{"form":[]},"experimental":{"x":{"y":[]}}}}}`,
			`{"id":1,"jsonrpc":"2.0","method":"initialize","params":{"capabilities":{"elicitation":{"form":{}},"experimental":{"x":{"y":[]}},"roots":{}}}}`},
		"in capabilities of a message": {`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{"elicitation":[]}}}}`,
			`{"id":1,"jsonrpc":"2.0","method":"ping","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}}}`},
		"forms": {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","inputResponses":{"q":{"action":"accept","content":[]},"r":{"content":{"chosen":[]}}}}}`,
			`{"id":1,"jsonrpc":"2.0","method":"tools/call","params":{"inputResponses":{"q":{"action":"accept","content":{}},"r":{"content":{"chosen":[]}}},"name":"n"}}`},
		"a member twice, the last counts": {`{"jsonrpc":"2.0","id":1,"id":2,"method":"ping","params":{"x":1},"params":[]}`,
			`{"id":2,"jsonrpc":"2.0","method":"ping","params":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got, rejected := newHiddenJSON().adapt([]byte(each.message))
			if rejected != nil {
				t.Fatal(rejected.text)
			}
			if diff := cmp.Diff(each.want, string(got)); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

// A PHP client sends [] for every empty object.
func TestPHPClientIsServed(t *testing.T) {
	t.Parallel()
	address, transport := startAPI(t, emptyAgentList)
	s, _ := newServer(t, address, transport)
	ts := serveTCP(t, s)
	hello, err := ts.post(t.Context(), "", strings.Replace(initialize, `{"elicitation":{}}`, `{"elicitation":[],"roots":[]}`, 1))
	if err != nil || hello.status != http.StatusOK {
		t.Fatal(hello, err)
	}
	for name, each := range map[string]struct{ message, want string }{
		"a ping":    {`{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}`, `"result":{}`},
		"the tools": {`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":[]}}`, `"name":"get_agent"`},
		"a call":    {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_agents","arguments":[],"_meta":[]}}`, `"agents":[]`},
	} {
		if got, err := ts.post(t.Context(), hello.session, each.message); err != nil || !strings.Contains(got.body, each.want) {
			t.Errorf("%s: %s, error %v, want %s", name, got.body, err, each.want)
		}
	}
	request, err := ts.newRequest(t.Context(), http.MethodPost, hello.session, callMessage(7, "delete_agent", `{"key":"k","confirm":"k"}`, ""))
	if err != nil {
		t.Fatal(err)
	}
	response, err := ts.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	event := make([]byte, 200)
	if n, _ := response.Body.Read(event); !strings.Contains(string(event[:n]), "requestedSchema") {
		t.Errorf("first event %s, want the question of a client with forms", event[:n])
	}
}

func TestNumberBeyondFloatIsNamed(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", http.DefaultTransport)
	ts := serveTCP(t, s)
	session := ts.openSession(t)
	digits := "1" + strings.Repeat("0", 309)
	for name, each := range map[string]struct{ params, want string }{
		"where an integer belongs": {`"name":"list_agents","arguments":{"limit":1e400}`, `limit: must be an integer, got the number 1e400.`},
		"in a free value":          {`"name":"invoke_agent","arguments":{"key":"k","message":"m","variables":{"a":[0,{"b":-1E+400}]}}`, `variables.a[1].b: is too large, got -1E+400.`},
		"of many digits":           {`"name":"invoke_agent","arguments":{"key":"k","message":"m","metadata":{"a":` + digits + `}}`, `metadata.a: is too large, got 1000`},
		"with an exponent besides": {`"name":"invoke_agent","arguments":{"key":"k","message":"m","metadata":{"a":` + digits[:250] + `e99}}`, `metadata.a: is too large, got 1000`},
		"beside other mistakes":    {`"name":"list_agents","arguments":{"limit":1e400,"searhc":"x"}`, `searhc: unknown; did you mean search?`},
		"in _meta":                 {`"name":"list_agents","_meta":{"a":{"b":[1,2,1e999]}}`, `"code":-32602,"message":"params._meta.a.b[2]: the number 1e999 is too large"`},
		"for the arguments":        {`"name":"list_agents","arguments":1e400`, `arguments must be an object, got the number 1e400.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ts.post(t.Context(), session, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{`+each.params+`}}`)
			if err != nil || !strings.Contains(got.body, each.want) || !strings.Contains(got.body, `"id":1`) {
				t.Errorf("%s, error %v, want %s with the id", got.body, err, each.want)
			}
		})
	}
}

func TestBeyondFloat(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"a":1e308,"b":1e-400,"c":"1e400","d":0.1e308,"e":"e12345"}`:   "",
		`[1,[2,{"a":"b","c":[]},{"x":{},"y":1e309}]]`:                   "[1][2].y 1e309",
		`{"a":{"b":"c"},"d":["e",{"f":[[1e400]]}]}`:                     ".d[1].f[0][0] 1e400",
		`{"` + strings.Repeat("é", 200) + `":1e400}`:                    "." + strings.Repeat("é", 48) + "… 1e400",
		strings.Repeat("[", 9000) + "1e400" + strings.Repeat("]", 9000): strings.Repeat("[0]", 32) + "[… 1e400",
	} {
		got := ""
		if path, number, found := beyondFloat(json.RawMessage(raw)); found {
			got = path + " " + number
		}
		if got != want {
			t.Errorf("beyondFloat(%.60s) = %q, want %q", raw, got, want)
		}
	}
}

// FuzzAdapt checks that what is passed on means what was sent: mcp-go must find the method and the ID of the envelope.
func FuzzAdapt(f *testing.F) {
	for _, id := range exactIDs() {
		f.Add([]byte(`{"jsonrpc":"2.0","id":` + id + `,"method":"tools/call","params":{"name":"n","arguments":[],"_meta":{"progressToken":` + id + `}}}`))
	}
	f.Add([]byte(`{"ID":1,"id":2.0,"METHOD":"ping","params":{"requestId":1e400}}`))
	f.Fuzz(func(t *testing.T, message []byte) {
		hidden := newHiddenJSON()
		e, adapted, rejected := hidden.adapt(message)
		if rejected != nil {
			if !json.Valid(rejected.encode()) {
				t.Errorf("refusal %s, want JSON", rejected.encode())
			}
			return
		}
		var seen struct {
			ID     json.RawMessage `json:"id"`
			Method mcp.MCPMethod   `json:"method"`
		}
		if err := json.Unmarshal(adapted, &seen); err != nil && e.Method != "" {
			t.Fatalf("adapted %s: %v", adapted, err)
		}
		if e.isRequest() && (string(hidden.restore(seen.ID)) != string(e.ID) || seen.Method != e.Method) {
			t.Errorf("adapted %s, want the id %s and the method %s", adapted, e.ID, e.Method)
		}
		if strings.Contains(string(adapted), "\n") && !strings.Contains(string(message), "\n") {
			t.Errorf("adapted %q, want one line", adapted)
		}
	})
}
