package relay_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// printer is a sink that prints each step.
type printer struct{}

func (printer) Send(progress relay.Progress) error {
	fmt.Printf("progress: %s\n", progress.Message)
	return nil
}

// serveRun stands in for POST /v2/agents/{key}/stream-task of the Agents API.
func serveRun(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, `data: {"type":"agents.execution_started","timestamp":"2026-03-24T09:00:00.000Z","data":{"agent_task_id":"task-1"}}

data: {"type":"event.workflow_events.tool_execution_started","timestamp":"2026-03-24T09:00:01.000Z","data":{"tool_key":"orders","action_type":"http","tool_execution_context":{"agent_tool_call_id":"call-1"}}}

data: {"type":"event.workflow_events.tool_execution_finished","timestamp":"2026-03-24T09:00:02.500Z","data":{"action_type":"http","tool_execution_context":{"agent_tool_call_id":"call-1"}}}

data: {"type":"event.agents.thought","timestamp":"2026-03-24T09:00:03.000Z","data":{"iteration":2,"message_difference":{"m1":{"role":"agent","parts":[{"kind":"text","text":"It ships today."}]}}}}

data: {"type":"event.agents.inactive","timestamp":"2026-03-24T09:00:03.000Z","data":{"last_message":"It ships today.","finish_reason":"stop"}}

data: [DONE]

`)
}

func ExampleFollow() {
	server := httptest.NewServer(http.HandlerFunc(serveRun))
	defer server.Close()
	client, err := orq.New(orq.Options{BaseURL: server.URL, APIKey: "key", Transport: server.Client().Transport})
	if err != nil {
		fmt.Println(err)
		return
	}

	question := orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("Where is my order?")}}
	open := func(ctx context.Context) orq.Events {
		return client.StreamAgent(ctx, "support", orq.InvokeRequest{Invocation: orq.Invocation{Message: question}})
	}
	outcome, err := relay.Follow(context.Background(), open, printer{}, &relay.Options{
		AgentKey: "support",
		MaxWait:  30 * time.Second, // if the stream breaks off
		Lookup: func(ctx context.Context, taskID string) (*orq.AgentResponse, error) {
			return client.GetAgentResponse(ctx, "support", taskID)
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s %s: %s\n", outcome.TaskID, outcome.State, outcome.OutputText)
	for _, tool := range outcome.ToolExecutions {
		fmt.Printf("%s %s after %d ms\n", tool.Name, tool.Status, tool.DurationMS)
	}
	// Output:
	// progress: task task-1 started
	// progress: tool orders started
	// progress: tool orders finished in 1.5 s
	// progress: It ships today.
	// progress: finished: stop
	// task-1 completed: It ships today.
	// orders finished after 1500 ms
}
