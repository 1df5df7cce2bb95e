package sandbox_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// inBubble streams one message to an agent with settings, in a synctest bubble with its fake clock and without a network.
func inBubble(t *testing.T, o sandbox.Options, settings object, message object, check func(events []orq.Event, took time.Duration)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		box := openBox(t, o)
		defer box.Close()
		post(t.Context(), t, box, "/v2/agents", agentBody("helper", object{"settings": settings}))
		start := time.Now()
		answer := post(t.Context(), t, box, "/v2/agents/helper/stream-task", message)
		var events []orq.Event
		for data := range strings.SplitSeq(strings.TrimSpace(answer), "\n\n") {
			if data == "data: [DONE]" {
				continue
			}
			var event orq.Event
			if err := json.Unmarshal([]byte(strings.TrimPrefix(data, "data: ")), &event); err != nil {
				t.Fatalf("decode event: %v: %s", err, data)
			}
			events = append(events, event)
		}
		check(events, time.Since(start))
	})
}

func post(ctx context.Context, t *testing.T, box http.Handler, path string, body object) string {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return answerOf(box, httptest.NewRequestWithContext(ctx, "POST", path, strings.NewReader(string(encoded))))
}

func get(t *testing.T, box http.Handler, path string) string {
	t.Helper()
	return answerOf(box, httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
}

func answerOf(box http.Handler, r *http.Request) string {
	r.Header.Set("Authorization", "Bearer key")
	w := httptest.NewRecorder()
	box.ServeHTTP(w, r)
	return w.Body.String()
}

func TestSlow(t *testing.T) {
	t.Parallel()
	inBubble(t, sandbox.Options{}, object{}, say("/slow 5m"), func(events []orq.Event, took time.Duration) {
		if took != 5*time.Minute || data[*orq.Inactive](t, events).FinishReason != "stop" {
			t.Errorf("took %v, want 5m and an answer: %v", took, types(events))
		}
	})
}

func TestReviewTakesItsTime(t *testing.T) {
	t.Parallel()
	inBubble(t, sandbox.Options{}, object{}, say("/review 3m"), func(events []orq.Event, took time.Duration) {
		want := []string{execStarted, started, named, created, reviewRequired, executionReviewed, thought, inactive}
		if diff := cmp.Diff(want, types(events)); diff != "" || took != 3*time.Minute {
			t.Errorf("took %v, want 3m; event types (-want +got):\n%s", took, diff)
		}
	})
}

func TestPaceIsTheTimeBetweenEvents(t *testing.T) {
	t.Parallel()
	inBubble(t, sandbox.Options{Pace: time.Second}, object{}, say("/count 10"), func(_ []orq.Event, took time.Duration) {
		// Four events to begin with, ten numbers and the answer; the last event follows at once.
		if took != 15*time.Second {
			t.Errorf("took %v, want 15s", took)
		}
	})
}

func TestExecutionTimeLimit(t *testing.T) {
	t.Parallel()
	inBubble(t, sandbox.Options{}, object{"max_execution_time": 20}, say("/count 1\n/slow 10m"), func(events []orq.Event, took time.Duration) {
		last := data[*orq.Inactive](t, events)
		if took != 20*time.Second || last.FinishReason != "max_time" || last.LastMessage != "1 [sandbox] Stopped: max_execution_time has passed." {
			t.Errorf("took %v with inactive event %+v, want 20s and a stop by max_execution_time", took, last)
		}
	})
}

func TestStreamTimeout(t *testing.T) {
	t.Parallel()
	inBubble(t, sandbox.Options{}, object{}, say("/slow 10m", object{"stream_timeout_seconds": 7}), func(events []orq.Event, took time.Duration) {
		want := []string{execStarted, started, named, created, timeout}
		if diff := cmp.Diff(want, types(events)); diff != "" || took != 7*time.Second {
			t.Errorf("took %v, want 7s; event types (-want +got):\n%s", took, diff)
		}
	})
}

func TestClockIsInjected(t *testing.T) {
	t.Parallel()
	noon := time.Date(2031, 5, 6, 12, 0, 0, 0, time.UTC)
	w := open(t, sandbox.Options{Now: func() time.Time { return noon }})
	if got := w.create("helper", toolSettings(object{"type": "current_date"})).Created; got != "2031-05-06T12:00:00.000Z" {
		t.Errorf("created = %q, want 2031-05-06T12:00:00.000Z", got)
	}
	events := w.play("helper", say("/tool current_date"))
	if got := string(data[*orq.ToolFinished](t, events).Result); got != `{"date":"2031-05-06T12:00:00Z"}` {
		t.Errorf("result = %s, want the injected time", got)
	}
}

func TestRunGoesOnWhenItsClientLeaves(t *testing.T) {
	t.Parallel()
	const lines = "/count 2\n/slow 8m\n/count 3"
	id := regexp.MustCompile(`"(?:agent_task_id|id)":"([^"]+)"`)
	for name, c := range map[string]struct {
		path, look string
		body       object
	}{
		"task":     {"/v2/agents/helper/stream-task", "/v2/agents/helper/responses/", say(lines, object{"stream_timeout_seconds": 300})},
		"response": {"/v3/router/responses", "/v3/router/responses/", object{"model": "agent/helper", "input": lines, "stream": true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				box := openBox(t, sandbox.Options{Pace: time.Second})
				defer box.Close()
				post(t.Context(), t, box, "/v2/agents", agentBody("helper"))
				ctx, leave := context.WithTimeout(t.Context(), time.Minute)
				defer leave()
				start := time.Now()
				stream := post(ctx, t, box, c.path, c.body)
				if took := time.Since(start); took != time.Minute {
					t.Errorf("the stream took %v, want 1m", took)
				}
				look := c.look + id.FindStringSubmatch(stream)[1]
				if got := get(t, box, look); !strings.Contains(got, `"in_progress"`) {
					t.Errorf("after the client has left: %s, want a run in progress", got)
				}
				time.Sleep(11 * time.Minute) // of the test's clock
				if got := get(t, box, look); !strings.Contains(got, `"completed"`) || !strings.Contains(got, "1 2 1 2 3 ") {
					t.Errorf("after the run: %s, want it completed with all numbers", got)
				}
			})
		})
	}
}
