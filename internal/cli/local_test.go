package cli_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A slow cancellation of the remote task must not use up the time that clients have to read the end of a stream.
func TestShutdownEndsStreamWithReasonWhenA2AAgentHangs(t *testing.T) {
	t.Parallel()
	agent := httptest.NewServer(http.HandlerFunc(hang))
	t.Cleanup(agent.Close)
	lines := serveSandbox(t, "", "both")
	base := strings.Fields(strings.TrimPrefix(lines.next(), "The workspace listens on "))[0]
	if _, err := io.ReadAll(post(t, base+"/v2/agents/a2a",
		`{"key":"far","display_name":"Far","description":"Hangs","path":"Default","agent_url":"`+agent.URL+`"}`)); err != nil {
		t.Fatal(err)
	}
	stream := bufio.NewScanner(post(t, base+"/v2/agents/far/stream-task", `{"message":{"role":"user","parts":[{"kind":"text","text":"go"}]}}`))
	for stream.Scan() && !strings.Contains(stream.Text(), "On it.") {
	}
	lines.stop()
	var rest []string
	for stream.Scan() {
		if stream.Text() != "" {
			rest = append(rest, stream.Text())
		}
	}
	if err := stream.Err(); err != nil || len(rest) != 2 || !strings.Contains(rest[0], "the sandbox was closed") || rest[1] != "data: [DONE]" {
		t.Errorf("stream ends with %q, error %v, want the reason and data: [DONE]", rest, err)
	}
}

// hang is an A2A agent that starts a task and then answers no request, until the client disconnects.
func hang(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/card" {
		fmt.Fprintf(w, `{"name":"Far","url":"http://%s","protocolVersion":"0.3.0","capabilities":{"streaming":true}}`, r.Host)
		return
	}
	if body, _ := io.ReadAll(r.Body); strings.Contains(string(body), "message/stream") {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, `data: {"jsonrpc":"2.0","id":"1","result":{"kind":"status-update","taskId":"t1","contextId":"c1","final":false,`+
			`"status":{"state":"working","message":{"kind":"message","messageId":"m1","role":"agent","parts":[{"kind":"text","text":"On it."}]}}}}`+"\n\n")
		_ = http.NewResponseController(w).Flush()
	}
	<-r.Context().Done()
}

// cardHandler serves the card of an A2A agent.
func cardHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"name":"Far","url":"http://%s","protocolVersion":"0.3.0"}`, r.Host)
	})
}

// post sends a request and returns the body of its 2xx response.
func post(t *testing.T, url, body string) io.Reader {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer key")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode/100 != 2 {
		raw, _ := io.ReadAll(response.Body)
		t.Fatalf("POST %s: status = %d, want 2xx; body %s", url, response.StatusCode, raw)
	}
	return response.Body
}
