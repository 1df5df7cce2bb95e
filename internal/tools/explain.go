package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// subjectError is an error of a call about one agent, and possibly one of its tasks.
type subjectError struct {
	key    string
	taskID string
	// creates reports that the call creates the agent, so that a 404 is about something else.
	creates bool
	// newKey is the key to which the call renames the agent; empty if it does not.
	newKey string
	// notRepeatable reports that the call must not be repeated although its tool is idempotent in general.
	notRepeatable bool
	// blocks are the building blocks that the call names.
	blocks []blockName
	err    error
}

func (e *subjectError) Error() string { return e.err.Error() }
func (e *subjectError) Unwrap() error { return e.err }

// withSubject marks err as an error about the agent with that key, and about its task unless taskID is empty.
func withSubject(key, taskID string, err error) error {
	return &subjectError{key: key, taskID: taskID, err: err}
}

// creating marks err as a failed creation of the agent with that key, from those building blocks.
func creating(key string, blocks []blockName, err error) error {
	return &subjectError{key: key, creates: true, blocks: blocks, err: err}
}

// explain describes an error to the caller: what went wrong, and what to do about it. It is the only place that turns errors
// into text for callers.
func explain(ctx context.Context, call *Call, tool Spec, err error) string {
	var arguments *schema.ArgumentError
	var worded *callerError
	switch {
	case errors.As(err, &arguments):
		return explainArguments(tool.Name, arguments)
	case errors.As(err, &worded):
		return worded.text
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
	if text := explainGeneration(ctx, call, tool, subject, err); text != "" {
		return text
	}
	if api, ok := errors.AsType[*orq.APIError](err); ok {
		return explainAPI(ctx, call, tool, subject, api)
	}
	advice := unknownOutcomeAdvice(tool, subject)
	if advice == "" || errors.Is(err, orq.ErrNotSent) {
		advice = "Check the network and ORQ_BASE_URL, then try again."
	}
	return sentence("The request to orq.ai failed: "+call.redactArgs(err.Error())) + " " + advice
}

const noKey = "No orq.ai API key is set, so nothing was sent. Set ORQ_API_KEY in this server's environment, start it with --sandbox to use " +
	"the built-in local workspace, or over HTTP send Authorization: Bearer <orq.ai API key>."

// explainCancelled explains a call that was ended before its result.
func explainCancelled(ctx context.Context, tool Spec, subject *subjectError) string {
	text := "The call was cancelled before it finished."
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		text = "The call was cancelled before it finished: " + sentence(cause.Error())
	}
	if subject.taskID != "" {
		return text + fmt.Sprintf(" Its task is %s: get_agent_response tells what became of it.", subject.taskID)
	}
	return strings.TrimSpace(text + " " + unknownOutcomeAdvice(tool, subject))
}

// unknownOutcomeAdvice returns the advice for a failed call that may have been carried out all the same. It is empty if the
// call can simply be repeated.
func unknownOutcomeAdvice(tool Spec, subject *subjectError) string {
	switch {
	case tool.Idempotent && !subject.notRepeatable:
		return ""
	case tool.RunsAgent && subject.taskID != "":
		return fmt.Sprintf("It may have gone on all the same and was not sent again: get_agent_response with key=%s and task_id=%s tells.",
			subject.key, subject.taskID)
	case tool.RunsAgent:
		return mayHaveStarted
	}
	return "It may have been carried out all the same and was not sent again: look with get_agent before you call again."
}

const mayHaveStarted = "The run may have started all the same and was not started again: it may act and cost money, so ask before you call again."

// callerError is an error whose text is written for the caller, who gets it unchanged.
type callerError struct{ text string }

func (e *callerError) Error() string { return e.text }

// explainArguments lists the problems of the arguments of a call.
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

// explainCutOff explains a stream that broke off, with its task.
func explainCutOff(call *Call, subject *subjectError, err *relay.CutOffError) string {
	text := sentence("The event stream broke off and its outcome could not be fetched: " + oneLine(call.redactArgs(err.Cause.Error())))
	if taskID := cmp.Or(err.Outcome.TaskID, subject.taskID); taskID != "" {
		text += fmt.Sprintf(" The run may still go on: call get_agent_response with key=%s and task_id=%s.", err.Outcome.AgentKey, taskID)
	} else {
		text += " " + mayHaveStarted
	}
	return text
}

// receivedBefore returns the agent's text that arrived before its stream broke off, under a heading. It is "" for other
// errors.
func receivedBefore(err error) string {
	cut, ok := errors.AsType[*relay.CutOffError](err)
	if !ok || cut.Outcome.OutputText == "" {
		return ""
	}
	heading := "Received until then:"
	if cut.Outcome.Truncated {
		heading = fmt.Sprintf("Received until then, of which only the first %d bytes are kept (--text-limit):", len(cut.Outcome.OutputText))
	}
	return "\n" + heading + "\n" + cut.Outcome.OutputText
}

// explainAPI explains an error response of the API.
func explainAPI(ctx context.Context, call *Call, tool Spec, subject *subjectError, api *orq.APIError) string {
	advice := unknownOutcomeAdvice(tool, subject)
	redacted := *api
	redacted.Message = call.redactArgs(api.Message)
	api = &redacted
	answer := sentence("orq.ai answered: " + strings.TrimSpace(api.Message))
	switch {
	case errors.Is(api, orq.ErrUnauthorized):
		return rejectedKey(call) + " was rejected by orq.ai: " + sentence(api.Message) + " Check that the key is complete, active and belongs to this workspace."
	case errors.Is(api, orq.ErrForbidden):
		return "The API key may not do this: " + sentence(api.Message) + " Use a key with the rights for this workspace and project."
	case errors.Is(api, orq.ErrNoRoute):
		return explainNoRoute(call, subject, api)
	case errors.Is(api, orq.ErrNotFound):
		return explainMissing(ctx, call, subject, api, answer)
	case errors.Is(api, orq.ErrConflict):
		return explainConflict(tool, subject, answer)
	case errors.Is(api, orq.ErrRateLimited):
		return "orq.ai is rate limiting: " + sentence(api.Message) + " " + retryHint(api.RetryAfter)
	case errors.Is(api, orq.ErrUnavailable) && advice != "" && api.RetryAfter == 0:
		return fmt.Sprintf("orq.ai failed with %d: %s %s", api.Status, sentence(api.Message), advice)
	case errors.Is(api, orq.ErrUnavailable):
		return fmt.Sprintf("orq.ai failed with %d: %s %s", api.Status, sentence(api.Message), retryHint(api.RetryAfter))
	case errors.Is(api, orq.ErrInvalid):
		if api.Status == http.StatusBadRequest {
			answer += nearestBlocks(ctx, call, subject.blocks, api.Message)
		}
		return answer + call.describeRemarks() + " Correct what it names and call again."
	}
	return fmt.Sprintf("orq.ai answered %d: %s Check ORQ_BASE_URL and the arguments.", api.Status, sentence(api.Message))
}

// describeRemarks returns the arguments that were passed on although they are not known, which may be what the API refuses.
func (c *Call) describeRemarks() string {
	if len(c.remarks) == 0 {
		return ""
	}
	return " " + sentence(strings.Join(c.remarks, "; "))
}

// retryHint returns when to try again: after the time that the service requires, or in a minute if it requires none.
func retryHint(after time.Duration) string {
	if after > 0 {
		return fmt.Sprintf("Retry after %d s.", int(math.Ceil(after.Seconds())))
	}
	return "Try again in a minute."
}

// rejectedKey describes where the API key of the call came from.
func rejectedKey(call *Call) string {
	if call.Orq.KeyOfCaller() {
		return "The API key sent as Authorization: Bearer"
	}
	return "ORQ_API_KEY"
}

// explainConflict explains a 409. answer is the API's message as a sentence.
func explainConflict(tool Spec, subject *subjectError, answer string) string {
	switch {
	case tool.ReadOnly:
		return answer + " " + retryHint(0)
	case subject.taskID != "":
		return answer + fmt.Sprintf(" Wait until task %s is inactive: get_agent_response tells.", subject.taskID)
	case subject.newKey != "":
		return fmt.Sprintf("The key %s is taken: %s Choose another new_key.", subject.newKey, answer)
	case subject.creates && tool.RunsAgent:
		return fmt.Sprintf("The key %s is taken: %s invoke_agent runs that agent; another key creates a new one.", subject.key, answer)
	case subject.creates:
		return fmt.Sprintf("The key %s is taken: %s update_agent changes that agent; another key creates a new one.", subject.key, answer)
	}
	return answer + " Look with get_agent what stands against it."
}

// sentence returns text with a period at its end, unless it has an end mark already.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }
