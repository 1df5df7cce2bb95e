package e2e_test

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/test/answers"
)

// call is a request of the client.
type call struct {
	client    *client
	id, tool  string
	token     string
	abandon   context.CancelFunc
	mu        sync.Mutex
	delivered []delivery
	more      chan struct{}
	taken     int
	answered  bool
}

// delivery is a message for a call, or the error because of which none will arrive.
type delivery struct {
	message
	err error
}

func (k *call) push(d delivery) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.answered && d.err == nil {
		k.client.t.Errorf("request %s: a message after its result: %s %s", k.id, d.Method, d.Params)
	}
	k.answered = k.answered || d.isResponse()
	k.delivered = append(k.delivered, d)
	close(k.more)
	k.more = make(chan struct{})
}

// take returns the next delivery.
func (k *call) take() delivery {
	k.client.t.Helper()
	limit := time.After(waitTimeout)
	for {
		k.mu.Lock()
		more := k.more
		if k.taken < len(k.delivered) {
			next := k.delivered[k.taken]
			k.taken++
			k.mu.Unlock()
			return next
		}
		k.mu.Unlock()
		select {
		case <-more:
		case <-limit:
			k.client.t.Fatalf("request %s %s: no message for %v", k.id, k.tool, waitTimeout)
		}
	}
}

// next returns the next message.
func (k *call) next() message {
	k.client.t.Helper()
	d := k.take()
	if d.err != nil {
		k.client.t.Fatalf("request %s %s: %v", k.id, k.tool, d.err)
	}
	return d.message
}

// response returns the next message, which must be a successful response.
func (k *call) response() message {
	k.client.t.Helper()
	m := k.next()
	switch {
	case !m.isResponse():
		k.client.t.Fatalf("request %s: got %s, want the response", k.id, m.Method)
	case m.Error != nil:
		k.client.t.Fatalf("request %s: error %d: %s", k.id, m.Error.Code, m.Error.Message)
	}
	return m
}

// nextProgress returns the next message, which must be progress.
func (k *call) nextProgress() progress {
	k.client.t.Helper()
	m := k.next()
	if m.isResponse() {
		k.client.t.Fatalf("request %s: got the response, want progress: %s", k.id, m.Result)
	}
	return decode[progress](k.client.t, m.Params)
}

// awaitProgress reads progress until a message equals line.
func (k *call) awaitProgress(line string) {
	k.client.t.Helper()
	for k.nextProgress().Message != line {
	}
}

// result reads a tool's progress and its result, and checks that both follow the protocol.
func (k *call) result() toolResult {
	k.client.t.Helper()
	t := k.client.t
	var received []progress
	for {
		m := k.next()
		if !m.isResponse() {
			p := decode[progress](t, m.Params)
			if n := len(received); n > 0 && p.Progress <= received[n-1].Progress {
				t.Errorf("progress = %v, want more than %v", p.Progress, received[n-1].Progress)
			}
			received = append(received, p)
			continue
		}
		if m.Error != nil {
			t.Fatalf("%s: error %d: %s", k.tool, m.Error.Code, m.Error.Message)
		}
		result := decode[toolResult](t, m.Result)
		result.progress = received
		k.check(result)
		return result
	}
}

// check checks what holds for every result.
func (k *call) check(result toolResult) {
	k.client.t.Helper()
	t := k.client.t
	if result.ResultType == "input_required" {
		if len(result.InputRequests) == 0 {
			t.Errorf("%s: input_required without a request", k.tool)
		}
		return
	}
	if len(result.Content) != 1 || result.Content[0].Type != "text" || strings.TrimSpace(result.text()) == "" {
		t.Errorf("%s: content = %+v, want one text", k.tool, result.Content)
	}
	if result.IsError {
		return
	}
	schema := k.client.schemas[k.tool]
	if schema == nil {
		t.Fatalf("tools/list has no tool %q", k.tool)
	}
	answers.Check(t, k.tool, schema, result.Structured, result.text())
}
