package server

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	sse    = "text/event-stream"
	result = `{"jsonrpc":"2.0","id":1,"result":{}}`
	note   = `{"jsonrpc":"2.0","method":"notifications/progress","params":{}}`
)

// framed returns a message framed as an event.
func framed(message string) []byte {
	prefix, suffix := new(answer).framing()
	return []byte(prefix + message + suffix)
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	json := func(s *answer) { s.Header().Set("Content-Type", "application/json") }
	write := func(t *testing.T, s *answer, text string) {
		t.Helper()
		if n, err := s.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("Write() = %d, %v; want %d, nil", n, err, len(text))
		}
	}
	progress := func(t *testing.T, s *answer) {
		t.Helper()
		if err := s.writeFrames(framed(note)); err != nil {
			t.Errorf("writeFrames() = %v, want nil", err)
		}
	}
	for name, each := range map[string]struct {
		write   func(*testing.T, *answer)
		status  int
		content string
		body    string
	}{
		"JSON is unchanged": {
			func(t *testing.T, s *answer) {
				json(s)
				s.WriteHeader(http.StatusOK)
				write(t, s, result+"\n")
			}, http.StatusOK, "application/json", result + "\n",
		},
		"an error is unchanged": {
			func(_ *testing.T, s *answer) { http.Error(s, "no session", http.StatusNotFound) },
			http.StatusNotFound, "text/plain; charset=utf-8", "no session\n",
		},
		"a body without a header": {
			func(t *testing.T, s *answer) { write(t, s, "x") }, http.StatusOK, "", "x",
		},
		"progress makes the result the last event": {
			func(t *testing.T, s *answer) {
				progress(t, s)
				progress(t, s)
				json(s)
				s.WriteHeader(http.StatusOK)
				write(t, s, result+"\n")
			}, http.StatusOK, sse, "event: message\ndata: " + note + "\n\nevent: message\ndata: " + note + "\n\nevent: message\ndata: " + result + "\n\n",
		},
		"an event stream of the library is unchanged": {
			func(t *testing.T, s *answer) {
				s.Header().Set("Content-Type", sse)
				s.WriteHeader(http.StatusOK)
				write(t, s, "event: message\ndata: {\"method\":\"elicitation/create\"}\n\n")
				write(t, s, ": keepalive\n\n")
				progress(t, s)
				write(t, s, result)
			}, http.StatusOK, sse, "event: message\ndata: {\"method\":\"elicitation/create\"}\n\n: keepalive\n\nevent: message\ndata: " + note + "\n\nevent: message\ndata: " + result + "\n\n",
		},
		"the first status counts": {
			func(_ *testing.T, s *answer) {
				s.WriteHeader(http.StatusAccepted)
				s.WriteHeader(http.StatusInternalServerError)
			}, http.StatusAccepted, "", "",
		},
		"a status after progress is ignored": {
			func(t *testing.T, s *answer) {
				progress(t, s)
				json(s)
				s.WriteHeader(http.StatusInternalServerError)
			}, http.StatusOK, sse, "event: message\ndata: " + note + "\n\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := httptest.NewRecorder()
			each.write(t, newAnswer(recorder, time.Minute, newHiddenJSON()))
			response := recorder.Result()
			if response.StatusCode != each.status || response.Header.Get("Content-Type") != each.content {
				t.Errorf("status %d, content type %q; want %d, %q", response.StatusCode, response.Header.Get("Content-Type"), each.status, each.content)
			}
			if diff := cmp.Diff(each.body, recorder.Body.String()); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProgressAfterJSONResponseFails(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	stream := newAnswer(recorder, time.Minute, newHiddenJSON())
	stream.Header().Set("Content-Type", "application/json")
	if _, err := stream.Write([]byte(result)); err != nil {
		t.Fatal(err)
	}
	if err := stream.writeFrames(framed(note)); !errors.Is(err, errNotStreaming) {
		t.Errorf("writeFrames() = %v, want %v", err, errNotStreaming)
	}
	if got := recorder.Body.String(); got != result {
		t.Errorf("body = %s, want %s", got, result)
	}
}

func TestProgressIsFlushedAndNotBuffered(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	stream := newAnswer(recorder, time.Minute, newHiddenJSON())
	if err := stream.writeFrames(framed(note)); err != nil {
		t.Fatal(err)
	}
	if !recorder.Flushed {
		t.Error("the event was not flushed")
	}
	want := map[string]string{"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
	for name, value := range want {
		if got := recorder.Result().Header.Get(name); got != value {
			t.Errorf("%s = %q, want %q", name, got, value)
		}
	}
}

// brokenWriter is a connection on which each write fails.
type brokenWriter struct{ http.ResponseWriter }

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestBrokenConnectionReturnsError(t *testing.T) {
	t.Parallel()
	stream := newAnswer(brokenWriter{httptest.NewRecorder()}, time.Minute, newHiddenJSON())
	if stream.writeFrames(framed(note)) == nil {
		t.Error("writeFrames() = nil, want an error")
	}
	if _, err := stream.Write([]byte(result)); err == nil {
		t.Error("Write() = nil, want an error")
	}
}

// slowTransport responds after a delay.
type slowTransport struct {
	delay time.Duration
	cannedTransport
}

func (t slowTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(t.delay)
	return t.cannedTransport.RoundTrip(r)
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		delay    time.Duration
		accept   string
		comments int
		media    string
	}{
		"a quick response":                {14 * time.Second, "application/json, text/event-stream", 0, "application/json"},
		"a slow response":                 {40 * time.Second, "application/json, text/event-stream", 2, "text/event-stream"},
		"a client that accepts no stream": {40 * time.Second, "application/json", 0, "application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _ := newServer(t, "http://orq.test", slowTransport{c.delay, cannedTransport{"application/json", agentJSON(t)}})
				ts := servePipe(t, s, HTTPOptions{})
				request, err := ts.newRequest(t.Context(), http.MethodPost, ts.openSession(t), callMessage(1, "get_agent", `{"key": "k"}`, ""))
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Accept", c.accept)
				response, err := ts.client.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(response.Body)
				response.Body.Close()
				if got := response.Header.Get("Content-Type"); !strings.HasPrefix(got, c.media) {
					t.Errorf("content type %q, want %q", got, c.media)
				}
				if err != nil || !strings.Contains(string(body), "01K0TOOL2") {
					t.Errorf("body %s, error %v; want the agent", body, err)
				}
				if n := strings.Count(string(body), ": keepalive\n\n"); n != c.comments {
					t.Errorf("%d comments, want %d", n, c.comments)
				}
			})
		})
	}
}
