package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	sse    = "text/event-stream"
	result = `{"jsonrpc":"2.0","id":1,"result":{}}`
	note   = `{"jsonrpc":"2.0","method":"notifications/progress","params":{}}`
)

// framed is a message as an event.
func framed(message string) []byte {
	before, after := new(answer).framing()
	return []byte(before + message + after)
}

func TestAnAnswerToAPost(t *testing.T) {
	t.Parallel()
	json := func(s *answer) { s.Header().Set("Content-Type", "application/json") }
	write := func(t *testing.T, s *answer, text string) {
		t.Helper()
		if n, err := s.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("Write: %d, %v; want %d bytes written", n, err, len(text))
		}
	}
	progress := func(t *testing.T, s *answer) {
		t.Helper()
		if err := s.writeFrames(framed(note)); err != nil {
			t.Errorf("writeFrames: %v", err)
		}
	}
	for name, each := range map[string]struct {
		write   func(*testing.T, *answer)
		status  int
		content string
		body    string
	}{
		"plain JSON stays as it is": {
			func(t *testing.T, s *answer) {
				json(s)
				s.WriteHeader(http.StatusOK)
				write(t, s, result+"\n")
			}, http.StatusOK, "application/json", result + "\n",
		},
		"an error stays as it is": {
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
		"a stream of the library's own passes": {
			func(t *testing.T, s *answer) {
				s.Header().Set("Content-Type", sse)
				s.WriteHeader(http.StatusOK)
				write(t, s, "event: message\ndata: {\"method\":\"elicitation/create\"}\n\n")
				write(t, s, ": keepalive\n\n")
				progress(t, s)
				write(t, s, result)
			}, http.StatusOK, sse, "event: message\ndata: {\"method\":\"elicitation/create\"}\n\n: keepalive\n\nevent: message\ndata: " + note + "\n\nevent: message\ndata: " + result + "\n\n",
		},
		"the first status stays": {
			func(_ *testing.T, s *answer) {
				s.WriteHeader(http.StatusAccepted)
				s.WriteHeader(http.StatusInternalServerError)
			}, http.StatusAccepted, "", "",
		},
		"a status after progress changes nothing": {
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
			each.write(t, newAnswer(recorder, time.Minute))
			response := recorder.Result()
			if response.StatusCode != each.status || response.Header.Get("Content-Type") != each.content {
				t.Errorf("status %d, content type %q; want %d, %q", response.StatusCode, response.Header.Get("Content-Type"), each.status, each.content)
			}
			if diff := cmp.Diff(each.body, recorder.Body.String()); diff != "" {
				t.Errorf("the body differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProgressAfterAPlainAnswerIsRefused(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	stream := newAnswer(recorder, time.Minute)
	stream.Header().Set("Content-Type", "application/json")
	if _, err := stream.Write([]byte(result)); err != nil {
		t.Fatal(err)
	}
	if err := stream.writeFrames(framed(note)); !errors.Is(err, errAnswered) || recorder.Body.String() != result {
		t.Errorf("writeFrames: %v, answered %s", err, recorder.Body)
	}
}

func TestProgressIsSentAtOnceAndNotBuffered(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	stream := newAnswer(recorder, time.Minute)
	if err := stream.writeFrames(framed(note)); err != nil {
		t.Fatal(err)
	}
	if !recorder.Flushed {
		t.Error("the event was not flushed")
	}
	want := map[string]string{"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
	for name, value := range want {
		if got := recorder.Result().Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
}

// broken is a connection that takes nothing.
type broken struct{ http.ResponseWriter }

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestABrokenConnectionIsAnError(t *testing.T) {
	t.Parallel()
	stream := newAnswer(broken{httptest.NewRecorder()}, time.Minute)
	if stream.writeFrames(framed(note)) == nil {
		t.Error("progress: no error")
	}
	if _, err := stream.Write([]byte(result)); err == nil {
		t.Error("result: no error")
	}
}
