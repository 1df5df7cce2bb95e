package e2e_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTextArrivesAsItWasWritten sends characters that are special in event streams, lines or JSON.
func TestTextArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	texts := []string{
		"two\nlines", "\r\n\r\n", "data: x\n\nevent: message", "\u2028\u2029\u0085", "\x00\x1b[31m", "</script>&amp;", `"quoted\"`,
		"日本語 🦀 é", strings.Repeat("long ", 50_000),
	}
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		u := a.newUpstream(t, a.scriptedRuns(t, func(s *script, _ string) {
			s.start()
			for _, text := range texts {
				s.thought(text)
			}
			s.finish("done")
		}))
		c := open(t, kind, u.setup())
		_, result := c.run("invoke_agent", object{"key": "scout", "message": "x"})
		var received []string
		for _, p := range result.progress[2 : len(result.progress)-1] {
			received = append(received, p.newText())
		}
		if diff := cmp.Diff(texts, received); diff != "" {
			t.Errorf("texts (-want +got):\n%.2000s", diff)
		}
		events := relayed(result.progress)
		for i, e := range events {
			// The data of the long text is left out: its text is there all the same.
			if long := i == len(texts); e.Truncated != long || (e.Data == nil) != long {
				t.Errorf("event %d %s: truncated = %v, want %v, and data only if not", i, e.Type, e.Truncated, long)
			}
		}
		c.ping()
	})
}

func TestEveryFormOfAnEventStreamIsUnderstood(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		forms := formsOfEvents(a)
		u := a.newUpstream(t, a.uncheckedRuns(t, func(s *script, _ string) {
			s.comment("hello")
			s.write("retry: 10")
			s.start()
			for _, frame := range forms.frames {
				s.write(frame)
			}
			s.finish("done")
		}))
		c := open(t, kind, u.setup())
		ran, result := c.run("invoke_agent", object{"key": "scout", "message": "x"})
		want := append(append([]string{"starting scout", "task " + a.task("x") + " started"}, forms.lines...), "finished: stop")
		if diff := cmp.Diff(want, result.messages()); diff != "" {
			t.Errorf("progress (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(forms.events, relayed(result.progress)[1:3]); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if ran.State != "completed" || ran.OutputText != "done" || ran.Events != 4 {
			t.Errorf("outcome = %+v, want completed with output %q and 4 events", ran, "done")
		}
	})
}

// forms are two events in unusual frames, the second of an unknown type.
type forms struct {
	frames, lines []string
	events        []event
}

// formsOfEvents returns forms of a generation. The event of the Responses API has no envelope: it is its own data.
func formsOfEvents(a api) forms {
	if a.isToday() {
		return forms{
			[]string{
				"event: message\r\nid: 7\r\ndata: {\"type\": \"response.mcp_call.in_progress\",\r\n" +
					"data:  \"sequence_number\": 1,\r\ndata:  \"item_id\": \"a trip\"}\r",
				`data: {"type": "response.not_known_yet", "sequence_number": 2, "answer": 42}`,
			},
			[]string{"mcp call in progress", "not known yet"},
			[]event{
				{Type: "response.mcp_call.in_progress", Data: object{"type": "response.mcp_call.in_progress", "sequence_number": 1.0, "item_id": "a trip"}},
				{Type: "response.not_known_yet", Data: object{"type": "response.not_known_yet", "sequence_number": 2.0, "answer": 42.0}},
			},
		}
	}
	return forms{
		[]string{
			"event: message\r\nid: 7\r\ndata: {\"type\": \"event.agents.execution_named\", \"timestamp\": \"t\",\r\n" +
				"data:  \"data\": {\"name\": \"a trip\",\r\ndata:  \"agent_manifest_id\": \"agent\"}}\r",
			`data: {"type": "event.agents.not_known_yet", "timestamp": "t", "data": {"answer": 42}}`,
		},
		[]string{"named: a trip", "event.agents.not_known_yet"},
		[]event{
			{Type: "event.agents.execution_named", Timestamp: "t", Data: object{"name": "a trip", "agent_manifest_id": "agent"}},
			{Type: "event.agents.not_known_yet", Timestamp: "t", Data: object{"answer": 42.0}},
		},
	}
}

func TestALongOutputIsTruncatedAndMarked(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		u := a.newUpstream(t, a.scriptedRuns(t, func(s *script, _ string) {
			s.start()
			s.finish(strings.Repeat("é", 100))
		}))
		c := open(t, kind, u.setup("--text-limit", "51"))
		ran, _ := c.run("invoke_agent", object{"key": "scout", "message": "x"})
		if want := strings.Repeat("é", 25); ran.OutputText != want || !ran.Truncated {
			t.Errorf("output = %q, truncated %v; want %q, truncated", ran.OutputText, ran.Truncated, want)
		}
		if want := "output_text was cut: orq.ai's get_agent_response with key=scout, task_id=" + ran.TaskID + " and offset=50 shows what follows. " +
			"To say more: call orq.ai's invoke_agent with key=scout, task_id=" + ran.TaskID + " and message."; ran.Next != want {
			t.Errorf("next = %q, want %q", ran.Next, want)
		}
	})
}
