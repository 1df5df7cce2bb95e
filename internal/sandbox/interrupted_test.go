package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestDroppedStreamsCanBeRecovered(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	s := w.stream("/v2/agents/helper/stream-task", say("/count 2\n/drop\n/count 2"))
	events := s.rest()
	if diff := cmp.Diff([]string{execStarted, started, named, created, thought, thought}, types(events)); diff != "" || s.done || s.scanner.Err() == nil {
		t.Errorf("done %t, read error %v, want a stream that breaks off; event types (-want +got):\n%s", s.done, s.scanner.Err(), diff)
	}
	got := w.await("helper", taskOf(t, events))
	if got.Status != "completed" || !strings.HasPrefix(got.Output[0].Text(), "1 2 1 2 [sandbox]") {
		t.Errorf("response = %+v, want status completed and an output with all numbers", got)
	}
}

// await polls until the task is inactive.
func (w *workspace) await(key, task string) orq.AgentResponse {
	w.t.Helper()
	got := w.response(key, task)
	for deadline := time.Now().Add(10 * time.Second); got.Status == "in_progress"; got = w.response(key, task) {
		if time.Now().After(deadline) {
			w.t.Fatalf("task %s is still in progress after 10 s", task)
		}
	}
	return got
}

func TestRunThatIsLeftBeforeItsEndIsStored(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	s := w.stream("/v2/agents/helper/stream-task", say("/count 200"))
	first, _ := s.next()
	s.body.Close()
	got := w.await("helper", first.Data.(*orq.ExecutionStarted).AgentTaskID)
	if got.Status != "completed" || !strings.Contains(got.Output[0].Text(), " 199 200 ") {
		t.Errorf("response = %s %q, want status completed and all numbers", got.Status, got.Error)
	}
}

func TestDeleteEndsRuns(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	s := w.stream("/v2/agents/helper/stream-task", say("/slow 10m"))
	first, _ := s.next()
	call[struct{}](w, 204, "DELETE", "/v2/agents/helper", nil)
	events := s.rest()
	if got := data[*orq.StreamError](t, events); got.Error != "the agent was deleted" || got.Code != "404" || !s.done {
		t.Errorf("error = %+v, done %t, want %q with code 404 and [DONE]", got, s.done, "the agent was deleted")
	}
	task := first.Data.(*orq.ExecutionStarted).AgentTaskID
	if got := w.response("helper", task); got.Status != "failed" || got.Error != "the agent was deleted" {
		t.Errorf("response = %+v, want status failed with the error %q", got, "the agent was deleted")
	}
}

func TestCloseEndsRuns(t *testing.T) {
	t.Parallel()
	box := openBox(t, sandbox.Options{})
	w := serveBox(t, box)
	w.create("helper")
	s := w.stream("/v2/agents/helper/stream-task", say("/slow 10m"))
	s.next()
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	if got := data[*orq.StreamError](t, s.rest()); got.Error != "the sandbox was closed" || got.Code != "503" {
		t.Errorf("error = %+v, want %q with code 503", got, "the sandbox was closed")
	}
	w.refused(503, "POST", "/v2/agents/helper/task", say("hi"))
}
