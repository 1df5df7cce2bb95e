package server

import (
	"context"
	"encoding/json"
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

func textStep(text string) relay.Progress {
	return relay.Progress{Message: text, Text: true, Event: eventOf(`{"n":1}`)}
}

func lifecycleStep(line string) relay.Progress {
	return relay.Progress{Message: line, Event: &orq.Event{Type: orq.EventToolStarted, Raw: `{}`}}
}

// sendAll wants every step to be taken.
func sendAll(t *testing.T, s *sink, steps ...relay.Progress) {
	t.Helper()
	for _, step := range steps {
		if err := s.Send(step); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEventsAtHandAreWrittenTogether(t *testing.T) {
	t.Parallel()
	connection := &taking{}
	s := sinkOn(t, connection)
	sendAll(t, s, textStep("a"), lifecycleStep("b"), textStep("c"))
	if len(connection.written()) != 0 {
		t.Errorf("%d writes while more events were at hand", len(connection.written()))
	}
	s.flush()
	s.flush()
	if len(connection.written()) != 1 || strings.Count(connection.written()[0], "\n") != 3 {
		t.Errorf("written %q", connection.written())
	}
	sendAll(t, s, textStep("d"), relay.Progress{Message: "still working"})
	if len(connection.written()) != 2 || strings.Count(connection.written()[1], "\n") != 2 {
		t.Errorf("what has no event is told at once, with what waits: %q", connection.written()[1:])
	}
	sendAll(t, s, textStep("e"))
	s.close(t.Context())
	if len(connection.written()) != 3 {
		t.Error("the last event was not written before the result")
	}
}

func TestALongRunOfEventsIsWrittenInPieces(t *testing.T) {
	t.Parallel()
	connection := &taking{}
	s := sinkOn(t, connection)
	for range 1000 {
		sendAll(t, s, textStep(strings.Repeat("x", 500)))
		if cap(s.buffer) > 2*fullBuffer {
			t.Fatalf("the buffer has grown to %d bytes", cap(s.buffer))
		}
	}
	if len(connection.written()) < 1000*500/(fullBuffer+1000) {
		t.Errorf("%d writes", len(connection.written()))
	}
}

func TestWhatFollowsAtOnceIsWrittenTogetherAndSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &taking{}
		s := sinkOn(t, connection)
		began := time.Now()
		for range 3 {
			sendAll(t, s, textStep("a"))
			s.flush()
		}
		if len(connection.written()) != 1 {
			t.Errorf("%d writes at once, want the first only", len(connection.written()))
		}
		time.Sleep(together)
		synctest.Wait()
		if len(connection.written()) != 2 || strings.Count(connection.written()[1], "\n") != 2 || time.Since(began) != together {
			t.Errorf("after %v %q were written", time.Since(began), connection.written())
		}
		sendAll(t, s, textStep("b"))
		s.flush()
		s.close(t.Context())
		time.Sleep(time.Hour)
		if len(connection.written()) != 3 {
			t.Errorf("%d writes, want no more than the last before the result", len(connection.written()))
		}
	})
}

// taking is a connection whose reader takes its time for each write.
type taking struct {
	mu     sync.Mutex
	time   time.Duration
	writes []string
}

func (*taking) framing() (before, after string) { return "", "\n" }

func (c *taking) writeFrames(frames []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	time.Sleep(c.time)
	c.writes = append(c.writes, string(frames))
	return nil
}

// written are the writes until now.
func (c *taking) written() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.writes)
}

// hurry lets the reader take no time from now on.
func (c *taking) hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = 0
}

func (*taking) settle(context.Context, time.Time) {}

// told is a notification as a reader decodes it.
type told struct {
	Params struct {
		Progress float64
		Message  string
		Meta     struct {
			Event struct {
				Type   string
				Data   json.RawMessage
				Merged int
			} `json:"ai.orq/event"`
		} `json:"_meta"`
	}
}

func (c *taking) told(t *testing.T) []told {
	t.Helper()
	var all []told
	for line := range strings.Lines(strings.Join(c.written(), "")) {
		var one told
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, one)
	}
	return all
}

func TestTextIsMergedOnlyForAReaderThatIsBehind(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		takes time.Duration
		want  []string // the messages of the second batch
	}{
		"that keeps up": {slowWrite - 1, []string{"a1", "b1", "tool", "c1", "d1", "e1"}},
		"that is slow":  {slowWrite, []string{"a1b1", "tool", "c1d1e1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				connection := &taking{time: each.takes}
				s := sinkOn(t, connection)
				for i := range 2 {
					n := fmt.Sprint(i)
					sendAll(t, s, textStep("a"+n), textStep("b"+n), lifecycleStep("tool"), textStep("c"+n), textStep("d"+n), textStep("e"+n))
					s.flush()
					time.Sleep(together)
					synctest.Wait()
				}
				var messages []string
				events := 0
				for i, one := range connection.told(t) {
					if one.Params.Progress != float64(i+1) {
						t.Errorf("progress %v after %d", one.Params.Progress, i)
					}
					if i >= 6 {
						messages = append(messages, one.Params.Message)
						events += max(1, one.Params.Meta.Event.Merged)
					}
					if merged := one.Params.Meta.Event.Merged > 0; merged == (len(one.Params.Meta.Event.Data) > 0) || one.Params.Meta.Event.Type == "" {
						t.Errorf("the event of %q is %+v", one.Params.Message, one.Params.Meta.Event)
					}
				}
				if diff := cmp.Diff(each.want, messages); diff != "" || events != 6 {
					t.Errorf("%d events (-want +got):\n%s", events, diff)
				}
			})
		})
	}
}

func TestAReaderThatHasCaughtUpIsToldOfEachEventAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &taking{time: slowWrite}
		s := sinkOn(t, connection)
		for range 3 {
			sendAll(t, s, textStep("a"), textStep("b"))
			s.flush()
			time.Sleep(together)
			synctest.Wait()
			connection.hurry()
		}
		var messages []string
		for _, one := range connection.told(t) {
			messages = append(messages, one.Params.Message)
		}
		if diff := cmp.Diff([]string{"a", "b", "ab", "a", "b"}, messages); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}

func TestMergedTextIsBoundedAndWhole(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &taking{time: slowWrite}
		s := sinkOn(t, connection)
		var want strings.Builder
		for i := range 3000 {
			text := fmt.Sprintf("%d %s ", i, strings.Repeat("y", 90))
			want.WriteString(text)
			sendAll(t, s, textStep(text))
			if held := cap(s.buffer) + cap(s.merged.text); held > 128<<10 {
				t.Fatalf("the sink holds %d bytes", held)
			}
		}
		s.close(t.Context())
		var got strings.Builder
		events := 0
		for _, one := range connection.told(t) {
			got.WriteString(one.Params.Message)
			events += max(1, one.Params.Meta.Event.Merged)
		}
		if got.String() != want.String() || events != 3000 {
			t.Errorf("%d events with %d bytes of text arrived, want 3000 with %d", events, got.Len(), want.Len())
		}
		if len(connection.written()) > 60 {
			t.Errorf("%d writes: the text was not merged", len(connection.written()))
		}
	})
}
