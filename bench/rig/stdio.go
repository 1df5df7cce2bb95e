package rig

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// StdioOptions configure a stdio client.
type StdioOptions struct {
	// Protocol is the MCP version to speak; Legacy when empty.
	Protocol string
	// Delay is a pause after each message.
	Delay time.Duration
	// Checker checks the progress.
	Checker *Checker
}

// Stdio is an MCP client on the stdin and stdout of a server.
type Stdio struct {
	options StdioOptions
	in      io.Writer
	ended   chan struct{}

	writing sync.Mutex
	mu      sync.Mutex
	over    bool
	waiting map[string]*waiter
}

// waiter is a request that has not been answered yet.
type waiter struct {
	call *Call
	done chan json.RawMessage
}

// NewStdio opens a session. It reads out until its end.
func NewStdio(ctx context.Context, in io.Writer, out io.Reader, options StdioOptions) (*Stdio, error) {
	if options.Protocol == "" {
		options.Protocol = Legacy
	}
	if options.Checker == nil {
		options.Checker = &Checker{}
	}
	s := &Stdio{options: options, in: in, ended: make(chan struct{}), waiting: map[string]*waiter{}}
	go s.read(bufio.NewReaderSize(out, 64<<10))
	if options.Protocol == Modern {
		return s, nil
	}
	if _, err := s.roundTrip(ctx, "0", nil, initialize(options.Protocol)); err != nil {
		return nil, fmt.Errorf("initialize: %w", err)
	}
	return s, s.write([]byte(initialized))
}

// Ended is closed when stdout has ended.
func (s *Stdio) Ended() <-chan struct{} { return s.ended }

// Do sends a request and returns its result. It passes progress to the request's call.
func (s *Stdio) Do(ctx context.Context, r Request) (json.RawMessage, error) {
	result, err := s.roundTrip(ctx, r.ID, r.Call, r.encode(s.options.Protocol))
	if err != nil && r.Call != nil {
		r.Call.fail(err)
	}
	return result, err
}

// Sync returns when everything that the server has written before has been read: it waits for the answer to a request.
func (s *Stdio) Sync(ctx context.Context) error {
	_, err := s.Do(ctx, ListTools(`"sync"`))
	return err
}

var errEnded = errors.New("stdout ended before the answer")

func (s *Stdio) roundTrip(ctx context.Context, id string, call *Call, message []byte) (json.RawMessage, error) {
	w := &waiter{call: call, done: make(chan json.RawMessage, 1)}
	s.mu.Lock()
	s.waiting[id] = w
	over := s.over
	s.mu.Unlock()
	if over {
		return nil, errEnded
	}
	if err := s.write(message); err != nil {
		return nil, err
	}
	select {
	case result := <-w.done:
		if result == nil {
			return nil, errEnded
		}
		return result, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Stdio) write(message []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.in.Write(append(message, '\n')); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// read dispatches the messages of the server until stdout ends.
func (s *Stdio) read(out *bufio.Reader) {
	defer close(s.ended)
	pace := pace{each: s.options.Delay}
	var room []byte
	for {
		line, err := readLine(out, &room)
		if err != nil {
			break
		}
		s.receive(line)
		pace.pause()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, w := range s.waiting {
		close(w.done)
	}
	clear(s.waiting)
}

func (s *Stdio) receive(line []byte) {
	checker := s.options.Checker
	f, err := parseFrame(line, checker.Strict)
	switch {
	case err != nil:
		checker.recordStray(func(faults *Faults) { faults.Broken++ }, "broken", line)
	case string(f.method) == `"notifications/progress"`:
		checker.route(f, line)
		checker.owner(f).afterMessage()
	case f.method == nil && f.id != nil:
		s.answer(f, line)
	default:
		checker.recordStray(func(faults *Faults) { faults.Broken++ }, "unexpected", line)
	}
}

func (s *Stdio) answer(f frame, line []byte) {
	s.mu.Lock()
	w := s.waiting[string(f.id)]
	delete(s.waiting, string(f.id))
	s.mu.Unlock()
	if w == nil {
		s.options.Checker.recordStray(func(faults *Faults) { faults.Duplicated++ }, "a response without a request", line)
		return
	}
	if w.call != nil {
		w.call.finish(f, line)
	}
	result := f.result
	if result == nil {
		result = f.failure
	}
	w.done <- append(json.RawMessage{}, bytes.Clone(result)...)
}
