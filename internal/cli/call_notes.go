package cli

import (
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// notes returns what a person should know beside what was printed: what is missing, what the run waits for, and the command that
// goes on.
func (c *callCommand) notes(process *Process, of *callResult) (notes []string) {
	if of.Truncated {
		notes = append(notes, "The result is not whole. "+of.Next)
	}
	if c.Output != outputAnswer && c.Output != outputTaskID {
		return notes
	}
	if c.Output == outputAnswer {
		for _, file := range of.Files {
			notes = append(notes, strings.TrimSpace("File: "+file.Name+" "+file.URI)+" (--output json has all of it)")
		}
		notes = append(notes, of.Remarks...)
	}
	again := c.again(process)
	switch waits := of.awaitingApproval(); {
	case len(waits) > 0:
		notes = append(notes, "Paused: a person has to approve "+strings.Join(waits, ", ")+" in the orq.ai studio. Then look:", look(of.AgentKey, of.TaskID, again))
	case of.State == relay.StateInputRequired:
		notes = append(notes, c.answerNotes(of, again)...)
	case of.State == relay.StateWorking && c.Sandbox:
		notes = append(notes, "Still working, but the sandbox ends with this call, and the run with it: --wait waits for the run.")
	case of.State == relay.StateWorking:
		notes = append(notes, "Still working. Look:", look(of.AgentKey, of.TaskID, again))
	}
	return notes
}

// answerNotes returns how to answer the tool calls that a run waits for.
func (c *callCommand) answerNotes(of *callResult, again string) []string {
	if len(of.Pending) == 0 {
		return []string{"Paused: the run waits for input. Look:", look(of.AgentKey, of.TaskID, again)}
	}
	var notes, results []string
	for _, call := range of.Pending {
		notes = append(notes, fmt.Sprintf("Paused: the run waits for the result of %s %s", call.Name, call.Arguments))
		results = append(results, fmt.Sprintf(`{"tool_call_id": "%s", "result": "..."}`, call.ID))
	}
	if c.Sandbox && c.Data == "" {
		return append(notes, "The sandbox in memory ends with this call: with --data FILE a later call can continue the task.")
	}
	command := fmt.Sprintf("  orq-mcp call invoke_agent key=%s task_id=%s tool_results=%s%s", shellQuote(of.AgentKey), shellQuote(of.TaskID),
		shellQuote("["+strings.Join(results, ", ")+"]"), again)
	return append(append(notes, "Continue:"), command)
}

// look returns the command that shows the state of a task once it has one that lasts.
func look(key, taskID, again string) string {
	return fmt.Sprintf("  orq-mcp call %s key=%s task_id=%s --wait%s", lookTool, shellQuote(key), shellQuote(taskID), again)
}

// again returns the flags that select the same workspace in another call, after a blank; those that variables give are left out.
func (f workspaceFlags) again(process *Process) string {
	var flags strings.Builder
	repeat := func(flag, value, standard, variable string) {
		if value != standard && value != process.Getenv(variable) {
			flags.WriteString(" " + flag + " " + shellQuote(value))
		}
	}
	if f.Sandbox {
		if process.Getenv("ORQ_MCP_SANDBOX") == "" {
			flags.WriteString(" --sandbox")
		}
		repeat("--data", f.Data, "", "ORQ_MCP_DATA")
		return flags.String()
	}
	repeat("--base-url", f.BaseURL, defaultBaseURL, "ORQ_BASE_URL")
	repeat("--api", f.API, "auto", "ORQ_MCP_API")
	return flags.String()
}

// shellQuote returns text as one word of a shell.
func shellQuote(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@+,", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
