package sandbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func dataFile(t *testing.T) string { return filepath.Join(t.TempDir(), "workspace.db") }

func TestWorkspaceSurvivesReopening(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	server := serveCard(t, cardV03)
	w.create("friend")
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", object{"role": "lead", "versionIncrement": "major"})
	w.register("far", server.URL, object{"headers": object{"X-Secret": object{"value": "hush", "encrypted": true}}})
	w.create("gone")
	call[struct{}](w, 204, "DELETE", "/v2/agents/gone", nil)
	events := w.play("helper", say("/tool ask"))
	task, pending := taskOf(t, events), data[*orq.Inactive](t, events).PendingToolCalls
	before, listed := w.response("helper", task), w.list("")
	w.close()

	w = open(t, sandbox.Options{Data: file})
	if diff := cmp.Diff(listed, w.list("")); diff != "" {
		t.Errorf("list after reopening (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, w.response("helper", task)); diff != "" {
		t.Errorf("response after reopening (-want +got):\n%s", diff)
	}
	if got := call[orq.Agent](w, 200, "GET", "/v2/agents/helper@1.0.0", nil).Role; got != "tester" {
		t.Errorf("role of version 1.0.0 = %q, want tester", got)
	}
	call[struct{}](w, 200, "POST", "/v2/agents/far/card/refresh", nil)
	last := data[*orq.Inactive](t, w.play("helper", results(task, map[string]any{pending[0].ID: "yes"})))
	if !strings.Contains(last.LastMessage, `ask returned "yes"`) {
		t.Errorf("last message = %q, want it to contain %q", last.LastMessage, `ask returned "yes"`)
	}
	if got := w.create("gone"); got.ID <= listed.Data[0].ID {
		t.Errorf("id of a new agent = %s, want one after %s", got.ID, listed.Data[0].ID)
	}
}

func TestHeaderValuesAreEncryptedAtRest(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	w.register("far", serveCard(t, cardV03).URL, object{"headers": object{"X-Secret": object{"value": "hush-hush", "encrypted": true}}})
	w.close()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(raw, []byte("X-Secret")) || bytes.Contains(raw, []byte("hush-hush")) || bytes.Contains(raw, []byte("aHVzaC1odXNo")) {
		t.Error("the file holds the header's value, want its name only")
	}
	for _, path := range []string{file, file + ".key"} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("permissions of %s: %v (error %v), want 0600", path, info, err)
		}
	}

	if err := os.Remove(file + ".key"); err != nil {
		t.Fatal(err)
	}
	w = open(t, sandbox.Options{Data: file})
	want := "headers.X-Secret: the stored value cannot be read; write it again"
	if got := w.refused(400, "POST", "/v2/agents/far/card/refresh", nil); got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
}

func TestSecondOpenerIsRefused(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	open(t, sandbox.Options{Data: file})
	_, err := sandbox.Open(sandbox.Options{Data: file})
	if want := "open sandbox data " + file + ": the file is in use by another process"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %q", err, want)
	}
}

func TestCrashFailsRunningTasks(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	w.create("helper")
	running := call[orq.Task](w, 200, "POST", "/v2/agents/helper/task", say("/slow 10m")).ID
	done := call[orq.Task](w, 200, "POST", "/v2/agents/helper/task", say("hi", object{"configuration": object{"blocking": true}})).ID

	// The file as it is on disk now is that of a crash.
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	crashed := dataFile(t)
	if err := os.WriteFile(crashed, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	w = open(t, sandbox.Options{Data: crashed})
	if got := w.response("helper", running); got.Status != "failed" || got.Error != "the sandbox stopped while the task was running" {
		t.Errorf("interrupted task = %+v, want status failed and its reason", got)
	}
	if got := w.response("helper", done); got.Status != "completed" {
		t.Errorf("finished task = %+v, want status completed", got)
	}
	w.play("helper", say("go on", object{"task_id": running}))
}

func TestCloseFailsRunningTasks(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	w.create("helper")
	task := call[orq.Task](w, 200, "POST", "/v2/agents/helper/task", say("/slow 10m")).ID
	w.close()
	if got := open(t, sandbox.Options{Data: file}).response("helper", task); got.Status != "failed" || got.Error != "the sandbox was closed" {
		t.Errorf("response = %+v, want status failed with the error %q", got, "the sandbox was closed")
	}
}
