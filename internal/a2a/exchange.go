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
// The answer holds the artifacts and the messages with the state that ended the exchange, or after it; without any, the
// messages sent while the agent worked.

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// exchange accumulates the agent's events for one message.
type exchange struct {
	previous  Conversation
	messageID string // of the message sent
	asked     string // its text
	sink      func([]orq.Part) error
	emitted   int // bytes

	taskID, contextID, state, question string
	implied                            bool // nobody has written state

	artifacts     []*artifact
	byKey         map[string]*artifact
	unnamed       int                   // artifacts without an id, those of the exchanges before included
	messages      map[string][]orq.Part // parts of the agent's messages, by id
	lastWithoutID []orq.Part            // parts of the last message that has no id
	interim       [][]orq.Part          // messages sent while the agent worked
	closing       []closing             // messages sent with the state that ends the exchange, or after it
	history       []orq.Message         // of the last snapshot
	lost          bool                  // an event could not be read, and no snapshot has followed
}

func newExchange(message Message, sink func([]orq.Part) error) *exchange {
	x := &exchange{
		previous: message.Conversation, messageID: message.MessageID, asked: message.Text(), sink: sink,
		byKey: map[string]*artifact{}, messages: map[string][]orq.Part{},
	}
	for key := range x.previous.Artifacts {
		if strings.HasPrefix(key, unnamedPrefix) {
			x.unnamed++
		}
	}
	return x
}

// closing is a message that is a part of the answer.
type closing struct {
	id    string
	parts []orq.Part
}

// done reports whether the agent has finished or waits for the user.
func (x *exchange) done() bool {
	return hasEnded(x.state) || isWaiting(x.state)
}

// begun reports whether the agent has sent anything of a task.
func (x *exchange) begun() bool { return x.taskID != "" || x.state != "" || x.emitted > 0 }

// oddState returns the error of a state that A2A does not have; nil when the state is known or there is none.
func (x *exchange) oddState() error {
	if x.state == "" || isKnown(x.state) {
		return nil
	}
	return &stateError{x.state}
}

// cannotBePolled returns why no poll can end the exchange, after a number of polls without a state that is known.
func (x *exchange) cannotBePolled(odd int) error {
	switch {
	case odd >= maxOddPolls:
		return cmp.Or(x.oddState(), error(&stateError{}))
	case x.taskID != "":
		return nil
	case x.state != "":
		return cmp.Or(x.oddState(), errNoTaskID)
	}
	return errCutShort
}

// add applies one event and emits what is new in it, in the order in which the agent produced it.
func (x *exchange) add(event Event) error {
	x.taskID, x.contextID = cmp.Or(event.TaskID, x.taskID), cmp.Or(event.ContextID, x.contextID)
	switch {
	case x.isStale(event):
		event.State, event.Message = "", orq.Message{}
	case x.isEcho(event):
		event.Message = orq.Message{}
	}
	x.lost = x.lost && !event.Snapshot || event.Lost
	if event.Snapshot {
		x.history = event.History
	}
	if err := x.addHistory(event); err != nil {
		return err
	}
	seen := map[string]int{}
	for _, received := range event.Artifacts {
		if err := x.addArtifact(received, event.Snapshot, seen); err != nil {
			return err
		}
	}
	x.setState(event)
	return x.addMessage(event.Message, x.done(), event.Snapshot)
}

// setState takes the state of an event over. A task that has ended goes on no more, whatever comes late.
func (x *exchange) setState(event Event) {
	ended := hasEnded(x.state) && !x.implied
	if event.State == "" || ended && (event.Implied || !hasEnded(event.State)) {
		return
	}
	x.state, x.implied, x.question = event.State, event.Implied, event.questionID()
	if !x.done() { // the task goes on, so that those messages were not the last
		for _, message := range x.closing {
			x.interim = append(x.interim, message.parts)
		}
		x.closing = nil
	}
}

// isStale reports whether a snapshot shows the task as it waited before the message arrived.
func (x *exchange) isStale(event Event) bool {
	return event.Snapshot && x.previous.TaskID != "" && x.state == "" && isWaiting(event.State) && event.questionID() == x.previous.Question
}

// isEcho reports whether the message with a state is the one that was sent: the ADK repeats it with the first state.
func (x *exchange) isEcho(event Event) bool {
	m := event.Message
	return !event.Implied && (m.MessageID != "" && m.MessageID == x.messageID || m.Role == orq.RoleUser && m.Text() == x.asked)
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

// addMessage adds a message of the agent; isClosing reports that it came with the state that ends the exchange.
func (x *exchange) addMessage(message orq.Message, isClosing, snapshot bool) error {
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
	case isClosing:
		x.close(message.MessageID, parts, len(added) > 0)
	case len(added) > 0:
		x.interim = append(x.interim, added)
	}
	return x.emit(added)
}

// close adds a message to the answer. One that was received before is replaced by what it has become.
func (x *exchange) close(id string, parts []orq.Part, isNew bool) {
	for i, known := range x.closing {
		if id != "" && known.id == id || id == "" && !isNew {
			x.closing[i].parts = parts
			return
		}
	}
	x.closing = append(x.closing, closing{id, parts})
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
