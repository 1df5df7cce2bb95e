package orq_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// List the agents of a workspace, then run one of them and print its text as it arrives.
func ExampleClient() {
	server := httptest.NewServer(exampleService())
	defer server.Close()
	client, err := orq.New(orq.Options{BaseURL: server.URL, APIKey: "sk-orq-example", Transport: server.Client().Transport})
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx := context.Background()
	page, err := client.ListAgents(ctx, orq.ListOptions{Limit: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, agent := range page.Data {
		fmt.Printf("%s: %s\n", agent.Key, agent.Description)
	}

	question := orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("Where is my parcel?")}}
	request := orq.InvokeRequest{Invocation: orq.Invocation{Message: question}}
	for event, err := range client.StreamAgent(ctx, "tracker", request) {
		if err != nil {
			fmt.Println(err)
			return
		}
		switch data := event.Data.(type) {
		case *orq.ExecutionStarted:
			fmt.Println("task", data.AgentTaskID)
		case *orq.Inactive:
			fmt.Println("finished:", data.FinishReason)
		case nil:
			if event.Type == orq.EventThought {
				fmt.Println(event.Step().Text)
			}
		}
	}

	// Output:
	// tracker: Finds parcels.
	// task 01TASK
	// It arrives
	// tomorrow.
	// finished: stop
}

// exampleService has one agent, which gives the same reply to each message.
func exampleService() http.Handler {
	const thought = `data: {"type":"event.agents.thought","data":{"iteration":1,"message_difference":{"m":{"role":"agent","parts":[{"kind":"text","text":%q}]}}}}` + "\n\n"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v2/agents", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"object":"list","data":[{"_id":"01A","key":"tracker","description":"Finds parcels."}],"has_more":false}`)
	})
	mux.HandleFunc("POST /v2/agents/tracker/stream-task", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, `data: {"type":"agents.execution_started","data":{"agent_task_id":"01TASK"}}`+"\n\n")
		_, _ = fmt.Fprintf(w, thought+thought, "It arrives", "tomorrow.")
		_, _ = io.WriteString(w, `data: {"type":"event.agents.inactive","data":{"finish_reason":"stop"}}`+"\n\ndata: [DONE]\n\n")
	})
	return mux
}
