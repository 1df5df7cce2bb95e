package sandbox_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestRespond(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	respond := func(body object) orq.AgentResponse {
		t.Helper()
		return call[orq.AgentResponse](w, 200, "POST", "/v2/agents/helper/responses", body)
	}
	paused := respond(say("/tool ask"))
	if paused.FinishReason != "function_call" || len(paused.PendingToolCalls) != 1 || len(paused.Output) == 0 {
		t.Fatalf("response = %+v, want one pending call and an output", paused)
	}
	done := respond(results(paused.TaskID, map[string]any{paused.PendingToolCalls[0].ID: "yes"}))
	if done.TaskID != paused.TaskID || done.FinishReason != "stop" {
		t.Errorf("response = %+v, want task %s with finish reason stop", done, paused.TaskID)
	}
	if diff := cmp.Diff(done, w.response("helper", done.TaskID)); diff != "" {
		t.Errorf("response read again (-want +got):\n%s", diff)
	}
	if failed := respond(say("/fail out of luck")); failed.Status != "failed" || failed.Error != "out of luck" {
		t.Errorf("response = %+v, want status failed with the error %q", failed, "out of luck")
	}
	begun := respond(say("/slow 10m", object{"background": true}))
	if begun.Status != "in_progress" || begun.Output == nil || len(begun.Output) != 0 {
		t.Errorf("response in the background = %+v, want status in_progress and an empty output", begun)
	}
}

// The turn of an A2A agent that waits for the user is complete, whatever the agent waits for.
func TestResponseOfAWaitingA2ATaskIsCompleted(t *testing.T) {
	t.Parallel()
	_, server := serveAgent(t, "1.0 JSON-RPC", true)
	w := open(t, sandbox.Options{})
	w.register("far", server.URL)
	for request, want := range map[string]string{"ask": "Which city?", "auth": "Log in at example.com."} {
		got := call[orq.AgentResponse](w, 200, "POST", "/v2/agents/far/responses", say(request))
		if got.Status != "completed" || got.FinishReason != "stop" || got.Error != "" || got.Output[0].Text() != want {
			t.Errorf("%s: response = %+v, want status completed, finish reason stop and %q", request, got, want)
		}
		if diff := cmp.Diff(got, w.response("far", got.TaskID)); diff != "" {
			t.Errorf("%s: response read again (-want +got):\n%s", request, diff)
		}
	}
}

func TestRespondRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	for want, change := range map[string]object{
		"background: cannot be combined with stream":      {"stream": true, "background": true},
		"background: must be true or false, got a string": {"background": "yes"},
		"conversation._id: is required":                   {"conversation": object{}},
		"message: is required":                            {"message": nil},
	} {
		if got := w.refused(400, "POST", "/v2/agents/helper/responses", say("hi", change)); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
	w.refused(404, "POST", "/v2/agents/ghost/responses", say("hi"))
	w.refused(429, "POST", "/v2/agents/helper/responses", say("/error 429"))
}
