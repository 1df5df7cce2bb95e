package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// callResult is the structured content of a result, as far as call reads it. All but Truncated and Next belong to a task.
type callResult struct {
	TaskID     string                `json:"task_id"`
	AgentKey   string                `json:"agent_key"`
	State      string                `json:"state"`
	Error      string                `json:"error"`
	OutputText string                `json:"output_text"`
	Files      []relay.OutputFile    `json:"output_files"`
	Pending    []relay.PendingCall   `json:"pending_tool_calls"`
	Executions []relay.ToolExecution `json:"tool_executions"`
	Remarks    []string              `json:"remarks"`
	Truncated  bool                  `json:"truncated"`
	Next       string                `json:"next"`
	raw        json.RawMessage
}

// decodeResult decodes the structured content of a result.
func decodeResult(of *mcp.CallToolResult) (*callResult, error) {
	raw, _ := of.StructuredContent.(json.RawMessage)
	decoded := &callResult{raw: raw}
	return decoded, json.Unmarshal(raw, decoded)
}

// working reports that the run goes on and waits for nobody.
func (r *callResult) working() bool {
	return r.State == relay.StateWorking && len(r.awaitingApproval()) == 0
}

// awaitingApproval returns the names of the tools whose calls a person has to approve.
func (r *callResult) awaitingApproval() []string {
	if r.State != relay.StateWorking {
		return nil
	}
	return relay.NamesWith(relay.AwaitingApproval, r.Executions)
}

// exitCode returns the exit code for the state of the run. Other results have none, which is a success.
func (r *callResult) exitCode() int {
	switch {
	case r.State == relay.StateFailed:
		return exitFailed
	case r.State == relay.StateInputRequired, len(r.awaitingApproval()) > 0:
		return exitPaused
	case r.working():
		return exitWorking
	case r.Truncated:
		return exitFailed
	}
	return exitOK
}

// finish prints a result and returns an error when the exit code is not 0.
func (c *callCommand) finish(process *Process, of *mcp.CallToolResult, arguments map[string]any, watched *taskWatch) error {
	if of.IsError {
		_, _ = fmt.Fprintln(process.Err, printable(textOf(of)))
		if key, _ := arguments["key"].(string); c.Wait && watched.task() != "" && !c.Sandbox {
			_, _ = fmt.Fprintf(process.Err, "The run may go on at the server. Look:\n%s\n", printable(look(key, watched.task(), c.again(process))))
		}
		return quietError{errors.New("the tool answered an error"), exitFailed}
	}
	decoded, err := decodeResult(of)
	if err != nil {
		return fmt.Errorf("decode the result of %s: %w", c.Tool, err)
	}
	if err := c.print(process.Out, textOf(of), decoded); err != nil {
		return err
	}
	notes := c.notes(process, decoded)
	if decoded.State == relay.StateFailed && c.Output != outputText && watched.last() != "failed: "+decoded.Error {
		notes = append([]string{"failed: " + decoded.Error}, notes...)
	}
	for _, note := range notes {
		_, _ = fmt.Fprintln(process.Err, printable(note))
	}
	if code := decoded.exitCode(); code != exitOK {
		return quietError{errors.New("the run is not done"), code}
	}
	return nil
}

// print prints a result in the form that was asked for.
func (c *callCommand) print(w io.Writer, text string, of *callResult) error {
	tool, _ := findTool(c.Tool)
	switch {
	case c.Output == outputJSON:
		return printJSON(w, of.raw)
	case c.Output == outputTaskID:
		text = of.TaskID
	case c.Output == outputAnswer && hasTask(tool):
		text = of.OutputText
	default:
		_, err := fmt.Fprintln(w, printable(text))
		return err
	}
	if text == "" {
		return nil
	}
	_, err := fmt.Fprintln(w, strings.TrimSuffix(printable(text), "\n"))
	return err
}

// printJSON prints a JSON document indented, its keys sorted. Its numbers keep all their digits.
func printJSON(w io.Writer, raw json.RawMessage) error {
	structured, err := decodeExact(raw)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(structured)
}
