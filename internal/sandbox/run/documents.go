package run

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const (
	// maxDocuments bounds the documents of one entity.
	maxDocuments = 1000
	// maxDocument bounds the text of a document, in bytes.
	maxDocument = 100_000
	// maxFound bounds what a search returns.
	maxFound = 10
	// defaultStore is the memory store of an agent that names none.
	defaultStore = "default"
)

// CheckMemory refuses a run without an entity of an agent that has memory tools.
func CheckMemory(agent orq.Agent, memory *orq.Memory) error {
	if memory == nil && agent.Settings != nil &&
		slices.ContainsFunc(agent.Settings.Tools, func(t orq.AgentTool) bool { return isMemoryTool(t.ActionType) }) {
		return apierror.Invalid("memory.entity_id: Memory entity ID is required")
	}
	return nil
}

func isMemoryTool(actionType string) bool {
	switch actionType {
	case "query_memory_store", "write_memory_store", "retrieve_memory_stores", "delete_memory_document":
		return true
	}
	return false
}

// useMemory runs a memory tool.
func (t Toolbox) useMemory(call Call) (result any, refusal string, err error) {
	if t.run.memory == nil {
		return nil, "memory.entity_id is not set", nil
	}
	m := memory{t.run.deps.Store, t.run.memory.EntityID, t.run.Agent.MemoryStores}
	if len(m.stores) == 0 {
		m.stores = []string{defaultStore}
	}
	return m.use(call)
}

// memory is what an agent can remember: the documents of an entity in the agent's memory stores, which it shares with all
// agents that name the same stores.
type memory struct {
	store  *store.Store
	entity string
	stores []string
}

func (m memory) use(call Call) (result any, refusal string, err error) {
	switch call.Tool.ActionType {
	case "retrieve_memory_stores":
		return m.list()
	case "delete_memory_document":
		return m.delete(textArgument(call, "document_id"))
	}
	name, refusal := m.storeFor(textArgument(call, "memory_store"))
	if refusal != "" {
		return nil, refusal, nil
	}
	if call.Tool.ActionType == "write_memory_store" {
		return m.write(name, textArgument(call, "text"))
	}
	documents, err := m.store.Documents(m.entity)
	if err != nil {
		return nil, "", err
	}
	return map[string]any{"documents": search(documents, name, textArgument(call, "query"))}, "", nil
}

// storeFor returns the memory store that an argument names; the argument may be empty when there is only one.
func (m memory) storeFor(argument string) (name, refusal string) {
	switch {
	case slices.Contains(m.stores, argument):
		return argument, ""
	case argument == "" && len(m.stores) == 1:
		return m.stores[0], ""
	}
	return "", "memory_store must be one of " + strings.Join(m.stores, ", ")
}

func (m memory) list() (any, string, error) {
	type summary struct {
		Name      string `json:"memory_store"`
		Documents int    `json:"documents"`
	}
	documents, err := m.store.Documents(m.entity)
	if err != nil {
		return nil, "", err
	}
	var stores []summary
	for _, name := range m.stores {
		stores = append(stores, summary{name, len(inStore(documents, name))})
	}
	return map[string]any{"memory_stores": stores}, "", nil
}

func (m memory) write(name, text string) (result any, refusal string, err error) {
	if text == "" || len(text) > maxDocument {
		return nil, fmt.Sprintf("text must have from 1 to %d bytes", maxDocument), nil
	}
	created := store.Document{ID: m.store.NewID(), Store: name, Text: text, Created: m.store.Timestamp()}
	refusal, err = m.store.ChangeDocuments(m.entity, func(documents []store.Document) ([]store.Document, string) {
		if len(documents) >= maxDocuments {
			return nil, fmt.Sprintf("%d texts are remembered, which is all there is room for; delete some", maxDocuments)
		}
		return append(documents, created), ""
	})
	return created, refusal, err
}

// delete deletes a document of the agent's stores.
func (m memory) delete(id string) (result any, refusal string, err error) {
	refusal, err = m.store.ChangeDocuments(m.entity, func(documents []store.Document) ([]store.Document, string) {
		at := slices.IndexFunc(documents, func(d store.Document) bool {
			return d.ID == id && slices.Contains(m.stores, d.Store)
		})
		if at < 0 {
			return nil, fmt.Sprintf("there is no document %q", truncate.Runes(id, 60))
		}
		return slices.Delete(documents, at, at+1), ""
	})
	return map[string]string{"deleted": id}, refusal, err
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
