package a2a

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// errNoResult is an answer in which no event could be found.
var errNoResult = errors.New("there is neither a result nor an error in it")

// maxNesting bounds how deep lists and wrappers are followed.
const maxNesting = 10

// decodeAnswer decodes an answer of any version of A2A and of both transports: a response of JSON-RPC or what would be its
// result, or a list of either. An error in it is returned as a *refusal.
func decodeAnswer(raw []byte) ([]Event, error) {
	value, err := decodeJSON(raw)
	if err != nil {
		return nil, err
	}
	return readAnswer(value)
}

// readAnswer is decodeAnswer for a decoded JSON value.
func readAnswer(value any) ([]Event, error) {
	if items, ok := value.([]any); ok {
		var all []Event
		for _, item := range items {
			events, err := readAnswer(item)
			if err != nil {
				return all, err
			}
			all = append(all, events...)
		}
		return found(all, value)
	}
	answer := asObject(value)
	if refused := refusalIn(answer); refused != nil {
		return nil, refused
	}
	if result := answer.get("result"); result != nil {
		return found(readResult(result, "", 0), result)
	}
	return found(readResult(value, "", 0), value)
}

// found returns the events, or errNoResult with the words of an answer that holds none.
func found(events []Event, value any) ([]Event, error) {
	if len(events) > 0 {
		return events, nil
	}
	if words := wordsOf(value); words != "" && asObject(value) != nil {
		return nil, fmt.Errorf("%w: %s", errNoResult, words)
	}
	return nil, errNoResult
}

// The kinds of results, as letters returns them.
const (
	kindTask           = "task"
	kindMessage        = "message"
	kindStatusUpdate   = "statusupdate"
	kindArtifactUpdate = "artifactupdate"
)

// wrappers are the fields in which A2A 1.0 wraps a result, each with its kind.
var wrappers = [][2]string{
	{"task", kindTask}, {"message", kindMessage}, {"statusUpdate", kindStatusUpdate}, {"artifactUpdate", kindArtifactUpdate},
}

// readResult returns the events of a result: a task, a message, or an update of a status or an artifact, bare as in A2A 0.3
// or wrapped as in 1.0, and a text for a message. kind is that of the wrapper around it.
func readResult(result any, kind string, depth int) (all []Event) {
	if depth > maxNesting {
		return nil
	}
	switch r := result.(type) {
	case string:
		return []Event{messageEvent(object{"parts": []any{r}})}
	case []any:
		for _, item := range r {
			all = append(all, readResult(item, kind, depth+1)...)
		}
		return all
	}
	o := asObject(result)
	switch kind := cmp.Or(kindOf(o), kind); kind {
	case kindTask:
		return []Event{taskEvent(o)}
	case kindMessage:
		return []Event{messageEvent(o)}
	case kindStatusUpdate:
		return []Event{statusEvent(o)}
	case kindArtifactUpdate:
		return []Event{artifactEvent(o)}
	}
	for _, wrapper := range wrappers {
		if inner := o.object(wrapper[0]); inner != nil {
			all = append(all, readResult(map[string]any(inner), wrapper[1], depth+1)...)
		}
	}
	return all
}

// kindOf returns the kind of a bare result. Its fields decide, where they can: agents leave out kind, or send a message as
// a task. It is empty when o is none.
func kindOf(o object) string {
	named := letters(o.text("kind"))
	switch {
	case o.object("artifact") != nil:
		return kindArtifactUpdate
	case o.get("status") == nil && (o.get("parts") != nil || o.get("role") != nil && o.get("content") != nil):
		return kindMessage
	case o.get("artifacts") != nil:
		return kindTask
	case o.get("status") != nil && named == kindStatusUpdate:
		return kindStatusUpdate
	case o.get("status") != nil && o.text("id") != "" && (named == kindTask || o.get("final") == nil):
		return kindTask
	case o.get("status") != nil && o.text("taskId", "id") != "":
		return kindStatusUpdate
	case named == kindTask, named == kindMessage, named == kindStatusUpdate, named == kindArtifactUpdate:
		return named
	case o.text("id") != "" && o.text("contextId") != "":
		return kindTask
	}
	return ""
}

func messageEvent(o object) Event {
	return Event{
		TaskID: o.text("taskId"), ContextID: o.text("contextId"),
		State: orq.TaskCompleted, Implied: true, Message: readMessage(map[string]any(o)),
	}
}

func statusEvent(o object) Event {
	event := Event{TaskID: o.text("taskId", "id"), ContextID: o.text("contextId", "sessionId"), Final: o.isTrue("final")}
	event.readStatus(o.get("status"))
	return event
}

func artifactEvent(o object) Event {
	artifact := readArtifact(o.object("artifact"))
	artifact.Append = o.isTrue("append")
	artifact.Continues = o.isFalse("lastChunk") && !o.isFalse("append")
	return Event{TaskID: o.text("taskId", "id"), ContextID: o.text("contextId", "sessionId"), Artifacts: []Artifact{artifact}}
}

func taskEvent(o object) Event {
	event := Event{TaskID: o.text("id", "taskId"), ContextID: o.text("contextId", "sessionId"), Snapshot: true}
	event.readStatus(o.get("status"))
	for _, message := range o.list("history") {
		event.History = append(event.History, readMessage(message))
	}
	for _, artifact := range o.list("artifacts") {
		if artifact != nil {
			event.Artifacts = append(event.Artifacts, readArtifact(asObject(artifact)))
		}
	}
	return event
}

// readStatus sets state, time and message; a status may be the name of the state alone.
func (e *Event) readStatus(value any) {
	status := asObject(value)
	if status == nil {
		status = object{"state": value}
	}
	e.State, e.StateTime = readState(status.text("state")), status.text("timestamp")
	if message := status.get("message"); message != nil {
		e.Message = readMessage(message)
	}
}
