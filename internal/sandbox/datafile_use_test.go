package sandbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestADataFileThatIsDeletedInUseIsNamed deletes the file under a workspace that serves.
func TestADataFileThatIsDeletedInUseIsNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "agents.db")
	w := serveUnchecked(t, sandbox.Options{Data: file})
	w.create("helper")
	w.create("waiter", toolSettings(object{"type": "function", "key": "refund"}))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	want := "data file " + file + ": the file was deleted, moved or replaced while it was in use; nothing is saved any more: start again"
	for _, write := range []struct {
		method, path string
		body         any
	}{
		{"POST", "/v2/agents", agentBody("another")}, {"PATCH", "/v2/agents/helper", object{"role": "r"}}, {"DELETE", "/v2/agents/helper", nil},
		{"POST", "/v2/agents/helper/task", say("hello")}, {"POST", "/v2/agents/helper/stream-task", say("hello")},
	} {
		if got := w.refused(500, write.method, write.path, write.body); got != want {
			t.Errorf("%s %s: error = %q, want %q", write.method, write.path, got, want)
		}
	}
	call[orq.Agent](w, 200, "GET", "/v2/agents/helper", nil)
}

// TestARunWhoseEndIsNotSavedFails deletes the file while a run goes on: it must fail, not complete.
func TestARunWhoseEndIsNotSavedFails(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "agents.db")
	w := serveUnchecked(t, sandbox.Options{Data: file})
	w.create("helper")
	s := w.stream("/v2/agents/helper/stream-task", say("/slow 500ms\nhello"))
	first, ok := s.next()
	if !ok {
		t.Fatal("the stream has no event")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	events := append([]orq.Event{first}, s.rest()...)
	const want = "the end of the run was not saved: "
	failed := data[*orq.Errored](t, events)
	if !strings.HasPrefix(failed.Error, want) || !strings.Contains(failed.Error, "data file "+file+": the file was deleted") {
		t.Errorf("last error = %q, want %q and the file", failed.Error, want)
	}
	if got := w.response("helper", taskOf(t, events)); got.Status != orq.ResponseFailed {
		t.Errorf("status of the task = %s, want %s", got.Status, orq.ResponseFailed)
	}
}
