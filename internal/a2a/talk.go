package a2a

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// talk is what came of a message so far.
type talk struct {
	before  Conversation
	asked   string // id of the message
	tellAll func([]orq.Part) error
	told    int // bytes

	taskID, contextID, state, question string

	artifacts []*artifact
	byID      map[string]*artifact
	heard     map[string][]orq.Part // messages by id
	nameless  []orq.Part            // the last message without an id
	remarks   [][]orq.Part          // what the agent said while it worked
	closing   []orq.Part            // what it said last
}

func newTalk(message Message, tell func([]orq.Part) error) *talk {
	return &talk{
		before: message.In, asked: message.MessageID, tellAll: tell, byID: map[string]*artifact{}, heard: map[string][]orq.Part{},
	}
}

// artifact is a result as far as it has come in this turn of its task.
type artifact struct {
	id    string
	made  Extent // in the turns before
	parts []orq.Part
}

// settled reports that no more comes of the message.
func (t *talk) settled() bool {
	return t.state == orq.TaskCompleted || failed(t.state) || waits(t.state)
}

// absorb takes in one event and tells what is new in it, in the order in which it was said and made.
func (t *talk) absorb(news Event) error {
	t.taskID, t.contextID = cmp.Or(news.TaskID, t.taskID), cmp.Or(news.ContextID, t.contextID)
	if t.isOld(news) {
		news.State, news.Says = "", orq.Message{}
	}
	if err := t.remember(news); err != nil {
		return err
	}
	for _, made := range news.Artifacts {
		if err := t.receive(made, news.Snapshot); err != nil {
			return err
		}
	}
	if news.State != "" {
		t.state, t.question = news.State, news.question()
		if !t.settled() && len(t.closing) > 0 { // it was not the last after all
			t.remarks, t.closing = append(t.remarks, t.closing), nil
		}
	}
	return t.hear(news.Says, t.settled(), news.Snapshot)
}

// isOld reports that a snapshot shows the task as it waited for the message.
func (t *talk) isOld(news Event) bool {
	return news.Snapshot && t.before.TaskID != "" && t.state == "" && waits(news.State) && news.question() == t.before.Asked
}

// remember hears what the history holds after the message: looking at a task now and then may miss a state, and the words
// that came with it. Words without an id cannot be told apart; they are left out.
func (t *talk) remember(news Event) error {
	at := slices.IndexFunc(news.History, func(m orq.Message) bool { return m.MessageID == t.asked })
	if at < 0 {
		return nil
	}
	for _, message := range news.History[at+1:] {
		if message.Role != orq.RoleAgent || message.MessageID == "" || message.MessageID == news.Says.MessageID {
			continue
		}
		if err := t.hear(message, false, true); err != nil {
			return err
		}
	}
	return nil
}

// hear takes in what the agent says; last says that it is about the end.
func (t *talk) hear(message orq.Message, last, snapshot bool) error {
	parts := merged(message.Parts)
	if len(parts) == 0 {
		return nil
	}
	known, added := t.heard[message.MessageID], parts
	switch {
	case message.MessageID != "":
		added = beyond(known, parts)
		t.heard[message.MessageID] = parts
	case snapshot && reflect.DeepEqual(parts, t.nameless):
		added = nil
	default:
		t.nameless = parts
	}
	switch {
	case last:
		t.closing = parts
	case len(added) > 0:
		t.remarks = append(t.remarks, added)
	}
	return t.tell(added)
}

// receive takes in a result, or a piece of one, and tells what is new of it.
func (t *talk) receive(news Artifact, snapshot bool) error {
	made := t.byID[news.ID]
	if made == nil {
		made = &artifact{id: news.ID, made: t.before.Made[news.ID]}
		t.byID[news.ID], t.artifacts = made, append(t.artifacts, made)
	}
	switch {
	case news.More:
		made.parts = append(made.parts, news.Parts...)
		return t.tell(news.Parts)
	case snapshot:
		news.Parts = made.made.after(news.Parts)
	default:
		made.made = Extent{} // it was replaced
	}
	before := merged(made.parts)
	made.parts = news.Parts
	return t.tell(beyond(before, news.Parts))
}

func (t *talk) tell(parts []orq.Part) error {
	if len(parts) == 0 {
		return nil
	}
	if t.told += size(parts); t.told > maxAnswer {
		return fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
	}
	return t.tellAll(parts)
}

func (t *talk) answer() Answer {
	groups := make([][]orq.Part, 0, len(t.artifacts)+1)
	for _, made := range t.artifacts {
		made.parts = merged(made.parts)
		groups = append(groups, made.parts)
	}
	a := Answer{State: t.state, Next: t.next()}
	if failed(t.state) {
		a.Failed = orq.Message{Parts: t.closing}.Text()
	} else {
		groups = append(groups, t.closing)
	}
	if a.Parts = paragraphs(groups...); len(a.Parts) == 0 {
		a.Parts = paragraphs(t.remarks...)
	}
	return a
}

// next is the conversation after this: as it was when the agent has said nothing at all.
func (t *talk) next() Conversation {
	if t.state == "" && t.taskID == "" {
		return t.before
	}
	next := Conversation{ContextID: cmp.Or(t.contextID, t.before.ContextID)}
	if !waits(t.state) {
		return next
	}
	next.TaskID, next.Asked, next.Made = t.taskID, t.question, map[string]Extent{}
	if t.taskID == t.before.TaskID {
		maps.Copy(next.Made, t.before.Made)
	}
	for _, made := range t.artifacts {
		next.Made[made.id] = made.made.with(made.parts)
	}
	return next
}
