package sandbox_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func memoryTools(stores ...string) object {
	return with(toolSettings(
		object{"type": "query_memory_store"}, object{"type": "write_memory_store"},
		object{"type": "retrieve_memory_stores"}, object{"type": "delete_memory_document"},
	), object{"memory_stores": append([]string{}, stores...)})
}

// callTool lets an agent call a tool for an entity, and returns the tool's result or error.
func (w *workspace) callTool(agent, entity, command string) string {
	w.t.Helper()
	for _, event := range w.play(agent, say("/tool "+command, object{"memory": object{"entity_id": entity}})) {
		switch d := event.Data.(type) {
		case *orq.ToolFinished:
			return string(d.Result)
		case *orq.ToolFailed:
			return d.Error.Message
		}
	}
	w.t.Fatalf("%s: no tool finished or failed", command)
	panic("unreachable")
}

func TestMemoriesAreKeptByEntityAndStore(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	w.create("helper", memoryTools("facts", "tastes"))
	w.create("other", memoryTools())
	write := func(entity, store, text string) {
		if got := w.callTool("helper", entity, `write_memory_store {"memory_store":"`+store+`","text":"`+text+`"}`); !strings.Contains(got, `"document_id"`) {
			t.Errorf("result of write_memory_store = %s, want a document", got)
		}
	}
	write("ann", "facts", "Ann lives in Ghent, near the castle.")
	write("ann", "facts", "The castle of Ghent is old.")
	write("ann", "facts", "Nothing of note.")
	write("ann", "facts", "Bread, of a bakery.")
	write("ann", "facts", "Bread, of another.")
	write("ann", "tastes", "Likes Ghent.")
	write("", "facts", "Ben lives in Bruges.")
	w.close()

	w = open(t, sandbox.Options{Data: file})
	texts := func(agent, entity, command string) []string {
		var found []string
		for part := range strings.SplitSeq(w.callTool(agent, entity, command), `"text":"`) {
			text, _, ok := strings.Cut(part, `","created"`)
			if ok {
				found = append(found, text)
			}
		}
		return found
	}
	for command, want := range map[string][]string{
		`query_memory_store {"memory_store":"facts","query":"GHENT: where, old castle?"}`: {"The castle of Ghent is old.", "Ann lives in Ghent, near the castle."},
		`query_memory_store {"memory_store":"facts","query":"bruges"}`:                    nil,
		`query_memory_store {"memory_store":"facts","query":"bread"}`:                     {"Bread, of another.", "Bread, of a bakery."},
		`query_memory_store {"memory_store":"tastes"}`:                                    {"Likes Ghent."},
	} {
		if diff := cmp.Diff(want, texts("helper", "ann", command)); diff != "" {
			t.Errorf("%s: texts (-want +got):\n%s", command, diff)
		}
	}
	if got := texts("helper", "", `query_memory_store {"memory_store":"facts","query":"Bruges"}`); len(got) != 1 {
		t.Errorf("documents of the entity without a name = %q, want 1", got)
	}
	for command, want := range map[string]string{
		"retrieve_memory_stores":                          `{"memory_stores":[{"memory_store":"facts","documents":5},{"memory_store":"tastes","documents":1}]}`,
		`query_memory_store {"query":"Ghent"}`:            "memory_store must be one of facts, tastes",
		`write_memory_store {"memory_store":"facts"}`:     "text must have from 1 to 100000 bytes",
		`delete_memory_document {"document_id":"nobody"}`: `there is no document "nobody"`,
	} {
		if got := w.callTool("helper", "ann", command); got != want {
			t.Errorf("%s = %s, want %s", command, got, want)
		}
	}
	if got := w.callTool("other", "ann", "retrieve_memory_stores"); got != `{"memory_stores":[{"memory_store":"default","documents":0}]}` {
		t.Errorf("stores of an agent without stores = %s, want default alone", got)
	}
}

func TestDeletedDocumentsAreGone(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", memoryTools())
	w.create("outsider", memoryTools("elsewhere"))
	written := w.callTool("helper", "ann", `write_memory_store {"text":"A secret"}`)
	_, id, _ := strings.Cut(written, `"document_id":"`)
	id, _, _ = strings.Cut(id, `"`)
	forget := `delete_memory_document {"document_id":"` + id + `"}`
	if got := w.callTool("outsider", "ann", forget); got != `there is no document "`+id+`"` {
		t.Errorf("deletion from a store of another agent = %s, want a refusal", got)
	}
	if got := w.callTool("helper", "ann", forget); got != `{"deleted":"`+id+`"}` {
		t.Errorf("deletion = %s, want success", got)
	}
	if got := w.callTool("helper", "ann", `query_memory_store {"query":"secret"}`); got != `{"documents":[]}` {
		t.Errorf("search after the deletion = %s, want no documents", got)
	}
}
