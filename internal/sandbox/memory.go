package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const (
	// maxDocuments bounds what is remembered for one entity.
	maxDocuments = 1000
	// maxDocument bounds a text, in bytes.
	maxDocument = 100_000
	// maxFound bounds what a search returns.
	maxFound = 10
	// defaultStore is the memory store of an agent that names none.
	defaultStore = "default"
)

func isMemoryTool(actionType string) bool {
	switch actionType {
	case "query_memory_store", "write_memory_store", "retrieve_memory_stores", "delete_memory_document":
		return true
	}
	return false
}

// useMemory runs a memory tool. Each entity has memories of its own, which all agents share that name the same store.
func (r *run) useMemory(call toolCall) (result any, why string, err error) {
	if r.memory == nil {
		return nil, "memory.entity_id is not set", nil
	}
	switch call.tool.ActionType {
	case "retrieve_memory_stores":
		return r.listMemories()
	case "delete_memory_document":
		return r.forget(textArgument(call, "document_id"))
	}
	name, why := r.memoryStore(textArgument(call, "memory_store"))
	if why != "" {
		return nil, why, nil
	}
	if call.tool.ActionType == "write_memory_store" {
		return r.remember(name, textArgument(call, "text"))
	}
	documents, err := r.sandbox.store.Documents(r.memory.EntityID)
	if err != nil {
		return nil, "", err
	}
	return map[string]any{"documents": search(documents, name, textArgument(call, "query"))}, "", nil
}

func textArgument(call toolCall, name string) string {
	text, _ := call.args[name].(string)
	return text
}

// memoryStores are the names of the agent's stores.
func (r *run) memoryStores() []string {
	if len(r.agent.MemoryStores) == 0 {
		return []string{defaultStore}
	}
	return r.agent.MemoryStores
}

func (r *run) memoryStore(asked string) (name, why string) {
	names := r.memoryStores()
	switch {
	case slices.Contains(names, asked):
		return asked, ""
	case asked == "" && len(names) == 1:
		return names[0], ""
	}
	return "", "memory_store must be one of " + strings.Join(names, ", ")
}

func (r *run) listMemories() (any, string, error) {
	type summary struct {
		Name      string `json:"memory_store"`
		Documents int    `json:"documents"`
	}
	documents, err := r.sandbox.store.Documents(r.memory.EntityID)
	if err != nil {
		return nil, "", err
	}
	var stores []summary
	for _, name := range r.memoryStores() {
		stores = append(stores, summary{name, len(inStore(documents, name))})
	}
	return map[string]any{"memory_stores": stores}, "", nil
}

func (r *run) remember(name, text string) (result any, why string, err error) {
	if text == "" || len(text) > maxDocument {
		return nil, fmt.Sprintf("text must have from 1 to %d bytes", maxDocument), nil
	}
	made := store.Document{ID: r.sandbox.store.NewID(), Store: name, Text: text, Created: r.sandbox.store.Timestamp()}
	why, err = r.sandbox.store.ChangeDocuments(r.memory.EntityID, func(documents []store.Document) ([]store.Document, string) {
		if len(documents) >= maxDocuments {
			return nil, fmt.Sprintf("%d texts are remembered, which is all there is room for; delete some", maxDocuments)
		}
		return append(documents, made), ""
	})
	return made, why, err
}

// forget deletes a document of the agent's stores.
func (r *run) forget(id string) (result any, why string, err error) {
	why, err = r.sandbox.store.ChangeDocuments(r.memory.EntityID, func(documents []store.Document) ([]store.Document, string) {
		at := slices.IndexFunc(documents, func(d store.Document) bool {
			return d.ID == id && slices.Contains(r.memoryStores(), d.Store)
		})
		if at < 0 {
			return nil, fmt.Sprintf("there is no document %q", truncate.Runes(id, 60))
		}
		return slices.Delete(documents, at, at+1), ""
	})
	return map[string]string{"deleted": id}, why, err
}

func inStore(documents []store.Document, name string) []store.Document {
	found := []store.Document{}
	for _, d := range documents {
		if d.Store == name {
			found = append(found, d)
		}
	}
	return found
}

// search returns the documents of a store that hold most words of the query, the newer ones first among equals; without
// words, the newest.
func search(documents []store.Document, name, query string) []store.Document {
	words, scores := wordsOf(query), map[string]int{}
	found := inStore(documents, name)
	slices.Reverse(found)
	if len(words) > 0 {
		for _, d := range found {
			in := wordsOf(d.Text)
			for word := range words {
				if in[word] {
					scores[d.ID]++
				}
			}
		}
		found = slices.DeleteFunc(found, func(d store.Document) bool { return scores[d.ID] == 0 })
		slices.SortStableFunc(found, func(a, b store.Document) int { return scores[b.ID] - scores[a.ID] })
	}
	return found[:min(len(found), maxFound)]
}

// wordsOf are the words of a text, in small letters.
func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		words[word] = true
	}
	return words
}
