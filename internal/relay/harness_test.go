package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/retry"
)

// script is a run's stream: its events, each after a pause, and its end.
type script struct {
	events []orq.Event
	pause  time.Duration
	// end is the error at the end of the stream; nil is a [DONE].
	end error
	// hangs makes the stream stay open after its events.
	hangs bool
	// yielded counts the events read.
	yielded atomic.Int64
	// closed reports that the stream was read to its end or closed.
	closed bool
}

func (s *script) open(ctx context.Context) orq.Events {
	return func(yield func(*orq.Event, error) bool) {
		defer func() { s.closed = true }()
		for i := range s.events {
			if err := retry.Sleep(ctx, s.pause); err != nil {
				yield(nil, err)
				return
			}
			s.yielded.Add(1)
			if event := s.events[i]; !yield(&event, nil) {
				return
			}
		}
		if s.hangs {
			<-ctx.Done()
			yield(nil, context.Cause(ctx))
			return
		}
		if s.end != nil {
			yield(nil, s.end)
		}
	}
}

// at returns an event with a timestamp the given number of milliseconds after the run began.
func at(milliseconds int, typ orq.EventType, data string) orq.Event {
	var event orq.Event
	stamp := time.UnixMilli(int64(milliseconds)).UTC().Format(time.RFC3339Nano)
	if err := json.Unmarshal(fmt.Appendf(nil, `{"type":%q,"timestamp":%q,"data":%s}`, typ, stamp, data), &event); err != nil {
		panic(err)
	}
	return event
}

var (
	started  = at(0, orq.EventExecutionStarted, `{"agent_task_id":"t1","trace_id":"tr1"}`)
	hello    = thought("m1", "hello ")
	world    = thought("m2", "world")
	finished = at(0, orq.EventInactive, `{"last_message":"hello world","finish_reason":"stop"}`)
	broken   = at(0, orq.EventError, `{"error":"broken","code":"internal"}`)
	timedOut = at(0, orq.EventTimeout, `{"message":"too long"}`)
)

func thought(id, text string) orq.Event {
	return at(0, orq.EventThought, fmt.Sprintf(
		`{"iteration":2,"message_difference":{%q:{"role":"agent","parts":[{"kind":"text","text":%q}]}}}`, id, text))
}

// recorder is a sink that keeps the progress it gets, and when.
type recorder struct {
	mu    sync.Mutex
	began time.Time
	sent  []relay.Progress
	after []time.Duration
	// fails makes Send return err instead of taking the progress with that number, counted from 1.
	fails int
	err   error
}

func (r *recorder) Send(progress relay.Progress) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fails == len(r.sent)+1 {
		return r.err
	}
	r.sent = append(r.sent, progress)
	r.after = append(r.after, time.Since(r.began))
	return nil
}

func (r *recorder) lines() []string {
	var lines []string
	for _, progress := range r.sent {
		lines = append(lines, progress.Message)
	}
	return lines
}

// lookups answers one lookup after the other, and repeats the last answer from then on.
type lookups struct {
	answers []*orq.AgentResponse
	err     error
	calls   int
}

func (l *lookups) lookup(_ context.Context, taskID string) (*orq.AgentResponse, error) {
	if taskID != "t1" {
		return nil, fmt.Errorf("task %s is unknown", taskID)
	}
	l.calls++
	if l.err != nil {
		return nil, l.err
	}
	return l.answers[min(l.calls, len(l.answers))-1], nil
}

func inProgress() *orq.AgentResponse {
	return &orq.AgentResponse{TaskID: "t1", Status: orq.ResponseInProgress}
}

func completed() *orq.AgentResponse {
	return &orq.AgentResponse{
		TaskID: "t1", Status: orq.ResponseCompleted, FinishReason: orq.FinishStop,
		Output: []orq.Message{
			{Role: orq.RoleTool, Parts: []orq.Part{orq.TextPart("not of the agent")}},
			{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("hello")}},
			{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("world"), {Kind: orq.KindFile, File: &orq.File{Name: "a.txt", MIMEType: "text/plain", URI: "u"}}}},
		},
		Usage:     &orq.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3},
		Telemetry: &orq.Telemetry{TraceID: "tr2"},
	}
}

func paused() *orq.AgentResponse {
	return &orq.AgentResponse{
		TaskID: "t1", Status: orq.ResponseCompleted, FinishReason: orq.FinishFunctionCall,
		PendingToolCalls: []orq.PendingToolCall{{ID: "c1", Type: "function", Function: orq.FunctionCall{Name: "f", Arguments: "{}"}}},
	}
}

func failed(reason string) *orq.AgentResponse {
	return &orq.AgentResponse{TaskID: "t1", Status: orq.ResponseFailed, Error: reason}
}
