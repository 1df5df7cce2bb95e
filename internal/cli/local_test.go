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

// An agent that takes its time to cancel its task takes none of its clients' time to read the end.
func TestAStreamEndsWithTheReasonAlsoWhenItsA2AAgentHangs(t *testing.T) {
	t.Parallel()
	agent := httptest.NewServer(http.HandlerFunc(hang))
	t.Cleanup(agent.Close)
	lines := serveSandbox(t, "")
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
		t.Errorf("the stream ends with %v: %q", err, rest)
	}
}

// hang is an A2A agent that begins to work and hears of nothing any more.
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

// post returns the body of an answer that is no error.
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
		t.Fatalf("%s: status %d: %s", url, response.StatusCode, raw)
	}
	return response.Body
}
