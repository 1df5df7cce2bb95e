package tools

import (
	"context"
	"errors"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// explainGeneration explains the errors that come from the two generations of the API. It returns "" for any other error.
func explainGeneration(ctx context.Context, call *Call, tool Spec, err error) string {
	if errors.Is(err, orq.ErrOtherGeneration) {
		return "The task_id belongs to the other generation of the orq.ai API, which this server may not use (--api), so nothing was sent. " +
			"Start a new task without task_id, or start the server with --api=auto."
	}
	if inline, ok := errors.AsType[*orq.InlineToolError](err); ok {
		return fmt.Sprintf("tools[%d]: this orq.ai workspace runs stored agents only, and a stored agent cannot define a %s tool inline, so nothing was sent. "+
			"Create the tool in the orq.ai studio and name it by key in create_agent, then call invoke_agent; or leave the tool out.", inline.Index, inline.Type)
	}
	if external, ok := errors.AsType[*orq.ExternalFieldError](err); ok {
		return sentence("Nothing was changed: "+external.Error()) + " It runs elsewhere: only display_name, description, path, project_id and a2a can be changed."
	}
	configured, ok := errors.AsType[*orq.ConfiguredError](err)
	if !ok {
		return ""
	}
	done := "changed as given"
	if configured.Created {
		done = "created"
	}
	reason := &subjectError{key: configured.Key, err: configured.Err}
	if subject, ok := errors.AsType[*subjectError](err); ok {
		reason.blocks = subject.blocks
	}
	return fmt.Sprintf("The agent %s was %s, but its run did not start. %s The agent stays: invoke_agent with key=%s runs it.", configured.Key, done, explain(ctx, call, tool, reason), configured.Key)
}
