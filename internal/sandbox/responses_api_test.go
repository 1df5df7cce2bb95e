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
		t.Fatalf("paused %+v", paused)
	}
	done := respond(results(paused.TaskID, map[string]any{paused.PendingToolCalls[0].ID: "yes"}))
	if done.TaskID != paused.TaskID || done.FinishReason != "stop" {
		t.Errorf("done %+v", done)
	}
	if diff := cmp.Diff(done, w.response("helper", done.TaskID)); diff != "" {
		t.Errorf("read again: %s", diff)
	}
	if failed := respond(say("/fail out of luck")); failed.Status != "failed" || failed.Error != "out of luck" {
		t.Errorf("failed %+v", failed)
	}
	begun := respond(say("/slow 10m", object{"background": true}))
	if begun.Status != "in_progress" || begun.Output == nil || len(begun.Output) != 0 {
		t.Errorf("begun %+v", begun)
	}
}

// An A2A agent that waits for the user has done its turn, whatever it waits for.
func TestResponseOfAWaitingA2ATaskIsCompleted(t *testing.T) {
	t.Parallel()
	_, server := serveAgent(t, "1.0 JSON-RPC", true)
	w := open(t, sandbox.Options{})
	w.register("far", server.URL)
	for told, want := range map[string]string{"ask": "Which city?", "auth": "Log in at example.com."} {
		got := call[orq.AgentResponse](w, 200, "POST", "/v2/agents/far/responses", say(told))
		if got.Status != "completed" || got.FinishReason != "stop" || got.Error != "" || got.Output[0].Text() != want {
			t.Errorf("%s: response %+v", told, got)
		}
		if diff := cmp.Diff(got, w.response("far", got.TaskID)); diff != "" {
			t.Errorf("%s, read again: %s", told, diff)
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
			t.Errorf("message %q, want %q", got, want)
		}
	}
	w.refused(404, "POST", "/v2/agents/ghost/responses", say("hi"))
	w.refused(429, "POST", "/v2/agents/helper/responses", say("/error 429"))
}
