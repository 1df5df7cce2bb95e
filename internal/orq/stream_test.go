package orq_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// hang is the timeout for events that should happen immediately.
const hang = 10 * time.Second

func TestStreamFraming(t *testing.T) {
	t.Parallel()
	for name, stream := range map[string]string{
		"LF":                       namedStream,
		"CRLF":                     strings.ReplaceAll(namedStream, "\n", "\r\n"),
		"CR":                       strings.ReplaceAll(namedStream, "\n", "\r"),
		"without a space":          strings.ReplaceAll(namedStream, "data: ", "data:"),
		"multi-line data":          strings.ReplaceAll(namedStream, ",", ",\ndata: "),
		"multi-line data, CRLF":    strings.ReplaceAll(strings.ReplaceAll(namedStream, ",", ",\ndata: "), "\n", "\r\n"),
		"comments":                 ": hello\n\n:\n\n" + strings.ReplaceAll(namedStream, "\n\n", "\n: ping\n\n"),
		"comment within an event":  strings.Replace(namedStream, ",", ",\n: ping\ndata: ", 1),
		"event, id and retry":      "retry: 10\nid: 1\nevent: message\n" + namedStream,
		"fields without data":      "event: ping\nid: 2\n\n" + namedStream,
		"empty data":               "data:\n\ndata: \n\n" + namedStream,
		"blank lines":              "\n\n\n" + namedStream + "\n\n",
		"byte order mark":          "\ufeff" + namedStream,
		"more after the end":       namedStream + "data: {\"type\":\"late\"}\n\n",
		"an unknown field":         "reason: none\n" + namedStream,
		"nothing but the end":      "data: [DONE]\n\n",
		"nothing but the end, CR":  "data: [DONE]\r\r",
		"end among blanks":         "data:  [DONE] \t\n\n",
		"end without a blank line": "data: [DONE]\n",
		"end without a line break": "data: [DONE]",
		"and no break at the end":  strings.TrimRight(namedStream, "\n"),
		"CR at the end":            strings.TrimRight(namedStream, "\n") + "\r",
		"CRLF at the end":          strings.TrimRight(namedStream, "\n") + "\r\n",
		"end with an event's name": "event: done\ndata: [DONE]\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := collect(serveUnchecked(t, streaming(stream)).StreamRun(t.Context(), runRequest))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(stream, "agent_manifest_id") {
				if got != nil {
					t.Errorf("events = %v, want none", got)
				}
				return
			}
			// Lines of data are joined by newlines, which JSON ignores.
			for i := range got {
				compact, err := json.Marshal(json.RawMessage(got[i].Raw))
				if err != nil {
					t.Fatal(err)
				}
				got[i].Raw = string(compact)
			}
			if diff := cmp.Diff(named(), got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStreamWithoutDoneIsCutOff(t *testing.T) {
	t.Parallel()
	event := "data: " + namedJSON + "\n\n"
	aborting := func(stream string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			streaming(stream)(w, r)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		events  int
		want    string
	}{
		"closed after an event":   {streaming(event), 1, "the event stream broke off before its end"},
		"closed within an event":  {streaming(event + event[:30]), 1, "the event stream broke off before its end"},
		"closed before a blank":   {streaming(event + event[:len(event)-1]), 2, "the event stream broke off before its end"},
		"closed before a break":   {streaming(event + event[:len(event)-2]), 2, "the event stream broke off before its end"},
		"hang-up before a blank":  {aborting(event + event[:len(event)-2]), 2, "the event stream broke off before its end: the connection ended early"},
		"closed within the end":   {streaming(event + "data: [DONE"), 1, "the event stream broke off before its end"},
		"closed at once":          {streaming(""), 0, "the event stream broke off before its end"},
		"hang-up after an event":  {aborting(event), 1, "the event stream broke off before its end: the connection ended early"},
		"hang-up within an event": {aborting(event + event[:30]), 1, "the event stream broke off before its end: the connection ended early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, err := collect(serveUnchecked(t, c.handler).StreamRun(t.Context(), runRequest))
			if !errors.Is(err, orq.ErrCutOff) || err.Error() != c.want {
				t.Errorf("error = %v, want %s", err, c.want)
			}
			if len(events) != c.events {
				t.Errorf("%d events, want %d", len(events), c.events)
			}
		})
	}
}

// oddMessages are messages of a stream that are no events.
var oddMessages = map[string]string{
	"empty object": "{}", "no type": `{"ping":1}`, "null": "null", "number": "5", "list": "[1]", "text in JSON": `"hi"`, "true": "true",
	"empty type": `{"type":"","data":1}`, "blank type": `{"type":"  "}`, "type that is a number": `{"type":7,"data":1}`,
	"type that is an object": `{"type":{"a":1}}`, "null type": `{"type":null}`, "keep-alive": "keep-alive", "half of an object": `{"type":"x`,
	"two values": `{"type":"x"}{"type":"y"}`, "HTML": "<html><body>502</body></html>", "invalid UTF-8": "\xff\xfe",
	"no error": `{"error":null}`, "no error either": `{"error":"","detail":[]}`, "success": `{"code":200,"message":"ok"}`, "a message alone": `{"message":"ping"}`,
	"long text": strings.Repeat("x", 1<<20), "long object": `{"text":"` + strings.Repeat("x", 1<<20) + `"}`,
	"nested too deeply": `{"type":"x","data":` + strings.Repeat("[", 70<<10) + strings.Repeat("]", 70<<10) + "}",
}

func TestOddMessagesArePassedOver(t *testing.T) {
	t.Parallel()
	for _, api := range []orq.API{orq.APIAgents, orq.APIResponses} {
		for name, odd := range oddMessages {
			t.Run(string(api)+" "+name, func(t *testing.T) {
				t.Parallel()
				const before, after = `{"type":"response.before"}`, `{"type":"response.after"}`
				read, next := make(chan bool), make(chan bool)
				client := serveGeneration(t, api, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					streaming("data: "+before+"\n\ndata: "+odd+"\n\n")(w, nil)
					_ = http.NewResponseController(w).Flush()
					read <- true
					<-next
					_, _ = io.WriteString(w, "data: "+after+"\n\ndata: "+odd+"\n\ndata: [DONE]\n\n")
				}))
				var got []string
				for event, err := range client.StreamAgent(t.Context(), "a1", orq.InvokeRequest{}) {
					if err != nil {
						t.Fatal(err)
					}
					if _, ok := event.Data.(*orq.Unreadable); ok {
						if event.Type != "" || event.Raw != "" {
							t.Errorf("event = %+v, want nothing of the message in it", event)
						}
						event.Type = "unreadable"
					}
					if got = append(got, string(event.Type)); len(got) == 2 {
						<-read // the rest has not been sent yet
						next <- true
					}
				}
				if diff := cmp.Diff([]string{"response.before", "unreadable", "response.after", "unreadable"}, got); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestResponseThatIsNoStreamIsDescribed(t *testing.T) {
	t.Parallel()
	const prefix = "POST /v2/agents/stream-run: 200 but "
	for name, c := range map[string]struct{ contentType, body, want string }{
		"HTML":            {"text/html", "<html>", "no event stream: OK (an HTML page, probably from a proxy)"},
		"JSON":            {"application/json", taskJSON, "no event stream: " + taskJSON},
		"empty":           {"", "", "no event stream: OK (empty answer)"},
		"no content type": {"", "data: [DONE]", "no event stream: data: [DONE]"},
		"an error":        {"application/json", `{"error":{"message":"out of credits"}}`, "the answer is an error: out of credits"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{c.contentType}
				_, _ = io.WriteString(w, c.body)
			}))
			events, err := collect(client.StreamRun(t.Context(), runRequest))
			if err == nil || err.Error() != prefix+c.want || events != nil {
				t.Errorf("StreamRun = %v, %v, want no event and %s", events, err, prefix+c.want)
			}
		})
	}
}

func TestStreamWithMediaTypeParameters(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		_, _ = io.WriteString(w, namedStream)
	})
	if events, err := collect(client.StreamRun(t.Context(), runRequest)); err != nil || len(events) != 1 {
		t.Errorf("StreamRun = %v, %v, want one event", events, err)
	}
}

func TestRejectedRunYieldsOnlyItsError(t *testing.T) {
	t.Parallel()
	client := serve(t, reply(http.StatusNotFound, `{"message":"Agent not found"}`))
	events, err := collect(client.StreamAgent(t.Context(), "scout", invokeRequest))
	const want = "POST /v2/agents/{key}/stream-task: 404 Agent not found"
	if !errors.Is(err, orq.ErrNotFound) || err.Error() != want || events != nil {
		t.Errorf("StreamAgent = %v, %v, want no event and %s", events, err, want)
	}
}

func TestLargeEvent(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("0123456789abcdef", 5<<20/16)
	client := serve(t, streaming(`data: {"type":"agents.timeout","timestamp":"2026-03-24T00:00:00Z","data":{"message":"`+text+`"}}`+"\n\n"+namedStream))
	events, err := collect(client.StreamRun(t.Context(), runRequest))
	if err != nil || len(events) != 2 {
		t.Fatalf("%d events, error %v, want 2 and none", len(events), err)
	}
	if got := events[0].Data.(*orq.Timeout).Message; got != text {
		t.Errorf("%d bytes of text, want %d", len(got), len(text))
	}
}

func TestEventsAreYieldedImmediately(t *testing.T) {
	t.Parallel()
	for name, newline := range map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const count = 100
			received := make(chan struct{})
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				for i := range count {
					_, _ = fmt.Fprintf(w, "data: {\"type\":\"n%d\"}%[2]s%[2]s", i, newline)
					_ = http.NewResponseController(w).Flush()
					select {
					case <-received:
					case <-r.Context().Done():
						return
					}
				}
				_, _ = io.WriteString(w, "data: [DONE]"+newline+newline)
			}))
			ctx, cancel := context.WithTimeout(t.Context(), hang)
			defer cancel()
			seen := 0
			for event, err := range client.StreamRun(ctx, runRequest) {
				if err != nil {
					t.Fatalf("event %d: %v", seen, err)
				}
				if want := orq.EventType(fmt.Sprint("n", seen)); event.Type != want {
					t.Errorf("Type = %s, want %s", event.Type, want)
				}
				seen++
				received <- struct{}{}
			}
			if seen != count {
				t.Errorf("%d events, want %d", seen, count)
			}
		})
	}
}

func TestStreamClosesItsConnection(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(context.CancelFunc) bool{
		"when the loop is left":    func(context.CancelFunc) bool { return true },
		"when the context is done": func(cancel context.CancelFunc) bool { cancel(); return false },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			closed := make(chan struct{})
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				_, _ = io.WriteString(w, "data: "+namedJSON+"\n\n")
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
				close(closed)
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var last error
			events := 0
			for _, err := range client.StreamRun(ctx, runRequest) {
				if err != nil {
					last = err
					continue
				}
				events++
				if leave(cancel) {
					break
				}
			}
			if events != 1 {
				t.Errorf("%d events, want 1", events)
			}
			if ctx.Err() != nil && !errors.Is(last, context.Canceled) {
				t.Errorf("last error = %v, want context.Canceled", last)
			}
			select {
			case <-closed:
			case <-time.After(hang):
				t.Error("the connection of the server is open, want it closed")
			}
		})
	}
}
