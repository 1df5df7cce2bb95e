package relay

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// activity is what a run does at the moment, in words. The goroutine that follows the run writes it, that of its heartbeat reads
// it.
type activity struct{ words atomic.Pointer[string] }

func (a *activity) set(words string) { a.words.Store(&words) }

// now returns the words, or "" before there are any.
func (a *activity) now() string {
	if words := a.words.Load(); words != nil {
		return *words
	}
	return ""
}

// note takes over what the run does after an event, if the event can have changed that.
func (a *activity) note(r *run, event *orq.Event) {
	switch event.Data.(type) {
	case *orq.ActionReviewRequested, *orq.ActionReviewed, *orq.ExecutionReview,
		*orq.ToolStarted, *orq.ToolFinished, *orq.ToolFailed, *orq.OutputItem:
		a.set(r.doing())
	default:
		if a.words.Load() == nil {
			a.set(thinking)
		}
	}
}

// thinking is what a run does that waits for no tool and for nobody.
const thinking = "thinking"

// doing names the tools that run, and what a person has to decide.
func (r *run) doing() string {
	var parts []string
	if running := NamesWith(toolRuns, r.ToolExecutions); len(running) > 0 {
		parts = append(parts, runningTools(running))
	}
	if waiting := NamesWith(AwaitingApproval, r.ToolExecutions); len(waiting) > 0 {
		parts = append(parts, "waiting for approval of "+toolNames(waiting))
	}
	if r.inReview {
		parts = append(parts, "waiting for a review")
	}
	if len(parts) == 0 {
		return thinking
	}
	return strings.Join(parts, ", ")
}

// runningTools is toolNames after the word that it needs.
func runningTools(names []string) string {
	switch len(names) {
	case 1:
		return "tool " + toolNames(names)
	case 2:
		return "tools " + toolNames(names)
	}
	return toolNames(names)
}

// toolNames names one or two tools, and counts more.
func toolNames(names []string) string {
	const limit = 60 // bytes of a name
	switch len(names) {
	case 1:
		return truncate.Bytes(names[0], limit)
	case 2:
		return truncate.Bytes(names[0], limit) + " and " + truncate.Bytes(names[1], limit)
	}
	return fmt.Sprintf("%d tools", len(names))
}

// stillWorking returns the line of a heartbeat of a call that began elapsed ago.
func stillWorking(elapsed time.Duration, doing string) string {
	line := "still working, " + inWords(elapsed)
	if doing != "" {
		line += ", " + doing
	}
	return line
}

// inWords returns a duration in whole seconds, minutes and hours: "45 s", "1 min 30 s", "2 h 5 min".
func inWords(duration time.Duration) string {
	seconds := int64(duration / time.Second)
	switch {
	case seconds < 60:
		return fmt.Sprintf("%d s", seconds)
	case seconds < 3600:
		return fmt.Sprintf("%d min %d s", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d h %d min", seconds/3600, seconds/60%60)
}
