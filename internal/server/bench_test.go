package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// thoughtStream returns the event stream of a run with the given number of thoughts.
func thoughtStream(b *testing.B, thoughts int) string {
	b.Helper()
	var stream bytes.Buffer
	add := func(typ orq.EventType, data orq.EventData) {
		encoded, err := json.Marshal(orq.NewEvent(time.Unix(0, 0), typ, data))
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(&stream, "data: %s\n\n", encoded)
	}
	add(orq.EventExecutionStarted, &orq.ExecutionStarted{AgentTaskID: "t1", WorkspaceID: "w", TraceID: "trace"})
	for i := range thoughts {
		text := fmt.Sprintf("word%d ", i)
		add(orq.EventThought, &orq.Thought{
			AgentID: "01K0AGENT", Iteration: 1, AccumulatedExecutionTime: 1234.5, ResponseID: "01K0RESPONSE",
			MessageDifference: map[string]orq.ThoughtMessage{fmt.Sprintf("01K0MESSAGE%d", i): {
				Message: orq.Message{Kind: "message", MessageID: "01K0MESSAGE", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)}},
				AgentID: "01K0AGENT", AgentExecutionID: "01K0EXECUTION", WorkspaceID: "01K0WORKSPACE",
			}},
			Choice: &orq.Choice{Message: orq.ChoiceMessage{Content: orq.Value(text), Role: orq.Value("assistant")}},
			Usage:  &orq.Usage{PromptTokens: 100, CompletionTokens: float64(i), TotalTokens: 100 + float64(i)},
		})
	}
	add(orq.EventInactive, &orq.Inactive{LastMessage: "done", FinishReason: orq.FinishStop, WorkflowRunID: "w"})
	stream.WriteString("data: [DONE]\n\n")
	return stream.String()
}

// discardConnection is a frameWriter that counts bytes and drops them.
type discardConnection struct{ written int }

func (*discardConnection) framing() (prefix, suffix string) { return "event: message\ndata: ", "\n\n" }

func (d *discardConnection) writeFrames(frames []byte) error {
	d.written += len(frames)
	return nil
}

func (*discardConnection) waitBeforeResult(context.Context, time.Time) {}

// repeated returns the event stream of a run with the given number of events, all the same.
func repeated(event string, count int) string {
	return strings.Repeat(event+"\n\n", count) +
		`data: {"type":"event.agents.inactive","timestamp":"","data":{"last_message":"done","finish_reason":"stop"}}` + "\n\ndata: [DONE]\n\n"
}

// BenchmarkRelayedEvent measures one event, from the bytes of the service to the bytes for the client.
func BenchmarkRelayedEvent(b *testing.B) {
	const events = 1000
	for _, c := range []struct {
		name   string
		api    orq.API
		stream string
	}{
		{"800 bytes", orq.APIAgents, thoughtStream(b, events)},
		{"170 bytes", orq.APIAgents, repeated(`data: {"type":"event.agents.thought","timestamp":"2026-03-24T09:30:00.000Z",`+
			`"data":{"message_difference":{"1":{"role":"agent","parts":[{"kind":"text","text":"r1-2 order"}]}}}}`, events)},
		{"response", orq.APIResponses, repeated("event: response.output_text.delta\n"+`data: {"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_01K0MESSAGE",`+
			`"output_index":0,"content_index":0,"delta":" order","logprobs":[]}`, events)},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkRelay(b, c.api, c.stream, events) })
	}
}

func benchmarkRelay(b *testing.B, api orq.API, stream string, events int) {
	b.Helper()
	s, _ := newServerOf(b, api, "http://orq.test", cannedTransport{eventStream, stream})
	call := handlerOf(b, s, "invoke_agent")
	var request mcp.CallToolRequest
	if err := json.Unmarshal([]byte(callMessage(1, "invoke_agent", `{"key":"k","message":"m"}`, "7")), &request); err != nil {
		b.Fatal(err)
	}
	out := &discardConnection{}
	ctx := withFrameWriter(b.Context(), out)
	b.SetBytes(int64(len(stream) / events))
	b.ReportAllocs()
	for b.Loop() {
		result, err := call(ctx, request)
		if err != nil || result.IsError {
			b.Fatal(result, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
}

// agentJSON returns the agent of a realistic size with which internal/tools is measured, too.
func agentJSON(t testing.TB) string {
	t.Helper()
	agent, err := os.ReadFile("../tools/testdata/agent.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(agent)
}

// BenchmarkGetAgent measures one call over HTTP, without the connections.
func BenchmarkGetAgent(b *testing.B) {
	s, _ := newServer(b, "http://orq.test", cannedTransport{"application/json", agentJSON(b)})
	handler := s.routes(s.newHTTPHandler(b.Context(), HTTPOptions{}.withDefaults()))
	initialized := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(initialize))
	setHeaders(request, "")
	handler.ServeHTTP(initialized, request)
	session := initialized.Header().Get("Mcp-Session-Id")
	message := callMessage(1, "get_agent", `{"key":"k"}`, "")
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(message))
		setHeaders(request, session)
		answer := httptest.NewRecorder()
		if handler.ServeHTTP(answer, request); answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "01K0TOOL2") {
			b.Fatal(answer.Code, answer.Body)
		}
	}
}
