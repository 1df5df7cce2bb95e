package relay_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
		"cancelled":          {orq.TaskStatus{State: "cancelled"}, relay.StateFailed, "the task is cancelled"},
		"rejected":           {orq.TaskStatus{State: orq.TaskRejected}, relay.StateFailed, "the task is rejected"},
		"state to come":      {orq.TaskStatus{State: "dreaming"}, relay.StateFailed, `state "dreaming" is not known`},
		"another spelling":   {orq.TaskStatus{State: "TASK_STATE_COMPLETED"}, relay.StateFailed, `state "TASK_STATE_COMPLETED" is not known`},
		"no state":           {orq.TaskStatus{}, relay.StateFailed, "orq.ai states no state"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := &relay.Outcome{TaskID: "t1", AgentKey: "scout", State: c.state, Error: c.error}
			want.MayGoOn = strings.HasSuffix(c.error, "is not known") || strings.HasPrefix(c.error, "orq.ai states no")
			if diff := cmp.Diff(want, relay.FromTask("scout", &orq.Task{ID: "t1", Status: c.status})); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutcomeOfALookup(t *testing.T) {
	t.Parallel()
	call := []orq.PendingToolCall{{ID: "c1", Function: orq.FunctionCall{Name: "f"}}}
	for name, c := range map[string]struct {
		response     orq.AgentResponse
		state, error string
	}{
		"in progress":           {orq.AgentResponse{Status: "in_progress"}, relay.StateWorking, ""},
		"queued":                {orq.AgentResponse{Status: "queued"}, relay.StateWorking, ""},
		"completed":             {orq.AgentResponse{Status: "completed", FinishReason: "stop"}, relay.StateCompleted, ""},
		"stopped at a limit":    {orq.AgentResponse{Status: "completed", FinishReason: "max_time"}, relay.StateCompleted, ""},
		"completed, no reason":  {orq.AgentResponse{Status: "completed"}, relay.StateCompleted, ""},
		"unknown reason":        {orq.AgentResponse{Status: "completed", FinishReason: "max_mood"}, relay.StateFailed, `finish_reason "max_mood" is not known`},
		"unnamed call":          {orq.AgentResponse{Status: "completed", FinishReason: "function_call"}, relay.StateFailed, "the run waits for the result of a function call, but orq.ai does not name the call"},
		"named call":            {orq.AgentResponse{Status: "completed", FinishReason: "function_call", PendingToolCalls: call}, relay.StateInputRequired, ""},
		"failed":                {orq.AgentResponse{Status: "failed", Error: "no credit"}, relay.StateFailed, "no credit"},
		"failed without words":  {orq.AgentResponse{Status: "failed"}, relay.StateFailed, "orq.ai gave no reason"},
		"canceled":              {orq.AgentResponse{Status: "canceled"}, relay.StateFailed, "the task is canceled"},
		"cancelled":             {orq.AgentResponse{Status: "cancelled"}, relay.StateFailed, "the task is cancelled"},
		"rejected, with reason": {orq.AgentResponse{Status: "rejected", Error: "not allowed"}, relay.StateFailed, "not allowed"},
		"requires action":       {orq.AgentResponse{Status: "requires_action", PendingToolCalls: call}, relay.StateInputRequired, ""},
		"requires approval":     {orq.AgentResponse{Status: "requires_action", WaitsFor: []string{"crm"}}, relay.StateWorking, ""},
		"waits, though stopped": {orq.AgentResponse{Status: "completed", FinishReason: "stop", WaitsFor: []string{"crm"}}, relay.StateWorking, ""},
		"incomplete":            {orq.AgentResponse{Status: "incomplete"}, relay.StateFailed, `status "incomplete" is not known`},
		"expired":               {orq.AgentResponse{Status: "expired"}, relay.StateFailed, `status "expired" is not known`},
		"other case":            {orq.AgentResponse{Status: "COMPLETED"}, relay.StateFailed, `status "COMPLETED" is not known`},
		"with a blank":          {orq.AgentResponse{Status: "completed "}, relay.StateFailed, `status "completed " is not known`},
		"none":                  {orq.AgentResponse{FinishReason: "stop"}, relay.StateFailed, "orq.ai states no status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &lookups{answers: []*orq.AgentResponse{&c.response}}
				got, err := relay.Await(t.Context(), "t1", nil, &relay.Options{Lookup: service.lookup, MaxWait: 3 * time.Second})
				if err != nil || got.State != c.state || got.Error != c.error {
					t.Errorf("Await() = state %s, error %q, %v, want %s, %q", got.State, got.Error, err, c.state, c.error)
				}
				// What is not known does not change by waiting.
				polled := c.response.Status == "in_progress" || c.response.Status == "queued"
				if polled != (service.calls > 1) || polled != (got.DurationMS > 0) {
					t.Errorf("%d lookups in %d ms, want more than one: %t", service.calls, got.DurationMS, polled)
				}
			})
		})
	}
}

func TestOutcomeOfATaskHoldsTheAgentsMessages(t *testing.T) {
	t.Parallel()
	task := &orq.Task{
		ID: "t1", Status: orq.TaskStatus{State: orq.TaskCompleted}, Metadata: map[string]any{"trace_id": "tr1"},
		Messages: []orq.Message{
			{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("asked")}},
			{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("answered"), {Kind: orq.KindFile, File: &orq.File{Bytes: "aGk=", Name: "a.txt"}}}},
		},
	}
	want := &relay.Outcome{
		TaskID: "t1", AgentKey: "scout", State: relay.StateCompleted, TraceID: "tr1", OutputText: "answered",
		OutputFiles: []relay.OutputFile{{Name: "a.txt", Base64: "aGk="}},
	}
	if diff := cmp.Diff(want, relay.FromTask("scout", task)); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
}

func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text      string
		limit     int
		want      string
		truncated bool
	}{
		"short enough":             {"0123456789", 10, "0123456789", false},
		"cut at a line":            {"01234567\n9 more", 10, "01234567", true},
		"a line far before is not": {"012\n456789 more", 10, "012\n456789", true},
		"cut at a letter":          {"012345678ü more", 10, "012345678", true},
		"no limit":                 {"0123456789", -1, "0123456789", false},
		"default limit, inside":    {strings.Repeat("x", 60_000), 0, strings.Repeat("x", 60_000), false},
		"default limit, exceeded":  {strings.Repeat("x", 60_001), 0, strings.Repeat("x", 60_000), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := &orq.AgentResponse{Status: orq.ResponseCompleted, Output: []orq.Message{{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(c.text)}}}}
			stream := &script{events: []orq.Event{started, thought("m", c.text)}, end: orq.ErrCutOff}
			options := &relay.Options{TextLimit: c.limit, Lookup: (&lookups{answers: []*orq.AgentResponse{response}}).lookup}
			followed, err := relay.Follow(t.Context(), stream.open, nil, options)
			if err != nil {
				t.Fatal(err)
			}
			awaited, err := relay.Await(t.Context(), "t1", nil, options)
			if err != nil {
				t.Fatal(err)
			}
			for _, outcome := range []*relay.Outcome{followed, awaited} {
				if outcome.OutputText != c.want || outcome.Truncated != c.truncated {
					t.Errorf("text %.40q (%d bytes), truncated: %t, want %.40q (%d bytes), %t",
						outcome.OutputText, len(outcome.OutputText), outcome.Truncated, c.want, len(c.want), c.truncated)
				}
			}
		})
	}
}

func TestTextCanBeReadFromAnOffset(t *testing.T) {
	t.Parallel()
	response := &orq.AgentResponse{Status: orq.ResponseCompleted, Output: []orq.Message{{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("0ü3456789")}}}}
	for offset, want := range map[int]struct {
		text  string
		begin int
	}{
		0: {"0ü34", 0}, 1: {"ü345", 1}, 2: {"ü345", 1}, 3: {"34567", 3}, 9: {"9", 9}, 10: {"", 10}, 99: {"", 10},
	} {
		options := &relay.Options{TextLimit: 5, TextOffset: offset, Lookup: (&lookups{answers: []*orq.AgentResponse{response}}).lookup}
		outcome, err := relay.Await(t.Context(), "t1", nil, options)
		if err != nil || outcome.OutputText != want.text || outcome.Offset != want.begin || outcome.Truncated != (want.begin+len(want.text) < 10) {
			t.Errorf("from %d: %q at %d, truncated: %t, error %v, want %q at %d", offset, outcome.OutputText, outcome.Offset, outcome.Truncated, err, want.text, want.begin)
		}
	}
}
