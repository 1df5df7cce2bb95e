package server

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

// writeTimeout is how long a reader may take no bytes before its call is given up.
const writeTimeout = 30 * time.Second

// postStream is the answer to one POST. It is JSON as mcp-go writes it, until progress comes first: then it is an event
// stream whose last event is mcp-go's JSON. mcp-go writes each message with one Write.
type postStream struct {
	http.ResponseWriter
	control *http.ResponseController

	mu        sync.Mutex
	started   bool
	streaming bool
	event     []byte
}

func newPostStream(w http.ResponseWriter) *postStream {
	return &postStream{ResponseWriter: w, control: http.NewResponseController(w)}
}

// WriteHeader begins the answer; later calls change nothing.
func (s *postStream) WriteHeader(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begin(status)
}

func (s *postStream) begin(status int) {
	if s.started {
		return
	}
	s.started = true
	s.streaming = strings.HasPrefix(s.Header().Get("Content-Type"), "text/event-stream")
	s.ResponseWriter.WriteHeader(status)
}

// Write passes on what mcp-go writes; a JSON message within an event stream becomes an event.
func (s *postStream) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begin(http.StatusOK)
	if !s.streaming || !bytes.HasPrefix(data, []byte("{")) {
		return s.ResponseWriter.Write(data)
	}
	if err := s.writeEvent(bytes.TrimRight(data, "\n")); err != nil {
		return 0, err
	}
	return len(data), nil
}

// errAnswered is progress after a plain JSON answer has begun.
var errAnswered = errors.New("the answer has begun without a stream")

// writeFrame writes one message as an event, and makes the answer a stream if it has not begun.
func (s *postStream) writeFrame(message []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		header := s.Header()
		header.Set("Content-Type", "text/event-stream")
		header.Set("Cache-Control", "no-cache")
		header.Set("X-Accel-Buffering", "no")
		s.begin(http.StatusOK)
	}
	if !s.streaming {
		return errAnswered
	}
	return s.writeEvent(message)
}

func (s *postStream) writeEvent(message []byte) error {
	s.event = append(append(append(s.event[:0], "event: message\ndata: "...), message...), "\n\n"...)
	_ = s.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := s.ResponseWriter.Write(s.event); err != nil {
		return err
	}
	return s.control.Flush()
}

// Flush sends what was written.
func (s *postStream) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.control.Flush()
}

// Unwrap lets http.ResponseController find the connection.
func (s *postStream) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *postStream) settle() time.Duration { return 0 }
