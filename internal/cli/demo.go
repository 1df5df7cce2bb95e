package cli

import (
	"cmp"
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

type demoCommand struct{ Pace time.Duration }

func (c *demoCommand) define(flags flags) {
	flags.duration(&c.Pace, "pace", 250*time.Millisecond, "ORQ_MCP_SANDBOX_PACE", "Pause between the steps of the agent's run")
}

// Run runs the demo. It needs no network and leaves nothing behind.
func (c *demoCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	logger := line.logger(process, slog.LevelWarn)
	base, key, shutdown, err := localFlags{Empty: true}.startEmbedded(ctx, process, sandbox.Options{Pace: c.Pace, Logger: logger.With("from", "sandbox")})
	if err != nil {
		return err
	}
	defer func() { _ = shutdown() }()
	agent, err := serveDemoAgent(c.Pace)
	if err != nil {
		return err
	}
	defer func() { _ = agent.Close() }()
	client, err := orq.New(orq.Options{BaseURL: base, APIKey: key, UserAgent: "orq-mcp/" + process.Version, Logger: logger})
	if err != nil {
		return err
	}
	srv, err := toolFlags{}.newServer(process, client, logger)
	if err != nil {
		return err
	}
	out := &checkedWriter{to: process.Out}
	d := &demo{out: out}
	if d.session, err = openSession(ctx, srv, process.Version, d.printProgress); err != nil {
		return err
	}
	defer d.session.end()
	return cmp.Or(d.run(ctx, "http://"+agent.Addr), out.err)
}

// demo calls one tool after the other and prints calls, progress and results.
type demo struct {
	out     io.Writer
	session *session
	// number is the number of the current step, started the time of its call.
	number  int
	started time.Time
}

func (d *demo) run(ctx context.Context, a2aURL string) error {
	d.printLine("orq-mcp demo: a local workspace, the real MCP server and client, no account, no network.\n")
	if err := d.listTools(ctx); err != nil {
		return err
	}
	if err := d.runSteps(ctx, demoRun()); err != nil {
		return err
	}
	if err := d.pause(ctx); err != nil {
		return err
	}
	if err := d.runSteps(ctx, demoManage(a2aURL)); err != nil {
		return err
	}
	d.printLine(demoNext)
	return nil
}

// step is one call and the title printed before it.
type step struct {
	title, tool string
	arguments   map[string]any
}

// demoRun returns the steps before the pause.
func demoRun() []step {
	return []step{
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

// demoManage returns the steps after the pause.
func demoManage(a2aURL string) []step {
	return []step{
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

// pause runs the agent until it waits for its function tool, and continues the task with a result.
func (d *demo) pause(ctx context.Context) error {
	asked, err := d.runStep(ctx, step{"Run it again. It pauses, because its caller has to find a hotel.", "invoke_agent", map[string]any{
		"key": "travel-helper", "message": "/tool find_hotel {\"city\": \"Lisbon\"}\nWhere can I stay?", "variables": map[string]any{"traveller": "Ada"},
	}})
	if err != nil {
		return err
	}
	taskID, callID, err := pendingCall(asked)
	if err != nil {
		return err
	}
	_, err = d.runStep(ctx, step{"Continue its task with what was found.", "invoke_agent", map[string]any{
		"key": "travel-helper", "task_id": taskID, "variables": map[string]any{"traveller": "Ada"},
		"tool_results": []any{map[string]any{"tool_call_id": callID, "result": map[string]any{"hotel": "Casa do Rio", "price": 90}}},
	}})
	return err
}

// pendingCall returns the task of a paused run and the tool call that it waits for.
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
  orq-mcp call --sandbox invoke_agent key=billing-agent message="What is open?"
                                   a run from a shell; --data FILE keeps what you create
  orq-mcp install claude-code --sandbox
                                   the same from Claude Code; orq-mcp install --help names the other clients
  orq-mcp install claude-code      the same on your orq.ai workspace, with its key in ORQ_API_KEY
(In a clone, go install ./cmd/orq-mcp puts orq-mcp into $(go env GOPATH)/bin, which has to be on your PATH.)`

func (d *demo) printLine(format string, arguments ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", arguments...)
}

func (d *demo) listTools(ctx context.Context) error {
	d.number++
	d.printLine("%d. List the tools.", d.number)
	list, err := d.session.client.ListTools(ctx, mcp.ListToolsRequest{})
	if err != nil {
		return fmt.Errorf("list the tools: %w", err)
	}
	for _, tool := range list.Tools {
		d.printLine("   %-20s %s", tool.Name, firstSentence(tool.Description))
	}
	return nil
}

func firstSentence(text string) string {
	if end := strings.Index(text, ". "); end > 0 {
		return text[:end+1]
	}
	return text
}

func (d *demo) runSteps(ctx context.Context, steps []step) error {
	for _, next := range steps {
		if _, err := d.runStep(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) runStep(ctx context.Context, next step) (*mcp.CallToolResult, error) {
	d.number++
	shown, err := json.Marshal(next.arguments)
	if err != nil {
		return nil, err
	}
	d.printLine("\n%d. %s\n   %s %s", d.number, next.title, next.tool, redact.JSON(shown))
	d.started = time.Now()
	result, err := d.session.call(ctx, next.tool, next.arguments)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", next.tool, err)
	}
	mark := "="
	if result.IsError {
		mark = "!"
	}
	for line := range strings.Lines(strings.TrimSpace(textOf(result))) {
		d.printLine("   %s %s", mark, strings.TrimRight(line, "\n"))
	}
	return result, nil
}

func (d *demo) printProgress(step progressStep) {
	for line := range strings.Lines(cmp.Or(step.text, step.line)) {
		d.printLine("   %5.1f s  %s", time.Since(d.started).Seconds(), strings.TrimRight(line, "\n"))
	}
}
