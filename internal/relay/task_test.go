package relay_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestOutcomeOfATask(t *testing.T) {
	t.Parallel()
	reason := &orq.Message{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("no credit")}}
	for name, c := range map[string]struct {
		status       orq.TaskStatus
		state, error string
	}{
		"submitted":          {orq.TaskStatus{State: orq.TaskSubmitted}, relay.StateWorking, ""},
		"working":            {orq.TaskStatus{State: orq.TaskWorking, Message: reason}, relay.StateWorking, ""},
		"input required":     {orq.TaskStatus{State: orq.TaskInputRequired}, relay.StateInputRequired, ""},
		"auth required":      {orq.TaskStatus{State: orq.TaskAuthRequired}, relay.StateInputRequired, ""},
		"completed":          {orq.TaskStatus{State: orq.TaskCompleted}, relay.StateCompleted, ""},
		"failed":             {orq.TaskStatus{State: orq.TaskFailed}, relay.StateFailed, "the task is failed"},
		"failed with reason": {orq.TaskStatus{State: orq.TaskFailed, Message: reason}, relay.StateFailed, "the task is failed: no credit"},
		"failed with error":  {orq.TaskStatus{State: orq.TaskFailed, Message: &orq.Message{Parts: []orq.Part{{Kind: orq.KindError, Error: "cut"}}}}, relay.StateFailed, "the task is failed: cut"},
		"canceled":           {orq.TaskStatus{State: orq.TaskCanceled}, relay.StateFailed, "the task is canceled"},
		"rejected":           {orq.TaskStatus{State: orq.TaskRejected}, relay.StateFailed, "the task is rejected"},
		"state to come":      {orq.TaskStatus{State: "dreaming"}, relay.StateWorking, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := relay.Outcome{TaskID: "t1", AgentKey: "scout", State: c.state, Error: c.error}
			if diff := cmp.Diff(want, relay.FromTask("scout", &orq.Task{ID: "t1", Status: c.status})); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutcomeOfATaskHoldsWhatTheAgentSaid(t *testing.T) {
	t.Parallel()
	task := &orq.Task{
		ID: "t1", Status: orq.TaskStatus{State: orq.TaskCompleted}, Metadata: map[string]any{"trace_id": "tr1"},
		Messages: []orq.Message{
			{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("asked")}},
			{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("answered"), {Kind: orq.KindFile, File: &orq.File{Bytes: "aGk=", Name: "a.txt"}}}},
		},
	}
	want := relay.Outcome{
		TaskID: "t1", AgentKey: "scout", State: relay.StateCompleted, TraceID: "tr1", OutputText: "answered",
		OutputFiles: []relay.OutputFile{{Name: "a.txt", Base64: "aGk="}},
	}
	if diff := cmp.Diff(want, relay.FromTask("scout", task)); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
}
