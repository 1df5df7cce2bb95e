// The program lets a writer draft, a critic that runs elsewhere comment, and a judge decide: three rounds at most.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// story is a connection to orq-mcp.
type story struct{ mcp *client.Client }

func run(ctx context.Context) error {
	base := cmp.Or(os.Getenv("ORQ_BASE_URL"), "http://127.0.0.1:8586")
	key := cmp.Or(os.Getenv("ORQ_API_KEY"), "sandbox")
	subject := cmp.Or(os.Getenv("SUBJECT"), "the tides")
	connection, err := client.NewStdioMCPClient("orq-mcp", append(os.Environ(), "ORQ_BASE_URL="+base, "ORQ_API_KEY="+key, "ORQ_MCP_LOG_LEVEL=error"))
	if err != nil {
		return err
	}
	defer connection.Close() //nolint:errcheck // the story has ended
	s := story{connection}
	request := mcp.InitializeRequest{}
	request.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	request.Params.ClientInfo = mcp.Implementation{Name: "story", Version: "1"}
	if _, err := s.mcp.Initialize(ctx, request); err != nil {
		return err
	}
	if err := s.registerCritic(ctx, base, key); err != nil {
		return err
	}
	return s.tell(ctx, "Write one sentence on "+subject+".")
}

// registerCritic registers the critic, unless an earlier story has.
func (s story) registerCritic(ctx context.Context, base, key string) error {
	if _, err := s.call(ctx, "get_agent", map[string]any{"key": "critic"}); err == nil {
		return nil
	}
	_, err := s.call(ctx, "register_a2a_agent", map[string]any{
		"key": "critic", "display_name": "Critic", "description": "Says what a sentence lacks",
		"agent_url": base + "/v2/agents/reviewer/a2a", "headers": map[string]any{"Authorization": "Bearer " + key},
	})
	return err
}

// tell plays the rounds.
func (s story) tell(ctx context.Context, task string) error {
	request := task
	for round := range 3 {
		draft, err := s.ask(ctx, "writer", request)
		if err != nil {
			return err
		}
		note, err := s.ask(ctx, "critic", draft)
		if err != nil {
			return err
		}
		verdict, err := s.ask(ctx, "judge", "Draft: "+draft+"\nNote of the critic: "+note)
		if err != nil {
			return err
		}
		fmt.Printf("round %d\n  writer: %s\n  critic: %s\n  judge:  %s\n", round+1, draft, note, verdict)
		if strings.HasPrefix(verdict, "Content") {
			return nil
		}
		request = task + "\nYour last draft: " + draft + "\nNote of the critic: " + note
	}
	return nil
}

// ask returns the answer of an agent. A run that has not completed is an error.
func (s story) ask(ctx context.Context, agent, message string) (string, error) {
	result, err := s.call(ctx, "invoke_agent", map[string]any{"key": agent, "message": message})
	if err != nil {
		return "", err
	}
	outcome, _ := result.StructuredContent.(map[string]any)
	if outcome["state"] != "completed" {
		return "", fmt.Errorf("%s: the run is %v", agent, outcome["state"])
	}
	answer, _ := outcome["output_text"].(string)
	return answer, nil
}

// call calls a tool. A result that is an error becomes one.
func (s story) call(ctx context.Context, tool string, arguments map[string]any) (*mcp.CallToolResult, error) {
	request := mcp.CallToolRequest{}
	request.Params.Name, request.Params.Arguments = tool, arguments
	result, err := s.mcp.CallTool(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", tool, err)
	}
	if result.IsError {
		return nil, fmt.Errorf("%s: %s", tool, mcp.GetTextFromContent(result.Content[0]))
	}
	return result, nil
}
