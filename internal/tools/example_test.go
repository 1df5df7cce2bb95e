package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

type agentStatusInput struct {
	Key string `json:"key" jsonschema:"required,minLength=1" jsonschema_description:"Key of an agent."`
}

type agentStatusOutput struct {
	Key    string `json:"key" jsonschema:"required"`
	Status string `json:"status" jsonschema:"required"`
}

func (o agentStatusOutput) Text() string { return "Agent " + o.Key + " is " + o.Status + "." }

// Example_define defines a tool, lists it, and calls it with right and with wrong arguments.
func Example_define() {
	agentStatus := define(Spec{
		Name:        "agent_status",
		Title:       "Agent status",
		Description: "Whether an agent is live.",
		ReadOnly:    true,
		Idempotent:  true,
	}, func(ctx context.Context, c *Call, in *agentStatusInput) (agentStatusOutput, error) {
		agent, err := c.Orq.GetAgent(ctx, in.Key)
		if err != nil {
			return agentStatusOutput{}, withSubject(in.Key, "", err)
		}
		return agentStatusOutput{Key: agent.Key, Status: agent.Status}, nil
	})

	derived, err := Derive([]Definition{agentStatus})
	if err != nil {
		fmt.Println(err)
		return
	}
	tool := derived[0]
	fmt.Println("input schema:", string(tool.InputSchema))

	client, err := orq.New(orq.Options{BaseURL: "https://my.orq.test", APIKey: apiKey, Transport: handlerTransport{
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusOK, `{"_id": "01A", "key": "support", "status": "live"}`)
		}),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, arguments := range []string{`{"key": "support"}`, `{"id": 7}`} {
		result := tool.Handle(context.Background(), &Call{Orq: client}, json.RawMessage(arguments))
		text, _ := mcp.AsTextContent(result.Content[0])
		structured, _ := json.Marshal(result.StructuredContent)
		fmt.Printf("\n%s\nerror: %t\ntext: %s\nstructured: %s\n", arguments, result.IsError, text.Text, structured)
	}
	// Output:
	// input schema: {"type":"object","properties":{"key":{"type":"string","description":"Key of an agent.","minLength":1}},"required":["key"],"additionalProperties":false}
	//
	// {"key": "support"}
	// error: false
	// text: Agent support is live.
	// structured: {"key":"support","status":"live"}
	//
	// {"id": 7}
	// error: true
	// text: The arguments of agent_status have 2 problems, nothing was sent. Correct all of them and call again:
	// - key: required
	// - id: unknown; valid names: key
	// structured: null
}
