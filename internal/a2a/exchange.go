package a2a

// An exchange is one message to an agent and all that the agent sends back. The agent's events reach it from a stream,
// from polling, or from both, and overlap: a stream repeats what a snapshot holds, a message grows, an artifact comes in
// pieces or is replaced. add compares each event with what is known and emits the difference, once.
//
//	        +-- History ----> addHistory
//	        |                     | each message
//	        |                     v
//	Event --+-- Message ----> addMessage ---+
//	        |                               +--> emit: the new parts
//	        +-- Artifacts --> addArtifact --+
//
// The answer holds the artifacts and the last message; without any, the messages sent while the agent worked.

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// exchange accumulates the agent's events for one message.
type exchange struct {
	previous  Conversation
	messageID string // of the message sent
	sink      func([]orq.Part) error
	emitted   int // bytes

	taskID, contextID, state, question string

	artifacts     []*artifact
	byID          map[string]*artifact
	messages      map[string][]orq.Part // parts of the agent's messages, by id
	lastWithoutID []orq.Part            // parts of the last message that has no id
	interim       [][]orq.Part          // messages sent while the agent worked
	closing       []orq.Part            // message sent with the state that ends the exchange
}

func newExchange(message Message, sink func([]orq.Part) error) *exchange {
	return &exchange{
		previous: message.Conversation, messageID: message.MessageID, sink: sink,
		byID: map[string]*artifact{}, messages: map[string][]orq.Part{},
	}
}

// artifact is a result of the task, as far as it was received in this exchange.
type artifact struct {
	id       string
	previous Extent // received in the exchanges before
	parts    []orq.Part
}

// done reports whether the agent has finished or waits for the user.
func (x *exchange) done() bool {
	return x.state == orq.TaskCompleted || isFailed(x.state) || isWaiting(x.state)
}

// add applies one event and emits what is new in it, in the order in which the agent produced it.
func (x *exchange) add(event Event) error {
	x.taskID, x.contextID = cmp.Or(event.TaskID, x.taskID), cmp.Or(event.ContextID, x.contextID)
	if x.isStale(event) {
		event.State, event.Message = "", orq.Message{}
	}
	if err := x.addHistory(event); err != nil {
		return err
	}
	for _, received := range event.Artifacts {
		if err := x.addArtifact(received, event.Snapshot); err != nil {
			return err
		}
	}
	if event.State != "" {
		x.state, x.question = event.State, event.questionID()
		if !x.done() && len(x.closing) > 0 { // the task goes on, so that message was not the last
			x.interim, x.closing = append(x.interim, x.closing), nil
		}
	}
	return x.addMessage(event.Message, x.done(), event.Snapshot)
}

// isStale reports whether a snapshot shows the task as it waited before the message arrived.
func (x *exchange) isStale(event Event) bool {
	return event.Snapshot && x.previous.TaskID != "" && x.state == "" && isWaiting(event.State) && event.questionID() == x.previous.Question
}

// addHistory adds the agent's messages that follow the user's in the history: polling can miss a state, and the message
// that came with it. Messages without an id are left out, since they cannot be compared with those received.
func (x *exchange) addHistory(event Event) error {
	at := slices.IndexFunc(event.History, func(m orq.Message) bool { return m.MessageID == x.messageID })
	if at < 0 {
		return nil
	}
	for _, message := range event.History[at+1:] {
		if message.Role != orq.RoleAgent || message.MessageID == "" || message.MessageID == event.Message.MessageID {
			continue
		}
		if err := x.addMessage(message, false, true); err != nil {
			return err
		}
	}
	return nil
}

// addMessage adds a message of the agent; closing reports that it came with the state that ends the exchange.
func (x *exchange) addMessage(message orq.Message, closing, snapshot bool) error {
	parts := mergeTexts(message.Parts)
	if len(parts) == 0 {
		return nil
	}
	added := parts
	switch {
	case message.MessageID != "":
		added = newParts(x.messages[message.MessageID], parts)
		x.messages[message.MessageID] = parts
	case snapshot && reflect.DeepEqual(parts, x.lastWithoutID):
		added = nil
	default:
		x.lastWithoutID = parts
	}
	switch {
	case closing:
		x.closing = parts
	case len(added) > 0:
		x.interim = append(x.interim, added)
	}
	return x.emit(added)
}

// addArtifact adds an artifact, or a piece of one.
func (x *exchange) addArtifact(received Artifact, snapshot bool) error {
	a := x.byID[received.ID]
	if a == nil {
		a = &artifact{id: received.ID, previous: x.previous.Artifacts[received.ID]}
		x.byID[received.ID], x.artifacts = a, append(x.artifacts, a)
	}
	switch {
	case received.Append:
		a.parts = append(a.parts, received.Parts...)
		return x.emit(received.Parts)
	case snapshot:
		received.Parts = a.previous.after(received.Parts)
	default:
		a.previous = Extent{} // it was replaced
	}
	known := mergeTexts(a.parts)
	a.parts = received.Parts
	return x.emit(newParts(known, received.Parts))
}

// emit passes new parts on. Its error is the sink's, or that the answer is too large.
func (x *exchange) emit(parts []orq.Part) error {
	if len(parts) == 0 {
		return nil
	}
	if x.emitted += size(parts); x.emitted > maxAnswer {
		return fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
	}
	return x.sink(parts)
}

func (x *exchange) answer() Answer {
	groups := make([][]orq.Part, 0, len(x.artifacts)+1)
	for _, a := range x.artifacts {
		a.parts = mergeTexts(a.parts)
		groups = append(groups, a.parts)
	}
	answer := Answer{State: x.state, Next: x.next()}
	if isFailed(x.state) {
		answer.FailureReason = orq.Message{Parts: x.closing}.Text()
	} else {
		groups = append(groups, x.closing)
	}
	if answer.Parts = paragraphs(groups...); len(answer.Parts) == 0 {
		answer.Parts = paragraphs(x.interim...)
	}
	return answer
}

// next returns the conversation after this exchange; the previous one when the agent sent neither a task nor a state.
func (x *exchange) next() Conversation {
	if x.state == "" && x.taskID == "" {
		return x.previous
	}
	next := Conversation{ContextID: cmp.Or(x.contextID, x.previous.ContextID)}
	if !isWaiting(x.state) {
		return next
	}
	next.TaskID, next.Question, next.Artifacts = x.taskID, x.question, map[string]Extent{}
	if x.taskID == x.previous.TaskID {
		maps.Copy(next.Artifacts, x.previous.Artifacts)
	}
	for _, a := range x.artifacts {
		next.Artifacts[a.id] = a.previous.with(a.parts)
	}
	return next
}
