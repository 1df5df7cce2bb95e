package relay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// run accumulates the state of a run while its events come in.
type run struct {
	Outcome
	// ended reports that an event stated how the run ended or paused.
	ended bool
	// doubtful reports that how the run ended is not known from that event.
	doubtful bool
	// streamFailed reports that the stream failed outside the agent, so that it does not show how the run stands.
	streamFailed bool
	// timedOut reports that the service timed the stream out; the run may go on.
	timedOut bool
	// inReview reports that a person has to review the run before it goes on.
	inReview bool
	// unreadable counts the messages of the stream that were no events.
	unreadable int
	// startedTask is the task's id, set by the event that starts the execution; the stall watch reads it.
	startedTask atomic.Pointer[string]
	// onTask is Options.OnTask.
	onTask func(taskID string)
	// text is the text of the thoughts so far, the outcome's text if no final message comes.
	text longText
	// tail is the end of the text so far.
	tail tail
	// textItem is the item of a response to which the end of text belongs.
	textItem string
	// textLimit is the length after which text takes no more, in bytes.
	textLimit int
	// tools holds the tool executions that have not ended, by call id.
	tools map[string]*openTool
}

// maxListed bounds the tool executions and the files of an outcome.
const maxListed = 500

// apply updates the run with an event and returns the event's progress.
func (r *run) apply(event *orq.Event) Progress {
	r.Events++
	if event.Type == orq.EventThought {
		step := event.Step()
		if r.applyThought(step); step.Text != "" {
			return Progress{Message: r.tail.add(step.Text), Text: step.Text, Event: event}
		}
		return Progress{Message: fmt.Sprintf("iteration %v: thinking", step.Iteration), Event: event}
	}
	if progress, ok := r.applyResponse(event); ok {
		return progress
	}
	return Progress{Message: r.applyStatus(event), Event: event}
}

// begin records the id of the task, unless the service left it out.
func (r *run) begin(taskID string) {
	if taskID != "" && taskID != r.TaskID {
		if r.onTask != nil {
			r.onTask(taskID)
		}
		r.TaskID = taskID
		r.startedTask.Store(&taskID)
	}
}

// applyStatus updates the run with an event that is not a thought and returns its line for a person.
func (r *run) applyStatus(event *orq.Event) string {
	switch data := event.Data.(type) {
	case *orq.ExecutionStarted:
		r.TraceID = data.TraceID
		r.begin(data.AgentTaskID)
		return "task " + data.AgentTaskID + " started"
	case *orq.AgentStarted:
		if data.ModelID == "" || data.ModelID == orq.TypeA2A { // it has no model here
			return "agent " + data.AgentKey + " started"
		}
		return "agent " + data.AgentKey + " started on " + data.ModelID
	case *orq.Inactive:
		return r.applyInactive(data)
	case *orq.Errored:
		return r.fail(data.Error)
	case *orq.StreamError:
		r.streamFailed = true
		return r.fail(data.Error)
	case *orq.Timeout:
		r.timedOut = true
		return r.fail(data.Message)
	case *orq.ExecutionReview:
		r.inReview = event.Type == orq.EventExecutionReviewRequired
		return reviewLine(r.inReview)
	case *orq.ExecutionNamed:
		return "named: " + data.Name
	case *orq.HandedOff:
		return "handed off to " + data.AgentID
	case *orq.MessageCreated:
		return "message added to the conversation"
	}
	if line := r.applyTool(event); line != "" {
		return line
	}
	return lineWithoutData(event)
}

// reviewLine returns the line of an event about a review of the run.
func reviewLine(required bool) string {
	if required {
		return "waiting for a review of the run: decide in the orq.ai studio"
	}
	return "the run was reviewed and goes on"
}

// lineWithoutData returns the line of an event whose type alone is known.
func lineWithoutData(event *orq.Event) string {
	if kind, ok := strings.CutPrefix(string(event.Type), orq.ResponseEventPrefix); ok {
		if isStructure(kind) {
			return ""
		}
		return strings.NewReplacer(".", " ", "_", " ").Replace(kind)
	}
	return string(event.Type)
}

// applyThought adds the text, the files and the usage of a reasoning step.
func (r *run) applyThought(step orq.Step) {
	for i := range step.Files {
		r.addFile(&step.Files[i])
	}
	r.setUsage(step.Usage)
	r.addText(step.Text)
}

// addText adds text of the agent, as long as the outcome has room for it: that is truncated to the limit in the end.
func (r *run) addText(text string) {
	if r.text.Len() <= r.textLimit {
		r.text.add(text)
	}
}

// applyInactive takes the outcome from the event that ends or pauses the run.
func (r *run) applyInactive(data *orq.Inactive) string {
	r.ended = true
	r.FinishReason = data.FinishReason
	r.OutputText = data.LastMessage
	if last := data.LastMessageFull; last != nil {
		r.OutputText = cmp.Or(r.OutputText, last.Text())
		if slices.ContainsFunc(last.Parts, func(part orq.Part) bool { return part.File != nil }) {
			r.OutputFiles = nil
			r.addFiles(*last)
		}
	}
	r.setUsage(data.Usage)
	if data.Billing != nil {
		r.CostUSD = &data.Billing.TotalCost
	}
	r.setPending(data.PendingToolCalls)
	switch reason := data.FinishReason; {
	case len(r.PendingToolCalls) > 0:
		r.State = StateInputRequired
		return r.pausedLine()
	case r.State == StateFailed:
	case pauses(reason) && r.awaitsDecision():
		r.State = StateWorking
		return "paused: waiting for a decision in the orq.ai studio"
	case !orq.KnownFinish(reason):
		r.doubtful = true
		r.failUnknown("finish_reason", reason)
		return "stopped: " + r.Error
	case reason == orq.FinishFunctionCall:
		r.doubtful = true
		r.State, r.Error = StateFailed, unnamedCall
	default:
		r.State = StateCompleted
	}
	return "finished: " + data.FinishReason
}

// pauses reports whether a run that has stopped for that reason goes on after a call of a tool.
func pauses(reason string) bool {
	return reason == orq.FinishToolCalls || reason == orq.FinishFunctionCall
}

// awaitsDecision reports whether a person has to approve a tool call or to review the run.
func (r *run) awaitsDecision() bool {
	return r.inReview || len(NamesWith(AwaitingApproval, r.ToolExecutions)) > 0
}

// pausedLine names the calls whose results the run waits for.
func (r *run) pausedLine() string {
	names := make([]string, 0, len(r.PendingToolCalls))
	for _, call := range r.PendingToolCalls {
		names = append(names, call.Name)
	}
	return "paused: waiting for the result of " + strings.Join(names, ", ")
}

func (r *run) fail(reason string) string {
	r.ended = true
	r.State, r.Error = StateFailed, cmp.Or(reason, noReason)
	return "failed: " + r.Error
}
