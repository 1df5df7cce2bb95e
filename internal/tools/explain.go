package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

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
	// configured reports that the call has created or changed the agent already, which another sentence mentions.
	configured bool
	// blocks are the building blocks that the call names.
	blocks []blockName
	err    error
}

func (e *subjectError) Error() string { return e.err.Error() }
func (e *subjectError) Unwrap() error { return e.err }

// about returns " for agent KEY", or "" for a call about no single agent.
func (e *subjectError) about() string {
	if e.key == "" {
		return ""
	}
	return " for agent " + e.key
}

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
	if answer, ok := errors.AsType[*orq.AnswerError](err); ok {
		return explainAnswer(call, tool, subject, answer)
	}
	advice := unknownOutcomeAdvice(tool, subject)
	if advice == "" || errors.Is(err, orq.ErrNotSent) {
		advice = "Check the network and ORQ_BASE_URL, then try again."
	}
	return sentence("The request to orq.ai"+subject.about()+" failed: "+call.redactArgs(err.Error())) + " " + advice
}

const noKey = "No orq.ai API key is set, so nothing was sent. Set ORQ_API_KEY in this server's environment, start it with --sandbox to use " +
	"the built-in local workspace, or over HTTP send Authorization: Bearer <orq.ai API key>."

// explainCancelled explains a call that was ended before its result.
func explainCancelled(ctx context.Context, tool Spec, subject *subjectError) string {
	text := "The call" + subject.about() + " was cancelled before it finished"
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, context.DeadlineExceeded):
		text += ": its time was up"
	case !errors.Is(cause, context.Canceled):
		text += ": " + cause.Error()
	}
	text = sentence(text)
	if subject.taskID != "" {
		return text + fmt.Sprintf(" Its task is %s: orq.ai's get_agent_response shows its state.", subject.taskID)
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
		return fmt.Sprintf("It may have gone on all the same and was not sent again: orq.ai's get_agent_response with key=%s and task_id=%s shows its state.",
			subject.key, subject.taskID)
	case tool.RunsAgent:
		return mayHaveStarted
	}
	return "It may have been carried out all the same and was not sent again: check with orq.ai's get_agent before you call again."
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
	reason := oneLine(call.redactArgs(err.Cause.Error()))
	text := "The event stream" + subject.about() + " broke off before its end and its outcome could not be fetched"
	if reason = strings.TrimLeft(strings.TrimPrefix(reason, orq.ErrCutOff.Error()), ":; "); reason != "" {
		text += ": " + reason
	}
	text = sentence(text)
	if taskID := cmp.Or(err.Outcome.TaskID, subject.taskID); taskID != "" {
		text += fmt.Sprintf(" The run may still go on: call orq.ai's get_agent_response with key=%s and task_id=%s.", err.Outcome.AgentKey, taskID)
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

// sentence returns text with a period at its end, unless it has an end mark already.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }
