package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// sinkOn returns a sink that writes to connection for a call with the token 7.
func sinkOn(t *testing.T, connection frameWriter) *sink {
	t.Helper()
	s := newSink(withFrameWriter(t.Context(), connection), json.RawMessage("7"))
	if s == nil {
		t.Fatal("newSink() = nil, want a sink")
	}
	return s
}

func thoughtEvent(raw string) *orq.Event {
	return &orq.Event{Type: "event.agents.thought", Timestamp: "2026-03-24T10:00:00Z", Raw: raw}
}

func textStep(text string) relay.Progress {
	return relay.Progress{Message: text, Text: text, Event: thoughtEvent(`{"n":1}`)}
}

func lifecycleStep(line string) relay.Progress {
	return relay.Progress{Message: line, Event: &orq.Event{Type: orq.EventToolStarted, Raw: `{}`}}
}

// sendAll sends each step without an error.
func sendAll(t *testing.T, s *sink, steps ...relay.Progress) {
	t.Helper()
	for _, step := range steps {
		if err := s.Send(step); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEventsAreBatchedUntilFlush(t *testing.T) {
	t.Parallel()
	connection := &slowConnection{}
	s := sinkOn(t, connection)
	sendAll(t, s, textStep("a"), lifecycleStep("b"), textStep("c"))
	if len(connection.written()) != 0 {
		t.Errorf("%d writes before the flush, want 0", len(connection.written()))
	}
	s.flush()
	s.flush()
	if len(connection.written()) != 1 || strings.Count(connection.written()[0], "\n") != 3 {
		t.Errorf("after the flush: writes %q, want one with 3 lines", connection.written())
	}
	sendAll(t, s, textStep("d"), relay.Progress{Message: "still working"})
	if len(connection.written()) != 2 || strings.Count(connection.written()[1], "\n") != 2 {
		t.Errorf("after a step without an event: writes %q, want one more with 2 lines", connection.written()[1:])
	}
	sendAll(t, s, textStep("e"))
	s.close(t.Context())
	if len(connection.written()) != 3 {
		t.Errorf("after close: %d writes, want 3", len(connection.written()))
	}
}

func TestFullBufferIsWritten(t *testing.T) {
	t.Parallel()
	connection := &slowConnection{}
	s := sinkOn(t, connection)
	for range 1000 {
		sendAll(t, s, textStep(strings.Repeat("x", 500)))
		if cap(s.buffer) > 2*maxBuffer {
			t.Fatalf("buffer of %d bytes, want at most %d", cap(s.buffer), 2*maxBuffer)
		}
	}
	if got, want := len(connection.written()), 1000*500/(maxBuffer+1000); got < want {
		t.Errorf("%d writes, want at least %d", got, want)
	}
}

func TestFlushWaitsForFlushInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &slowConnection{}
		s := sinkOn(t, connection)
		began := time.Now()
		for range 3 {
			sendAll(t, s, textStep("a"))
			s.flush()
		}
		if len(connection.written()) != 1 {
			t.Errorf("%d writes at once, want 1", len(connection.written()))
		}
		time.Sleep(flushInterval)
		synctest.Wait()
		if len(connection.written()) != 2 || strings.Count(connection.written()[1], "\n") != 2 || time.Since(began) != flushInterval {
			t.Errorf("after %v: writes %q; want a second one with 2 lines after %v", time.Since(began), connection.written(), flushInterval)
		}
		sendAll(t, s, textStep("b"))
		s.flush()
		s.close(t.Context())
		time.Sleep(time.Hour)
		if len(connection.written()) != 3 {
			t.Errorf("%d writes after close, want 3", len(connection.written()))
		}
	})
}

// slowConnection is a frameWriter that keeps its writes and takes a while for each.
type slowConnection struct {
	mu     sync.Mutex
	delay  time.Duration
	writes []string
}

func (*slowConnection) framing() (prefix, suffix string) { return "", "\n" }

func (c *slowConnection) writeFrames(frames []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	time.Sleep(c.delay)
	c.writes = append(c.writes, string(frames))
	return nil
}

// written returns the writes so far.
func (c *slowConnection) written() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.writes)
}

// speedUp removes the delay.
func (c *slowConnection) speedUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.delay = 0
}

func (*slowConnection) waitBeforeResult(context.Context, time.Time) {}

// notification is a decoded notifications/progress.
type notification struct {
	Params struct {
		Progress float64
		Message  string
		Meta     struct {
			Event struct {
				Type   string
				Text   string
				Data   json.RawMessage
				Merged int
			} `json:"ai.orq/event"`
		} `json:"_meta"`
	}
}

// newText is the text that the notification adds, or its line.
func (n notification) newText() string {
	if text := n.Params.Meta.Event.Text; text != "" {
		return text
	}
	return n.Params.Message
}

// notifications decodes the writes so far.
func (c *slowConnection) notifications(t *testing.T) []notification {
	t.Helper()
	var all []notification
	for line := range strings.Lines(strings.Join(c.written(), "")) {
		var one notification
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, one)
	}
	return all
}

func TestTextIsMergedOnlyForSlowReader(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		delay time.Duration
		want  []string // the texts and lines of the second batch
	}{
		"fast": {slowWrite - 1, []string{"a1", "b1", "tool", "c1", "d1", "e1"}},
		"slow": {slowWrite, []string{"a1b1", "tool", "c1d1e1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				connection := &slowConnection{delay: each.delay}
				s := sinkOn(t, connection)
				for i := range 2 {
					n := fmt.Sprint(i)
					sendAll(t, s, textStep("a"+n), textStep("b"+n), lifecycleStep("tool"), textStep("c"+n), textStep("d"+n), textStep("e"+n))
					s.flush()
					time.Sleep(flushInterval)
					synctest.Wait()
				}
				var messages []string
				events := 0
				for i, one := range connection.notifications(t) {
					if one.Params.Progress != float64(i+1) {
						t.Errorf("progress = %v, want %d", one.Params.Progress, i+1)
					}
					if i >= 6 {
						messages = append(messages, one.newText())
						events += max(1, one.Params.Meta.Event.Merged)
					}
					if merged := one.Params.Meta.Event.Merged > 0; merged == (len(one.Params.Meta.Event.Data) > 0) || one.Params.Meta.Event.Type == "" {
						t.Errorf("event of %q = %+v, want a type and either data or the number of merged events", one.Params.Message, one.Params.Meta.Event)
					}
				}
				if diff := cmp.Diff(each.want, messages); diff != "" || events != 6 {
					t.Errorf("%d events, want 6; texts (-want +got):\n%s", events, diff)
				}
			})
		})
	}
}

func TestMergingEndsWhenReaderCatchesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &slowConnection{delay: slowWrite}
		s := sinkOn(t, connection)
		for range 3 {
			sendAll(t, s, textStep("a"), textStep("b"))
			s.flush()
			time.Sleep(flushInterval)
			synctest.Wait()
			connection.speedUp()
		}
		var messages []string
		for _, one := range connection.notifications(t) {
			messages = append(messages, one.newText())
		}
		if diff := cmp.Diff([]string{"a", "b", "ab", "a", "b"}, messages); diff != "" {
			t.Errorf("texts (-want +got):\n%s", diff)
		}
	})
}

func TestMergedTextIsBoundedAndComplete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &slowConnection{delay: slowWrite}
		s := sinkOn(t, connection)
		var want strings.Builder
		for i := range 3000 {
			text := fmt.Sprintf("%d %s ", i, strings.Repeat("y", 90))
			want.WriteString(text)
			sendAll(t, s, textStep(text))
			if held := cap(s.buffer) + cap(s.merged.text); held > 128<<10 {
				t.Fatalf("the sink holds %d bytes, want at most %d", held, 128<<10)
			}
		}
		s.close(t.Context())
		var got strings.Builder
		events := 0
		for _, one := range connection.notifications(t) {
			got.WriteString(one.newText())
			events += max(1, one.Params.Meta.Event.Merged)
		}
		if got.String() != want.String() || events != 3000 {
			t.Errorf("got %d events with %d bytes of text, want 3000 with the %d bytes sent", events, got.Len(), want.Len())
		}
		if len(connection.written()) > 60 {
			t.Errorf("%d writes, want at most 60", len(connection.written()))
		}
	})
}

func TestNewSinkNeedsTokenAndConnection(t *testing.T) {
	t.Parallel()
	if sink := newSink(withFrameWriter(t.Context(), &recordingConnection{}), nil); sink != nil {
		t.Error("newSink without a token returns a sink, want nil")
	}
	if sink := newSink(t.Context(), json.RawMessage("7")); sink != nil {
		t.Error("newSink without a connection returns a sink, want nil")
	}
	var none *sink
	none.close(t.Context()) // as in a call without progress
}

func TestProgressIncreasesStrictly(t *testing.T) {
	t.Parallel()
	connection := &recordingConnection{}
	sink := sinkOn(t, connection)
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for range 50 {
				if err := sink.Send(relay.Progress{Message: "m"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	for i, frame := range connection.frames {
		if want := fmt.Sprintf(`"progress":%d,`, i+1); !strings.Contains(frame, want) {
			t.Fatalf("notification %d = %s, want %s", i+1, frame, want)
		}
	}
	if len(connection.frames) != 400 {
		t.Errorf("%d notifications, want 400", len(connection.frames))
	}
}

func TestSendAfterCloseFails(t *testing.T) {
	t.Parallel()
	connection := &recordingConnection{}
	sink := sinkOn(t, connection)
	sink.close(t.Context())
	if err := sink.Send(relay.Progress{Message: "late"}); !errors.Is(err, errClosed) || len(connection.frames) > 0 {
		t.Errorf("Send() after close = %v, wrote %v; want %v and no writes", err, connection.frames, errClosed)
	}
}

func TestSendReturnsWriteError(t *testing.T) {
	t.Parallel()
	want := errors.New("broken pipe")
	if err := sinkOn(t, &recordingConnection{err: want}).Send(relay.Progress{Message: "m"}); !errors.Is(err, want) {
		t.Errorf("Send() = %v, want %v", err, want)
	}
}

func TestCloseWaitsBeforeResultAfterProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &recordingConnection{}
		sink := sinkOn(t, connection)
		sink.close(t.Context())
		if len(connection.waits) != 0 {
			t.Errorf("%d waits without progress, want 0", len(connection.waits))
		}
		sink = sinkOn(t, connection)
		sent := time.Now()
		if err := sink.Send(relay.Progress{Message: "m"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		sink.close(t.Context())
		if diff := cmp.Diff([]time.Time{sent}, connection.waits); diff != "" {
			t.Errorf("waits after writes at (-want +got):\n%s", diff)
		}
	})
}

// The client uses the memory of an event again for the next one.
func TestMergedTextKeepsItsEvent(t *testing.T) {
	t.Parallel()
	event := orq.Event{Type: orq.EventThought, Raw: `{"n":1}`}
	var merged mergedText
	merged.add(relay.Progress{Message: "a", Text: "a", Event: &event})
	event = orq.Event{Type: orq.EventInactive, Raw: `{"n":2}`}
	if got := merged.progress(); got.Event.Type != orq.EventThought || got.Event.Raw != `{"n":1}` {
		t.Errorf("event = %+v, want the one that was added", got.Event)
	}
}
