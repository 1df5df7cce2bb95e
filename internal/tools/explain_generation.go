package tools

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// explainGeneration explains the errors that come from the two generations of the API. It returns "" for any other error.
func explainGeneration(ctx context.Context, call *Call, tool Spec, subject *subjectError, err error) string {
	if errors.Is(err, orq.ErrOtherGeneration) {
		return "The task_id belongs to the other generation of the orq.ai API, which this server may not use (--api), so nothing was sent. " +
			"Start a new task without task_id, or start the server with --api=auto."
	}
	if errors.Is(err, orq.ErrNoLimits) {
		return "limits: only the Responses API has them, which this task or server does not use, so nothing was started. " +
			"Leave limits out, or set the bounds of the agent with orq.ai's update_agent."
	}
	if inline, ok := errors.AsType[*orq.InlineToolError](err); ok {
		return fmt.Sprintf("tools[%d]: this orq.ai workspace runs stored agents only, and a stored agent has no inline definition of a tool of type %s. "+
			"Nothing was created or changed. Create the tool in the orq.ai studio and name it by key in create_agent, then call orq.ai's invoke_agent; or leave the tool out.", inline.Index, inline.Type)
	}
	if external, ok := errors.AsType[*orq.ExternalFieldError](err); ok {
		return fmt.Sprintf("Nothing was changed: the external agent %s has no %s. It runs elsewhere: only display_name, description, path, project_id and a2a can be changed.",
			subject.key, strings.Join(mapSlice(external.Fields, argumentName), ", "))
	}
	if errors.Is(err, orq.ErrRunExternal) {
		return explainRunExternal(subject.key)
	}
	if errors.Is(err, orq.ErrNotExternal) {
		status := ""
		if api, ok := errors.AsType[*orq.APIError](err); ok {
			status = fmt.Sprintf(" (%d)", api.Status)
		}
		return fmt.Sprintf("The agent %s is not an A2A agent%s: it has no card to refresh. orq.ai's list_agents with type=a2a shows those that have one.", subject.key, status)
	}
	if configured, ok := errors.AsType[*orq.ConfiguredError](err); ok {
		return explainConfigured(ctx, call, tool, subject, configured)
	}
	return ""
}

// explainRunExternal explains a run_agent with the key of an external agent.
func explainRunExternal(key string) string {
	return fmt.Sprintf("The agent %s is an external A2A agent, which run_agent cannot configure. Nothing was changed or started. Run it with orq.ai's invoke_agent and key=%[1]s.", key)
}

// explainConfigured explains a run that failed after its agent was created or changed.
func explainConfigured(ctx context.Context, call *Call, tool Spec, subject *subjectError, configured *orq.ConfiguredError) string {
	done := "changed as given"
	if configured.Created {
		done = "created"
	}
	reason := explain(ctx, call, tool, &subjectError{key: configured.Key, taskID: subject.taskID, blocks: subject.blocks, configured: true, err: configured.Err})
	if mayHaveActed(configured.Err) {
		return fmt.Sprintf("The agent %s was %s. %s", configured.Key, done, reason)
	}
	if errors.Is(configured.Err, orq.ErrNoRoute) {
		return fmt.Sprintf("The agent %s was %s, but its run did not start. %s", configured.Key, done, reason)
	}
	return fmt.Sprintf("The agent %s was %s, but its run did not start. %s The agent stays: orq.ai's invoke_agent with key=%s runs it.", configured.Key, done, reason, configured.Key)
}

// mayHaveActed reports whether a request that failed may have been carried out all the same: it was sent, and not refused.
func mayHaveActed(err error) bool {
	if api, ok := errors.AsType[*orq.APIError](err); ok {
		return errors.Is(api, orq.ErrUnavailable) && !errors.Is(api, orq.ErrNoRoute)
	}
	answer, ok := errors.AsType[*orq.AnswerError](err)
	return !errors.Is(err, orq.ErrNotSent) && (!ok || !answer.Reads)
}

// explainNoRoute explains an operation that the server does not offer. A task is lost with the operation for its generation.
func explainNoRoute(call *Call, subject *subjectError, api *orq.APIError) string {
	text := fmt.Sprintf("%s answered %d%s: the server at ORQ_BASE_URL does not offer %s. Check ORQ_BASE_URL; if it is right, this operation was retired",
		api.Service(), api.Status, subject.about(), api.Operation)
	if subject.taskID != "" {
		text += fmt.Sprintf(", and the task %s with it: start a new one without task_id", subject.taskID)
	}
	if limit := call.Orq.API(); limit != orq.APIAuto {
		return text + fmt.Sprintf(". This server is limited to one generation of the API by --api=%s: --api=auto uses both.", limit)
	}
	return text + "."
}
