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

// An agent that repeats its credentials, wherever it does, does not show them to those who ask it.
func TestAnswersHoldNoCredentials(t *testing.T) {
	t.Parallel()
	const secret = "hush-0123456789"
	card := `{"name":"Far","url":"http://far.example","capabilities":{"streaming":true}}`
	for name, results := range map[string][]string{
		"a message":        {`{"kind":"message","messageId":"m","role":"agent","parts":[{"text":"you sent ECHO to production"}]}`},
		"data":             {`{"kind":"task","id":"t1","status":{"state":"completed"},"artifacts":[{"parts":[{"data":{"headers":[{"a":"Bearer ECHO"}]},"metadata":{"m":"ECHO"}},{"text":"production"}]}]}`},
		"a file":           {`{"kind":"task","id":"t1","status":{"state":"completed"},"artifacts":[{"parts":[{"file":{"uri":"http://a.example/?k=ECHO","name":"ECHO"}},{"text":"production"}]}]}`},
		"a thought":        {`{"kind":"status-update","taskId":"t1","status":{"state":"working","message":{"parts":["ECHO"]}}}`, `{"kind":"status-update","taskId":"t1","status":{"state":"completed","message":{"parts":["production"]}}}`},
		"the history":      {`{"kind":"task","id":"t1","status":{"state":"completed"},"history":[{"role":"user","messageId":"m1","parts":["production"]},{"role":"agent","messageId":"h","parts":["ECHO in production"]}]}`},
		"why it failed":    {`{"kind":"task","id":"t1","status":{"state":"failed","message":{"parts":["ECHO in production"]}}}`},
		"pieces of a text": {`{"kind":"artifact-update","taskId":"t1","artifact":{"artifactId":"a","parts":["production hush-01"]}}`, `{"kind":"artifact-update","taskId":"t1","append":true,"artifact":{"artifactId":"a","parts":["23456789"]}}`, `{"kind":"status-update","taskId":"t1","status":{"state":"completed"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var body []string
			for _, result := range results {
				body = append(body, strings.ReplaceAll(rpcResult("0.3", result), "ECHO", secret))
			}
			headers := map[string]string{"Authorization": "Bearer " + secret, "X-Tenant": "production"}
			client, err := a2a.Dial(a2a.Agent{Card: json.RawMessage(card), Headers: headers}, roundTripper(func(r *http.Request) (*http.Response, error) {
				return response(r, "text/event-stream", io.NopCloser(strings.NewReader(events(body...)))), nil
			}))
			if err != nil {
				t.Fatal(err)
			}
			var emitted []orq.Part
			answer, err := client.Ask(t.Context(), question(), func(parts []orq.Part) error {
				emitted = append(emitted, parts...)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			all, err := json.Marshal([]any{emitted, answer})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(all); strings.Contains(got, secret) || !strings.Contains(got, "production") {
				t.Errorf("got %s, want production without %s", got, secret)
			}
		})
	}
}
