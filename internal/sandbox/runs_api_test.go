package sandbox_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestTask(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "current_date"}, object{"type": "function", "key": "ask"}))
	blocking := object{"configuration": object{"blocking": true}}
	for name, test := range map[string]struct{ message, state string }{
		"completed": {"/tool current_date", "completed"},
		"paused":    {"/tool ask", "input-required"},
		"failed":    {"/fail", "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call[orq.Task](w, 200, "POST", "/v2/agents/helper/task", say(test.message, blocking))
			if got.Kind != "task" || got.Status.State != test.state || len(got.Messages) == 0 || got.Metadata["trace_id"] == "" {
				t.Errorf("task = %+v, want state %s, messages and a trace", got, test.state)
			}
		})
	}
	t.Run("background", func(t *testing.T) {
		t.Parallel()
		task := call[orq.Task](w, 200, "POST", "/v2/agents/helper/task", say("/slow 10m"))
		if task.Status.State != "submitted" || task.Messages != nil {
			t.Errorf("task = %+v, want state submitted without messages", task)
		}
		if got := w.response("helper", task.ID); got.Status != "in_progress" || got.TaskID != task.ID {
			t.Errorf("response = %+v, want status in_progress of task %s", got, task.ID)
		}
		want := "task_id: the task " + task.ID + " is still active; wait until it is inactive"
		if got := w.refused(409, "POST", "/v2/agents/helper/task", say("more", object{"task_id": task.ID})); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	})
}

func TestUnknownTasksAndAgents(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	w.create("other")
	task := call[orq.Task](w, 200, "POST", "/v2/agents/helper/task", say("hi", object{"configuration": object{"blocking": true}})).ID
	for _, path := range []string{"/v2/agents/helper/responses/nope", "/v2/agents/other/responses/" + task} {
		if got := call[map[string]string](w, 404, "GET", path, nil); got["code"] != "404" || !strings.HasPrefix(got["message"], "the agent has no task") {
			t.Errorf("%s: error = %v, want code 404 and that the agent has no task", path, got)
		}
	}
	for _, operation := range []string{"task", "stream-task"} {
		w.refused(404, "POST", "/v2/agents/ghost/"+operation, say("hi"))
		w.refused(404, "POST", "/v2/agents/helper/"+operation, say("hi", object{"task_id": "nope"}))
		w.refused(404, "POST", "/v2/agents/other/"+operation, say("hi", object{"task_id": task}))
	}
}

func TestMemoryToolsNeedAnEntity(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "query_memory_store"}))
	if got := w.refused(400, "POST", "/v2/agents/helper/task", say("hi")); !strings.Contains(got, "Memory entity ID is required") {
		t.Errorf("message = %q, want that an entity is required", got)
	}
	w.play("helper", say("/tool query_memory_store", object{"memory": object{"entity_id": "ann"}}))
}

func TestRequestedErrors(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	for status, retryAfter := range map[int]string{400: "", 429: "1", 500: "", 503: "1", 599: ""} {
		for _, operation := range []string{"task", "stream-task"} {
			response, err := w.http.Do(w.request("POST", "/v2/agents/helper/"+operation, say("/error "+strconv.Itoa(status))))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != status || response.Header.Get("Retry-After") != retryAfter {
				t.Errorf("%s: status = %d with Retry-After %q, want %d with %q", operation, response.StatusCode, response.Header.Get("Retry-After"), status, retryAfter)
			}
		}
	}
}
