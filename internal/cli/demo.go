package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

type demoCommand struct {
	Pace time.Duration `help:"Pause between the steps of the agent's run." default:"250ms" env:"ORQ_MCP_SANDBOX_PACE"`
}

// Run plays the story. It needs no network and leaves nothing behind.
func (c *demoCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	logger := line.logger(process, slog.LevelWarn)
	base, endSandbox, err := localFlags{}.start(ctx, process, freeAddr, sandbox.Options{Pace: c.Pace, Logger: logger.With("from", "sandbox")})
	if err != nil {
		return err
	}
	defer func() { _ = endSandbox() }()
	card, err := serveDemoAgent(c.Pace)
	if err != nil {
		return err
	}
	defer func() { _ = card.Close() }()
	client, err := orq.New(orq.Options{BaseURL: base, APIKey: sandboxKey, UserAgent: "orq-mcp/" + process.Version, Logger: logger})
	if err != nil {
		return err
	}
	srv, err := toolFlags{}.newServer(process, client, logger)
	if err != nil {
		return err
	}
	story := &story{out: process.Out}
	if story.session, err = openSession(ctx, srv, process.Version, story.progress); err != nil {
		return err
	}
	defer story.session.end()
	return story.play(ctx, "http://"+card.Addr)
}

// story tells what happens while it calls one tool after the other.
type story struct {
	out     io.Writer
	session *session
	steps   int
	began   time.Time
}

func (s *story) play(ctx context.Context, a2aURL string) error {
	s.say("orq-mcp demo: a local workspace, the real MCP server and client, no account, no network.\n")
	if err := s.listTools(ctx); err != nil {
		return err
	}
	if err := s.scenes(ctx, demoRun()); err != nil {
		return err
	}
	if err := s.pause(ctx); err != nil {
		return err
	}
	if err := s.scenes(ctx, demoManage(a2aURL)); err != nil {
		return err
	}
	s.say(demoNext)
	return nil
}

// scene is one call and what to say before it.
type scene struct {
	title, tool string
	arguments   map[string]any
}

func demoRun() []scene {
	return []scene{
		{"Create an agent with a built-in tool, and a function tool that its caller carries out.", "create_agent", map[string]any{
			"key": "travel-helper", "role": "Travel assistant", "description": "Helps {{traveller}} to plan a trip",
			"instructions": "Be brief. Plan trips for {{traveller}}.", "model": "openai/gpt-4o",
			"tools": []any{map[string]any{"type": "current_date"}, map[string]any{"type": "function", "key": "find_hotel"}},
		}},
		{"Run it. Each line is an MCP progress notification, shown the moment it arrives.", "invoke_agent", map[string]any{
			"key": "travel-helper", "message": "/tool current_date\nWhat can I do in Lisbon this week?", "variables": map[string]any{"traveller": "Ada"},
		}},
	}
}

func demoManage(a2aURL string) []scene {
	return []scene{
		{"Register an external A2A agent, which this demo serves itself.", "register_a2a_agent", map[string]any{
			"key": "weather-a2a", "display_name": "Weather", "description": "Forecasts, over A2A",
			"agent_url": a2aURL, "headers": map[string]any{"Authorization": "Bearer demo-secret-value"},
		}},
		{"Fetch its agent card again.", "refresh_agent_card", map[string]any{"key": "weather-a2a"}},
		{"Ask it. What it streams over A2A arrives as progress, too.", "invoke_agent", map[string]any{
			"key": "weather-a2a", "message": "Lisbon",
		}},
		{"List the agents.", "list_agents", map[string]any{}},
		{"Delete one.", "delete_agent", map[string]any{"key": "weather-a2a", "confirm": "weather-a2a"}},
		{"A mistake gets an answer that a model can act on.", "get_agent", map[string]any{"key": "travel-helpr"}},
	}
}

// pause runs the agent into its function tool, and goes on with the result of it.
func (s *story) pause(ctx context.Context) error {
	asked, err := s.scene(ctx, scene{"Run it again. It pauses, because its caller has to find a hotel.", "invoke_agent", map[string]any{
		"key": "travel-helper", "message": "/tool find_hotel {\"city\": \"Lisbon\"}\nWhere can I stay?", "variables": map[string]any{"traveller": "Ada"},
	}})
	if err != nil {
		return err
	}
	taskID, callID, err := pendingCall(asked)
	if err != nil {
		return err
	}
	_, err = s.scene(ctx, scene{"Go on with its task, and tell it what was found.", "invoke_agent", map[string]any{
		"key": "travel-helper", "task_id": taskID, "variables": map[string]any{"traveller": "Ada"},
		"tool_results": []any{map[string]any{"tool_call_id": callID, "result": map[string]any{"hotel": "Casa do Rio", "price": 90}}},
	}})
	return err
}

// pendingCall finds what a paused run waits for.
func pendingCall(paused *mcp.CallToolResult) (taskID, callID string, err error) {
	var outcome struct {
		TaskID  string `json:"task_id"`
		Pending []struct {
			ID string `json:"id"`
		} `json:"pending_tool_calls"`
	}
	encoded, err := json.Marshal(paused.StructuredContent)
	if err == nil {
		err = json.Unmarshal(encoded, &outcome)
	}
	if err == nil && len(outcome.Pending) != 1 {
		err = fmt.Errorf("%d tool calls are pending, want one", len(outcome.Pending))
	}
	if err != nil {
		return "", "", fmt.Errorf("the run was to pause: %w", err)
	}
	return outcome.TaskID, outcome.Pending[0].ID, nil
}

const demoNext = `
What next:
  orq-mcp call --sandbox --data demo.db create_agent key=... role=... description=... instructions=... model=...
                                   the same from a script, kept in a file
  claude mcp add orq -- orq-mcp --sandbox
                                   the same from Claude Code; other clients: README.md, "Connect a client"
  ORQ_API_KEY=... orq-mcp          the same on your orq.ai workspace
(make build puts the program into bin/.)`

func (s *story) say(format string, arguments ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", arguments...)
}

func (s *story) listTools(ctx context.Context) error {
	s.steps++
	s.say("%d. List the tools.", s.steps)
	list, err := s.session.client.ListTools(ctx, mcp.ListToolsRequest{})
	if err != nil {
		return fmt.Errorf("list the tools: %w", err)
	}
	for _, tool := range list.Tools {
		s.say("   %-20s %s", tool.Name, firstSentence(tool.Description))
	}
	return nil
}

func firstSentence(text string) string {
	if end := strings.Index(text, ". "); end > 0 {
		return text[:end+1]
	}
	return text
}

func (s *story) scenes(ctx context.Context, scenes []scene) error {
	for _, next := range scenes {
		if _, err := s.scene(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) scene(ctx context.Context, next scene) (*mcp.CallToolResult, error) {
	s.steps++
	shown, err := json.Marshal(next.arguments)
	if err != nil {
		return nil, err
	}
	s.say("\n%d. %s\n   %s %s", s.steps, next.title, next.tool, redact.JSON(shown))
	s.began = time.Now()
	result, err := s.session.call(ctx, next.tool, next.arguments)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", next.tool, err)
	}
	mark := "="
	if result.IsError {
		mark = "!"
	}
	for line := range strings.Lines(strings.TrimSpace(textOf(result))) {
		s.say("   %s %s", mark, strings.TrimRight(line, "\n"))
	}
	return result, nil
}

func (s *story) progress(message string) {
	for line := range strings.Lines(message) {
		s.say("   %5.1f s  %s", time.Since(s.began).Seconds(), strings.TrimRight(line, "\n"))
	}
}
