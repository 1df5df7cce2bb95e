package chat

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxCalls bounds the tool calls of an answer.
const maxCalls = 128

// ToolCall is a tool call that a model asks for. Arguments are as the model wrote them, and need not be JSON.
type ToolCall struct {
	ID, Name  string
	Arguments []byte
	// Fields go back to the model with the call.
	Fields CallFields
}

// assembly puts the tool calls of a streamed answer together from their fragments. A fragment belongs to a call by its index
// where there is one, or else by its id, its name or its place. Servers leave out some of these, repeat them in each
// fragment, send them late, or give all calls the same: what decides then is whether the arguments so far are whole.
type assembly struct {
	calls []*building
	chunk int // counts the lists of fragments
}

// building is a call whose fragments are still arriving.
type building struct {
	id, name  string
	index     *int // nil: the server numbers no calls
	arguments arguments
	fields    CallFields
	chunk     int // the last list that had a fragment of it
}

// add adds the fragments of one list.
func (a *assembly) add(fragments []fragment) error {
	a.chunk++
	for position, f := range fragments {
		f.ID, f.Function.Name = looseText(strings.TrimSpace(string(f.ID))), looseText(strings.TrimSpace(string(f.Function.Name)))
		call := a.callOf(f, position, len(fragments))
		if call == nil {
			if len(a.calls) == maxCalls {
				return fmt.Errorf("it has more than %d tool calls", maxCalls)
			}
			call = &building{}
			a.calls = append(a.calls, call)
		}
		call.id, call.name = cmp.Or(call.id, string(f.ID)), cmp.Or(call.name, string(f.Function.Name))
		call.index, call.chunk = cmp.Or(call.index, f.Index.value), a.chunk
		call.arguments.add(argumentText(f.Function.Arguments))
		call.fields.add(f)
	}
	return nil
}

// callOf is the call that a fragment continues; nil when it starts a new one.
func (a *assembly) callOf(f fragment, position, count int) *building {
	switch {
	case len(a.calls) == 0:
		return nil
	case f.Index.value != nil:
		return a.byIndex(f)
	case f.ID != "":
		return a.byID(f)
	case f.Function.Name != "":
		return a.byName(f)
	case count > 1 && count <= len(a.calls):
		return a.calls[position]
	}
	return a.last()
}

// isWhole reports whether all calls have whole arguments.
func (a *assembly) isWhole() bool {
	return !slices.ContainsFunc(a.calls, func(b *building) bool { return !b.arguments.isWhole() })
}

func (a *assembly) last() *building { return a.calls[len(a.calls)-1] }

// byIndex is the call of the fragment's index or, when a server numbers only some fragments of a call, one that has none yet.
func (a *assembly) byIndex(f fragment) *building {
	index := *f.Index.value
	for _, call := range slices.Backward(a.calls) {
		if call.index != nil && *call.index == index {
			// Two ids in one list are two calls, even if they are alike.
			isAnother := call.chunk == a.chunk && f.Function.Name != "" && f.ID != "" && call.id != "" && call.id != string(f.ID)
			if isAnother || call.isFollowedBy(f) {
				return nil
			}
			return call
		}
	}
	for _, call := range slices.Backward(a.calls) {
		if f.ID != "" && call.index == nil && call.id == string(f.ID) && !call.isFollowedBy(f) {
			return call
		}
	}
	if f.Function.Name != "" || f.ID != "" {
		return nil
	}
	if index >= 0 && index < len(a.calls) && a.calls[index].index == nil {
		return a.calls[index]
	}
	if last := a.last(); last.index == nil {
		return last
	}
	return nil
}

// byID is the call with the fragment's id, or the last one when its id comes late or changes with each fragment.
func (a *assembly) byID(f fragment) *building {
	for _, call := range slices.Backward(a.calls) {
		if call.id == string(f.ID) {
			if call.chunk == a.chunk || call.isFollowedBy(f) {
				return nil
			}
			return call
		}
	}
	last := a.last()
	switch {
	case last.chunk == a.chunk:
		return nil
	case f.Function.Name == "" && (last.id == "" || !last.arguments.isWhole()):
		return last
	case last.id == "" && (last.name == "" || last.name == string(f.Function.Name) && !last.arguments.isWhole()):
		return last
	}
	return nil
}

// byName is the last call when its name comes late, or again with each fragment.
func (a *assembly) byName(f fragment) *building {
	last := a.last()
	if last.chunk == a.chunk || last.isFollowedBy(f) {
		return nil
	}
	return last
}

// isFollowedBy reports whether a fragment in the place of the call is another call. Only a fragment with a name can be one.
func (b *building) isFollowedBy(f fragment) bool {
	name, id := string(f.Function.Name), string(f.ID)
	switch {
	case name == "" || b.name == "":
		return false
	case name != b.name:
		return true
	case id != "" && b.id == id:
		return false
	case id != "" && b.id != "" && b.arguments.isEmpty():
		return true
	}
	text := argumentText(f.Function.Arguments)
	return b.arguments.isWhole() && first(text) == '{' && !b.arguments.equal(text)
}

// whole returns the calls, in the order of their indexes where all have one.
func (a *assembly) whole() []ToolCall {
	built := slices.DeleteFunc(slices.Clone(a.calls), func(b *building) bool {
		return b.id == "" && b.name == "" && b.arguments.isEmpty()
	})
	if !slices.ContainsFunc(built, func(b *building) bool { return b.index == nil }) {
		slices.SortStableFunc(built, func(a, b *building) int { return cmp.Compare(*a.index, *b.index) })
	}
	calls := make([]ToolCall, len(built))
	for i, b := range built {
		calls[i] = ToolCall{b.id, b.name, b.arguments.value(), b.fields}
	}
	return calls
}

// argumentText is a piece of arguments as text: a string holds it, an object is it.
func argumentText(raw json.RawMessage) []byte {
	var text string
	switch first(raw) {
	case 'n', 0:
		return nil
	case '"':
		_ = json.Unmarshal(raw, &text) // it is a string
		return []byte(text)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, raw) // it is JSON
	return compact.Bytes()
}
