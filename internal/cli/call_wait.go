package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// errInterrupted is the error of what ended because the program is to end.
var errInterrupted = errors.New("interrupted")

// lookSeconds is how long one call of lookTool waits. Between two of them it is seen that a run waits for approval.
const lookSeconds = 20

// callTool calls the tool. With --wait it goes on until the run has ended or waits for somebody.
func (c *callCommand) callTool(ctx context.Context, s *session, arguments map[string]any, watched *taskWatch) (*mcp.CallToolResult, error) {
	answer, err := s.call(ctx, c.Tool, arguments)
	for c.Wait && err == nil && !answer.IsError {
		of, err := decodeResult(answer)
		if err != nil {
			return nil, fmt.Errorf("decode the result of %s: %w", c.Tool, err)
		}
		if !of.working() || of.TaskID == "" {
			return answer, nil
		}
		watched.setTask(of.TaskID)
		look := map[string]any{"key": of.AgentKey, "task_id": of.TaskID, "wait_seconds": lookSeconds}
		if offset, given := arguments["offset"]; given && c.Tool == lookTool {
			look["offset"] = offset
		}
		if answer, err = s.call(ctx, lookTool, look); err != nil {
			return nil, err
		}
	}
	return answer, err
}

// taskWatch notes the task that the progress of a call names, and prints it.
type taskWatch struct {
	print func(progressStep)

	mu     sync.Mutex
	taskID string
	latest string
}

// progress takes one step.
func (w *taskWatch) progress(step progressStep) {
	w.note(step.line)
	w.print(step)
}

func (w *taskWatch) note(message string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.latest = message
	id, found := strings.CutPrefix(message, "task ")
	if id, ends := strings.CutSuffix(id, " started"); w.taskID == "" && found && ends && !strings.ContainsAny(id, " \n") {
		w.taskID = id
	}
}

// setTask notes the task that a result names.
func (w *taskWatch) setTask(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taskID = id
}

// task returns the id of the task, "" when none was named.
func (w *taskWatch) task() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.taskID
}

// last returns the last message.
func (w *taskWatch) last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.latest
}

// interrupted prints what becomes of a run whose call was interrupted.
func (c *callCommand) interrupted(process *Process, arguments map[string]any, taskID string) error {
	ended := quietError{errInterrupted, exitInterrupted}
	key, _ := arguments["key"].(string)
	if given, _ := arguments["task_id"].(string); taskID == "" {
		taskID = given
	}
	tool, _ := findTool(c.Tool)
	switch {
	case !hasTask(tool):
		_, _ = fmt.Fprintln(process.Err, "Interrupted.")
	case c.Sandbox:
		_, _ = fmt.Fprintln(process.Err, "Interrupted: the sandbox has ended with this call, and the run with it.")
	case taskID == "":
		_, _ = fmt.Fprintln(process.Err, "Interrupted before orq.ai named the task: the run may have started all the same.")
	default:
		_, _ = fmt.Fprintf(process.Err, "Interrupted: the run goes on at the server. Look:\n%s\n", printable(look(key, taskID, c.again(process))))
	}
	return ended
}
