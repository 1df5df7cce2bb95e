package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// requestOf is a call as it arrives with the given token.
func requestOf(t *testing.T, token string) mcp.CallToolRequest {
	t.Helper()
	var request mcp.CallToolRequest
	if err := json.Unmarshal([]byte(callOf(1, "get_agent", `{}`, token)), &request); err != nil {
		t.Fatal(err)
	}
	return request
}

// sinkOn returns a sink that writes to connection for a call with the token 7.
func sinkOn(t *testing.T, connection frameWriter) *sink {
	t.Helper()
	s := newSink(withFrameWriter(t.Context(), connection), requestOf(t, "7"))
	if s == nil {
		t.Fatal("there is no sink")
	}
	return s
}

func eventOf(raw string) *orq.Event {
	return &orq.Event{Type: "event.agents.thought", Timestamp: "2026-03-24T10:00:00Z", Raw: raw}
}

func TestProgressIsOneJSONMessage(t *testing.T) {
	t.Parallel()
	const event = `"type":"event.agents.thought","timestamp":"2026-03-24T10:00:00Z"`
	for name, each := range map[string]struct {
		progress relay.Progress
		want     string // the fields after progress
	}{
		"a line":                {relay.Progress{Message: "starting support"}, `"message":"starting support"`},
		"nothing to say":        {relay.Progress{}, `"message":""`},
		"line breaks":           {relay.Progress{Message: "a\nb\r\nc\u2028"}, `"message":"a\nb\r\nc\u2028"`},
		"quotes and controls":   {relay.Progress{Message: "\"\\\x00\x1b"}, `"message":"\"\\\u0000\u001b"`},
		"invalid UTF-8":         {relay.Progress{Message: "a\xffb"}, `"message":"a` + "\ufffd" + `b"`},
		"an event":              {relay.Progress{Message: "m", Event: eventOf(`{"n":9007199254740993}`)}, `"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":{"n":9007199254740993}}}`},
		"an event with breaks":  {relay.Progress{Message: "m", Event: eventOf("{\r\n \"a\":\n\"x\\ny\"\n}\n")}, `"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":{"a":"x\ny"}}}`},
		"an event with secrets": {relay.Progress{Message: "m", Event: eventOf(`{"api_key":"s","headers":{"X":"s"}}`)}, `"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":{"api_key":"***","headers":{"X":"***"}}}}`},
		"an event without data": {relay.Progress{Message: "m", Event: eventOf("")}, `"message":"m","_meta":{"ai.orq/event":{` + event + `}}`},
		"an event that just fits": {
			relay.Progress{Message: "m", Event: eventOf(`"` + strings.Repeat("x", 16<<10-2) + `"`)},
			`"message":"m","_meta":{"ai.orq/event":{` + event + `,"data":"` + strings.Repeat("x", 16<<10-2) + `"}}`,
		},
		"an event that is too large": {
			relay.Progress{Message: "m", Event: eventOf(`"` + strings.Repeat("x", 16<<10-1) + `"`)},
			`"message":"m","_meta":{"ai.orq/event":{` + event + `,"truncated":true}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection := &frames{}
			sink := sinkOn(t, connection)
			if err := sink.Send(each.progress); err != nil {
				t.Fatal(err)
			}
			sink.flush()
			got := connection.frames[0]
			want := `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":1,` + each.want + `}}`
			if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
				t.Errorf("the notification differs (-want +got):\n%s", diff)
			}
			if strings.ContainsAny(got, "\r\n") {
				t.Errorf("a line break would end the frame: %q", got)
			}
			if strings.Contains(want, "9007199254740993") != strings.Contains(got, "9007199254740993") {
				t.Errorf("digits are lost: %s", got)
			}
		})
	}
}

func TestTheTokenComesBackAsItWasSent(t *testing.T) {
	t.Parallel()
	for _, token := range []string{`7`, `0`, `"abc"`, `"a\"b"`, `""`, `1234567890123`, `1.5`, `-1`} {
		connection := &frames{}
		sink := newSink(withFrameWriter(t.Context(), connection), requestOf(t, token))
		if sink == nil {
			t.Errorf("token %s: there is no sink", token)
			continue
		}
		if err := sink.Send(relay.Progress{Message: "m"}); err != nil {
			t.Fatal(err)
		}
		if want := `"progressToken":` + token + `,`; !strings.Contains(connection.frames[0], want) {
			t.Errorf("token %s came back in %s", token, connection.frames[0])
		}
	}
}

func TestProgressIsSentOnlyWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	if sink := newSink(withFrameWriter(t.Context(), &frames{}), requestOf(t, "")); sink != nil {
		t.Error("there is a sink without a token")
	}
	if sink := newSink(t.Context(), requestOf(t, "7")); sink != nil {
		t.Error("there is a sink without a connection")
	}
	var none *sink
	none.close(t.Context()) // what a call without progress does
}

func TestProgressIncreasesStrictly(t *testing.T) {
	t.Parallel()
	connection := &frames{}
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
			t.Fatalf("message %d is %s", i+1, frame)
		}
	}
	if len(connection.frames) != 400 {
		t.Errorf("%d messages, want 400", len(connection.frames))
	}
}

func TestNothingIsSentAfterTheResult(t *testing.T) {
	t.Parallel()
	connection := &frames{}
	sink := sinkOn(t, connection)
	sink.close(t.Context())
	if err := sink.Send(relay.Progress{Message: "late"}); !errors.Is(err, errClosed) || len(connection.frames) > 0 {
		t.Errorf("Send after the result: %v, wrote %v", err, connection.frames)
	}
}

func TestAReaderThatLeftEndsTheProgress(t *testing.T) {
	t.Parallel()
	gone := errors.New("broken pipe")
	if err := sinkOn(t, &frames{err: gone}).Send(relay.Progress{Message: "m"}); !errors.Is(err, gone) {
		t.Errorf("Send: %v, want %v", err, gone)
	}
}

func TestTheConnectionSettlesBetweenProgressAndResult(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection := &frames{}
		sink := sinkOn(t, connection)
		sink.close(t.Context())
		if len(connection.settled) != 0 {
			t.Error("it settles without progress")
		}
		sink = sinkOn(t, connection)
		sent := time.Now()
		if err := sink.Send(relay.Progress{Message: "m"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		sink.close(t.Context())
		if diff := cmp.Diff([]time.Time{sent}, connection.settled); diff != "" {
			t.Errorf("settled (-want +got):\n%s", diff)
		}
	})
}

func TestWaitingForAnotherTryIsToldInALine(t *testing.T) {
	t.Parallel()
	for want, wait := range map[string]orq.Wait{
		"rate limited, next try in 12.0 s":               {Cause: &orq.APIError{Status: 429}, For: 12 * time.Second},
		"orq.ai answered 503, next try in 0.3 s":         {Cause: fmt.Errorf("get: %w", &orq.APIError{Status: 503}), For: 260 * time.Millisecond},
		"orq.ai cannot be reached, next try in 0.0 s":    {Cause: errors.New("connection refused"), For: time.Millisecond},
		"orq.ai cannot be reached, next try in 3600.0 s": {Cause: errors.New("connection refused"), For: time.Hour},
	} {
		if got := waitLine(wait); got != want {
			t.Errorf("waitLine: %q, want %q", got, want)
		}
	}
}
