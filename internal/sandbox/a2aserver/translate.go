package a2aserver

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// translator turns the events of a run into those of A2A. It is a run.Listener.
//
// The text of an agent is sent as pieces of the artifact that holds its answer; text before it uses a tool is no part of the
// answer, and is sent with the state working. The last message is held, for holdTime at most, until the next event shows
// which of them it is, or the question of a task that waits.
type translator struct {
	feed *feed
	info spec.TaskInfo
	id   string // of the artifact

	mu      sync.Mutex
	held    *orq.Message // the last message, not sent yet
	release *time.Timer  // sends it
	sent    strings.Builder
	// begun reports that there is a piece of the artifact already.
	begun bool
}

// holdTime is how long a message is held. The end of a turn follows its last message at once.
const holdTime = 300 * time.Millisecond

var _ run.Listener = (*translator)(nil)

func newTranslator(f *feed, task *spec.Task) *translator {
	t := &translator{feed: f, info: task.TaskInfo(), id: f.handle.Response.ID}
	t.release = time.AfterFunc(holdTime, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.sendHeld()
	})
	return t
}

// Event implements run.Listener.
func (t *translator) Event(event orq.Event) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch data := event.Data.(type) {
	case *orq.AgentStarted:
		t.status(spec.TaskStatus{State: spec.TaskStateWorking, Timestamp: timeOf(event.Timestamp)})
	case *orq.Thought:
		t.sendHeld()
		for _, thought := range data.MessageDifference {
			t.held = &thought.Message
		}
		t.release.Reset(holdTime)
	case *orq.Inactive, *orq.Errored, *orq.StreamError, *orq.Timeout: // the end follows
	default:
		t.sendHeld()
	}
	return nil
}

// Done implements run.Listener.
func (t *translator) Done() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.release.Stop()
	task := t.feed.handle.Wait(context.Background()) // it has ended
	switch {
	case task.State == orq.TaskCompleted:
		t.finishArtifact(task)
	case task.Ended():
		t.sendHeld()
	}
	t.held = nil
	t.status(statusOf(task))
	return nil
}

func (t *translator) status(status spec.TaskStatus) {
	t.feed.add(&spec.TaskStatusUpdateEvent{TaskID: t.info.TaskID, ContextID: t.info.ContextID, Status: status})
}

// sendHeld sends the message that is held, as what the following event shows it to be.
func (t *translator) sendHeld() {
	message := t.held
	if t.held = nil; message == nil {
		return
	}
	converted := toMessage(*message)
	switch {
	case len(converted.Parts) == 0:
	case slices.ContainsFunc(message.Parts, func(p orq.Part) bool { return p.Kind == orq.KindToolCall }):
		t.status(spec.TaskStatus{State: spec.TaskStateWorking, Message: converted})
	default:
		t.piece(converted.Parts, false)
	}
}

// piece adds parts to the artifact.
func (t *translator) piece(parts spec.ContentParts, last bool) {
	t.sent.WriteString(textOf(parts))
	t.artifact(parts, t.begun, last)
}

func (t *translator) artifact(parts spec.ContentParts, isAppend, last bool) {
	t.begun = true
	t.feed.add(&spec.TaskArtifactUpdateEvent{
		TaskID: t.info.TaskID, ContextID: t.info.ContextID, Append: isAppend, LastChunk: last, Artifact: newArtifact(t.id, parts),
	})
}

// finishArtifact completes the artifact: with the last piece, or by the whole answer if that is not what was sent.
func (t *translator) finishArtifact(task *store.Task) {
	last := lastAnswer(task)
	if last < 0 {
		return
	}
	answer := toParts(task.Messages[last].Parts)
	var rest spec.ContentParts
	if t.held != nil {
		rest = toParts(t.held.Parts)
	}
	switch complete := isText(answer) && textOf(answer) == t.sent.String()+textOf(rest); {
	case complete && len(rest) > 0 && isText(rest):
		t.piece(rest, true)
	case complete && len(rest) == 0, len(answer) == 0:
	default:
		t.artifact(answer, false, true)
	}
}

// isText reports whether parts hold nothing but text.
func isText(parts spec.ContentParts) bool {
	return !slices.ContainsFunc(parts, func(p *spec.Part) bool { return p.Text() == "" })
}

func textOf(parts spec.ContentParts) string {
	var text strings.Builder
	for _, part := range parts {
		text.WriteString(part.Text())
	}
	return text.String()
}
