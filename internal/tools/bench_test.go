package tools

import (
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// cannedAPI is an HTTP transport that answers every request with the same body.
type cannedAPI struct{ contentType, body string }

func (c cannedAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, ContentLength: int64(len(c.body)),
		Header: http.Header{"Content-Type": {c.contentType}}, Body: io.NopCloser(strings.NewReader(c.body)),
	}, nil
}

// benchAgent is an agent of a realistic size, 2.5 kB.
//
//go:embed testdata/agent.json
var benchAgent string

// noProgress is a progress sink that drops the messages.
type noProgress struct{}

func (noProgress) Send(relay.Progress) error { return nil }

// benchmarkCall measures a call from its arguments to the bytes of its result, without the network.
func benchmarkCall(b *testing.B, name, arguments string, api cannedAPI) {
	b.Helper()
	list, err := All(Selection{Names: []string{name}})
	if err != nil {
		b.Fatal(err)
	}
	client, err := orq.New(orq.Options{BaseURL: "http://orq.test", APIKey: apiKey, Transport: api, API: orq.APIAgents})
	if err != nil {
		b.Fatal(err)
	}
	var progress relay.Sink
	if api.contentType == "text/event-stream" {
		progress = noProgress{}
	}
	var message []byte
	b.ReportAllocs()
	for b.Loop() {
		result := list[0].Answer(b.Context(), &Call{Orq: client, Progress: progress}, json.RawMessage(arguments))
		if message = result.AppendJSON(message[:0], nil, ""); result.IsError {
			b.Fatal(string(message))
		}
	}
}

func BenchmarkGetAgent(b *testing.B) {
	benchmarkCall(b, "get_agent", `{"key":"k"}`, cannedAPI{"application/json", benchAgent})
}

func BenchmarkGetAgentWithSecrets(b *testing.B) {
	secrets := `"variables":{"api_key":"sk-0123456789","url":"https://user:password@example.com/a"},`
	benchmarkCall(b, "get_agent", `{"key":"k"}`, cannedAPI{"application/json", `{` + secrets + benchAgent[1:]})
}

func BenchmarkListAgents(b *testing.B) {
	agents := strings.Repeat(benchAgent+",", 9) + benchAgent
	benchmarkCall(b, "list_agents", `{"limit":10,"type":"internal"}`, cannedAPI{"application/json", `{"object":"list","data":[` + agents + `],"has_more":false}`})
}

func BenchmarkInvokeAgent(b *testing.B) {
	answer := strings.Repeat("Your order is on its way. ", 80)
	run := `data: {"type":"event.agents.execution_started","timestamp":"","data":{"agent_task_id":"t1","workspace_id":"w","trace_id":"t"}}` + "\n\n" +
		`data: {"type":"event.agents.inactive","timestamp":"","data":{"last_message":"` + answer + `","finish_reason":"stop","workflow_run_id":"r"}}` +
		"\n\ndata: [DONE]\n\n"
	benchmarkCall(b, "invoke_agent", `{"key":"k","message":"m"}`, cannedAPI{"text/event-stream", run})
}
