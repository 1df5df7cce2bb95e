package a2a_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// An agent that does not know the interface by which it is asked is asked by the next on its card, unless it has begun.
func TestOtherInterfacesOfTheCard(t *testing.T) {
	t.Parallel()
	const (
		current = `{"url":"http://far.example/one","protocolBinding":"JSONRPC","protocolVersion":"1.0"}`
		again   = `{"url":"http://far.example/one","protocolBinding":"JSONRPC","protocolVersion":"1.1"}`
		older   = `{"url":"http://far.example/old","protocolBinding":"JSONRPC","protocolVersion":"0.3"}`
		rest    = `{"url":"http://far.example/rest","protocolBinding":"HTTP+JSON","protocolVersion":"1.0"}`
		pong    = `{"result":{"kind":"message","messageId":"m","role":"agent","parts":[{"text":"pong"}]}}`
		version = `{"error":{"code":-32009,"message":"no such version"}}`
		reason  = `{"error":{"code":400,"message":"no","details":[{"reason":"VERSION_NOT_SUPPORTED"}]}}`
		method  = `{"error":{"code":-32601,"message":"no such method"}}`
		begun   = `{"result":{"kind":"task","id":"t1","status":{"state":"working"}}}`
	)
	for name, test := range map[string]struct {
		interfaces []string
		answers    map[string]string // by path; the status is 404 for any other
		paths      string
		want       string
	}{
		"the version":       {[]string{current, older}, map[string]string{"/one": version, "/old": pong}, "/one /old", "pong"},
		"the method":        {[]string{current, older}, map[string]string{"/one": method, "/old": pong}, "/one /old", "pong"},
		"the address":       {[]string{rest, older}, map[string]string{"/old": pong}, "/rest/message:send /old", "pong"},
		"by its reason":     {[]string{rest, older}, map[string]string{"/rest/message:send": reason, "/old": pong}, "/rest/message:send /old", "pong"},
		"at one address":    {[]string{current, strings.Replace(current, "1.0", "0.3", 1)}, map[string]string{"/one": version}, "/one /one", "the A2A agent at http://far.example/one refused: no such version"},
		"the same again":    {[]string{current, again}, map[string]string{"/one": version}, "/one", "the A2A agent at http://far.example/one refused: no such version"},
		"none":              {[]string{current, older}, map[string]string{"/one": version, "/old": version}, "/one /old", "the A2A agent at http://far.example/old refused: no such version"},
		"another refusal":   {[]string{current, older}, map[string]string{"/one": `{"error":{"code":-32603,"message":"boom"}}`}, "/one", "the A2A agent at http://far.example/one refused: boom"},
		"a task that began": {[]string{current, older}, map[string]string{"/one": begun}, "/one /one /one", "the A2A agent at http://far.example/one refused: no such method"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var paths []string
			card := `{"name":"Far","supportedInterfaces":[` + strings.Join(test.interfaces, ",") + `]}`
			client, err := a2a.Dial(a2a.Agent{Card: json.RawMessage(card)}, roundTripper(func(r *http.Request) (*http.Response, error) {
				paths = append(paths, r.URL.Path)
				body, ok := test.answers[r.URL.Path]
				if body == begun && len(paths) > 1 {
					body = method
				}
				answer := response(r, "application/json", io.NopCloser(strings.NewReader(body)))
				if !ok {
					answer.StatusCode = http.StatusNotFound
				}
				return answer, nil
			}))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := client.Ask(t.Context(), question(), func([]orq.Part) error { return nil })
			got := orq.Message{Parts: answer.Parts}.Text()
			if err != nil {
				got = client.Explain(err)
			}
			if got != test.want || strings.Join(paths, " ") != test.paths {
				t.Errorf("got %q after %v, want %q after %s", got, paths, test.want, test.paths)
			}
		})
	}
}
