package server

import (
	"container/list"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"
)

// sessions are the sessions of the clients over HTTP, by protocol versions before 2026-07-28. There is room for a
// limited number: a new one takes the place of the one that has been idle longest. It is the SessionIdManager of mcp-go.
type sessions struct {
	limit int
	idle  time.Duration
	// calls is the context with whose end all calls end.
	calls context.Context //nolint:containedctx // the parent of each session's own
	// forget frees what mcp-go keeps of a session.
	forget func(id string)

	mu    sync.Mutex
	known map[string]*session
	// idling are the sessions that run nothing, the longest idle first.
	idling *list.List
}

// session is one client's.
type session struct {
	id string
	// calls ends when the session does.
	calls context.Context //nolint:containedctx // what its calls watch
	end   context.CancelCauseFunc
	// busy counts running requests and listening streams; place is where the session idles when there are none.
	busy  int
	place *list.Element
	since time.Time
}

func newSessions(calls context.Context, limit int, idle time.Duration) *sessions {
	return &sessions{limit: limit, idle: idle, calls: calls, known: map[string]*session{}, idling: list.New()}
}

// makeRoom reports whether one more session can begin. It forgets those that were idle for too long, and if there is no
// room then, the one that has been idle longest.
func (s *sessions) makeRoom() bool {
	s.mu.Lock()
	var gone []string
	for front := s.idling.Front(); front != nil; front = s.idling.Front() {
		longest := front.Value.(*session) //nolint:forcetypeassert // the list holds nothing else
		if len(s.known) < s.limit && !s.expired(longest) {
			break
		}
		s.remove(longest, errIdle)
		gone = append(gone, longest.id)
	}
	room := len(s.known) < s.limit
	s.mu.Unlock()
	for _, id := range gone {
		s.forget(id)
	}
	return room
}

var errIdle = errors.New("its session was idle for too long")

func (s *sessions) expired(idle *session) bool {
	return idle.busy == 0 && time.Since(idle.since) >= s.idle
}

// Generate begins a session.
func (s *sessions) Generate() string {
	calls, end := context.WithCancelCause(s.calls)
	begun := &session{id: rand.Text(), calls: calls, end: end}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[begun.id] = begun
	s.rest(begun)
	return begun.id
}

// Validate returns an error for a session that is not known.
func (s *sessions) Validate(id string) (terminated bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[id] == nil {
		return false, fmt.Errorf("unknown session")
	}
	return false, nil
}

// Terminate ends a session and its calls.
func (s *sessions) Terminate(id string) (notAllowed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ended := s.known[id]; ended != nil {
		s.remove(ended, errors.New("its session was ended"))
	}
	return false, nil
}

// use keeps a session from idling until release is called. It returns nil for one that is not known any more.
func (s *sessions) use(id string) *session {
	s.mu.Lock()
	used := s.known[id]
	expired := used != nil && s.expired(used)
	switch {
	case expired:
		s.remove(used, errIdle)
	case used != nil:
		if used.busy == 0 {
			s.idling.Remove(used.place)
		}
		used.busy++
	}
	s.mu.Unlock()
	if expired {
		s.forget(id)
		return nil
	}
	return used
}

func (s *sessions) release(used *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if used.busy--; used.busy == 0 && s.known[used.id] == used {
		s.rest(used)
	}
}

// rest lets a session idle.
func (s *sessions) rest(idle *session) {
	idle.since = time.Now()
	idle.place = s.idling.PushBack(idle)
}

func (s *sessions) remove(gone *session, why error) {
	delete(s.known, gone.id)
	if gone.busy == 0 {
		s.idling.Remove(gone.place)
	}
	gone.end(why)
}
