package chat

import (
	"encoding/json"
	"strings"
)

// blocks are the parts of a model's reasoning, such as texts, summaries and encrypted data, put together from a stream: a
// model takes back only whole ones.
type blocks []*block

// block is one part. The members of whole that are streamed in pieces are in texts.
type block struct {
	whole map[string]any
	texts map[string]*strings.Builder
}

// inPieces reports whether a member of a block is streamed in pieces.
func inPieces(name string) bool { return name == "text" || name == "summary" || name == "thinking" }

// add adds a list of blocks. One that continues the last becomes a part of it.
func (all *blocks) add(raw json.RawMessage) {
	var list list[map[string]any]
	_ = list.UnmarshalJSON(raw) // it is JSON
	for _, next := range list {
		if len(next) == 0 {
			continue
		}
		if n := len(*all); n == 0 || !(*all)[n-1].isContinuedBy(next) {
			*all = append(*all, &block{whole: map[string]any{}, texts: map[string]*strings.Builder{}})
		}
		(*all)[len(*all)-1].add(next)
	}
}

// isContinuedBy reports whether a block goes on: the next has no other type, index or id, and the block is a text that no
// signature has closed.
func (b *block) isContinuedBy(next map[string]any) bool {
	for _, name := range []string{"type", "index", "id"} {
		if b.whole[name] != nil && next[name] != nil && !same(b.whole[name], next[name]) {
			return false
		}
	}
	signature := b.whole["signature"]
	return len(b.texts) > 0 && next["data"] == nil && (signature == nil || signature == "")
}

// add adds the members of a block: texts grow, and others are those that came last.
func (b *block) add(next map[string]any) {
	for name, member := range next {
		text, isText := member.(string)
		switch {
		case isText && inPieces(name):
			if b.texts[name] == nil {
				b.texts[name] = &strings.Builder{}
			}
			_, _ = b.texts[name].WriteString(text)
		case member != nil || b.whole[name] == nil:
			b.whole[name] = member
		}
	}
}

// raw is the list in JSON; nil when it is empty.
func (all blocks) raw() json.RawMessage {
	if len(all) == 0 {
		return nil
	}
	list := make([]map[string]any, len(all))
	for i, b := range all {
		list[i] = b.whole
		for name, text := range b.texts {
			list[i][name] = text.String()
		}
	}
	raw, _ := json.Marshal(list) // values that were JSON
	return raw
}

// same compares two members, which may be of types that Go cannot compare.
func same(a, b any) bool {
	one, _ := json.Marshal(a)
	other, _ := json.Marshal(b)
	return string(one) == string(other)
}
