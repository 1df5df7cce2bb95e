package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// subjectError is an error about one agent, and perhaps one of its tasks.
type subjectError struct {
	key    string
	taskID string
	// made reports that the call makes the agent, so that a 404 is about something else.
	made bool
	// newKey is the key the agent was to get.
	newKey string
	// once reports that the call must not be made twice, though its tool may.
	once bool
	err  error
}

func (e *subjectError) Error() string { return e.err.Error() }
func (e *subjectError) Unwrap() error { return e.err }

// about names the agent, and the task unless it is empty, that err is about.
func about(key, taskID string, err error) error {
	return &subjectError{key: key, taskID: taskID, err: err}
}

// making names the agent that the failed call was to make.
func making(key, taskID string, err error) error {
	return &subjectError{key: key, taskID: taskID, made: true, err: err}
}

// explain says in two sentences what went wrong and what to do about it. It is the only place where errors become text
// for a caller.
func explain(ctx context.Context, call *Call, tool Spec, err error) string {
	var arguments *schema.ArgumentError
	var refused *refusal
	switch {
	case errors.As(err, &arguments):
		return explainArguments(tool.Name, arguments)
	case errors.As(err, &refused):
		return refused.text
	case errors.Is(err, orq.ErrNoKey):
		return noKey
	}
	var subject *subjectError
	if !errors.As(err, &subject) {
		subject = &subjectError{}
	}
	if cut, ok := errors.AsType[*relay.CutOffError](err); ok {
		return explainCutOff(call, subject, cut)
	}
	if ctx.Err() != nil {
		return explainCancelled(ctx, tool, subject)
	}
	if api, ok := errors.AsType[*orq.APIError](err); ok {
		return explainAPI(ctx, call, tool, subject, api)
	}
	advice := lookFirst(tool, subject)
	if advice == "" || errors.Is(err, orq.ErrNotSent) {
		advice = "Check the network and ORQ_BASE_URL, then try again."
	}
	return sentence("The request to orq.ai failed: "+call.hide(err.Error())) + " " + advice
}

const noKey = "No orq.ai API key is set, so nothing was sent. Set ORQ_API_KEY in this server's environment, start it with --sandbox to use " +
	"the built-in local workspace, or over HTTP send Authorization: Bearer <orq.ai API key>."

func explainCancelled(ctx context.Context, tool Spec, subject *subjectError) string {
	text := "The call was cancelled before it finished."
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		text = "The call was cancelled before it finished: " + sentence(cause.Error())
	}
	if subject.taskID != "" {
		return text + fmt.Sprintf(" Its task is %s: get_agent_response tells what became of it.", subject.taskID)
	}
	return strings.TrimSpace(text + " " + lookFirst(tool, subject))
}

// lookFirst is the advice for a call whose fate is unknown and that must not simply be made again; else it is empty.
func lookFirst(tool Spec, subject *subjectError) string {
	switch {
	case tool.Idempotent && !subject.once:
		return ""
	case tool.RunsAgent && subject.taskID != "":
		return fmt.Sprintf("It may have gone on all the same and was not sent again: get_agent_response with key=%s and task_id=%s tells.",
			subject.key, subject.taskID)
	case tool.RunsAgent:
		return mayRun
	}
	return "It may have been carried out all the same and was not sent again: look with get_agent before you call again."
}

const mayRun = "The run may have started all the same and was not started again: it may act and cost money, so ask before you call again."

// refusal is an error whose text is already what the caller should read.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

func explainArguments(tool string, err *schema.ArgumentError) string {
	if len(err.Problems) == 1 {
		return fmt.Sprintf("The arguments of %s are wrong, nothing was sent: %s Correct it and call again.", tool, sentence(err.Error()))
	}
	var text strings.Builder
	fmt.Fprintf(&text, "The arguments of %s have %d problems, nothing was sent. Correct all of them and call again:", tool, len(err.Problems))
	for _, problem := range err.Problems {
		text.WriteString("\n- ")
		if problem.Path != "" {
			text.WriteString(problem.Path + ": ")
		}
		text.WriteString(problem.Message)
	}
	return text.String()
}

func explainCutOff(call *Call, subject *subjectError, err *relay.CutOffError) string {
	text := sentence("The event stream broke off and its outcome could not be fetched: " + oneLine(call.hide(err.Cause.Error())))
	if taskID := cmp.Or(err.Outcome.TaskID, subject.taskID); taskID != "" {
		text += fmt.Sprintf(" The run may still go on: call get_agent_response with key=%s and task_id=%s.", err.Outcome.AgentKey, taskID)
	} else {
		text += " " + mayRun
	}
	if received := err.Outcome.OutputText; received != "" {
		heading := "Received until then:"
		if err.Outcome.Truncated {
			heading = fmt.Sprintf("Received until then, of which only the first %d bytes are kept (--text-limit):", len(received))
		}
		text += "\n" + heading + "\n" + received
	}
	return text
}

func explainAPI(ctx context.Context, call *Call, tool Spec, subject *subjectError, api *orq.APIError) string {
	advice := lookFirst(tool, subject)
	said := *api
	said.Message = call.hide(api.Message)
	api = &said
	what := sentence("orq.ai answered: " + strings.TrimSpace(api.Message))
	switch {
	case errors.Is(api, orq.ErrUnauthorized):
		return rejectedKey(call) + " was rejected by orq.ai: " + sentence(api.Message) + " Check that the key is complete, active and belongs to this workspace."
	case errors.Is(api, orq.ErrForbidden):
		return "The API key may not do this: " + sentence(api.Message) + " Use a key with the rights for this workspace and project."
	case errors.Is(api, orq.ErrNoRoute):
		return fmt.Sprintf("The server at ORQ_BASE_URL does not offer %s. Check ORQ_BASE_URL; if it is right, this operation was retired.", api.Operation)
	case errors.Is(api, orq.ErrNotFound):
		return explainMissing(ctx, call, subject, api.Message, what)
	case errors.Is(api, orq.ErrConflict):
		return explainConflict(tool, subject, what)
	case errors.Is(api, orq.ErrRateLimited):
		return "orq.ai is rate limiting: " + sentence(api.Message) + " " + retryHint(api.RetryAfter)
	case errors.Is(api, orq.ErrUnavailable) && advice != "" && api.RetryAfter == 0:
		return fmt.Sprintf("orq.ai failed with %d: %s %s", api.Status, sentence(api.Message), advice)
	case errors.Is(api, orq.ErrUnavailable):
		return fmt.Sprintf("orq.ai failed with %d: %s %s", api.Status, sentence(api.Message), retryHint(api.RetryAfter))
	case errors.Is(api, orq.ErrInvalid):
		return what + " Correct what it names and call again."
	}
	return fmt.Sprintf("orq.ai answered %d: %s Check ORQ_BASE_URL and the arguments.", api.Status, sentence(api.Message))
}

func retryHint(after time.Duration) string {
	if after > 0 {
		return fmt.Sprintf("Retry after %d s.", int(math.Ceil(after.Seconds())))
	}
	return "Try again in a minute."
}

// rejectedKey names the key that was sent.
func rejectedKey(call *Call) string {
	if call.Orq.KeyOfCaller() {
		return "The API key sent as Authorization: Bearer"
	}
	return "ORQ_API_KEY"
}

func explainConflict(tool Spec, subject *subjectError, what string) string {
	switch {
	case tool.ReadOnly:
		return what + " " + retryHint(0)
	case subject.taskID != "":
		return what + fmt.Sprintf(" Wait until task %s is inactive: get_agent_response tells.", subject.taskID)
	case subject.newKey != "":
		return fmt.Sprintf("The key %s is taken: %s Choose another new_key.", subject.newKey, what)
	case subject.made && tool.RunsAgent:
		return fmt.Sprintf("The key %s is taken: %s invoke_agent runs that agent; another key creates a new one.", subject.key, what)
	case subject.made:
		return fmt.Sprintf("The key %s is taken: %s update_agent changes that agent; another key creates a new one.", subject.key, what)
	}
	return what + " Look with get_agent what stands against it."
}

// sentence ends text with a full stop unless it ends with one.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }
