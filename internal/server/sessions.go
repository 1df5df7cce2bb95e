package server

import (
	"container/list"
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"
)

// sessions holds the HTTP sessions of protocol versions before 2026-07-28, each for the caller that began it, and bounds
// their number: a new one replaces one of the caller that has the most.
type sessions struct {
	limit       int
	idleTimeout time.Duration
	// lifetime is the parent of the lifetimes of all sessions.
	lifetime context.Context //nolint:containedctx // the parent of each session's own
	// onEvict is called, without the lock, with the ID of each session that was removed for being idle.
	onEvict func(id string)

	mu   sync.Mutex
	byID map[string]*session
	// owners holds the callers that have sessions.
	owners map[callerID]*owner
	// richest has those with idle sessions.
	richest ownerHeap
	// idle lists the sessions that are not in use, the longest idle first.
	idle *list.List
}

func newSessions(lifetime context.Context, limit int, idleTimeout time.Duration) *sessions {
	return &sessions{limit: limit, idleTimeout: idleTimeout, lifetime: lifetime, byID: map[string]*session{}, owners: map[callerID]*owner{}, idle: list.New()}
}

// makeRoom reports whether caller can begin one more session. It evicts the sessions that have been idle for too long, and,
// if the limit is still reached, the victim.
func (s *sessions) makeRoom(caller callerID) bool {
	s.mu.Lock()
	var evicted []string
	for longest := s.evictable(caller); longest != nil; longest = s.evictable(caller) {
		s.remove(longest, errIdle)
		evicted = append(evicted, longest.id)
	}
	room := len(s.byID) < s.limit
	s.mu.Unlock()
	for _, id := range evicted {
		s.onEvict(id)
	}
	return room
}

// evictable returns a session that has expired, or the victim while the limit is reached; nil when there is none. The caller
// of this holds the lock.
func (s *sessions) evictable(caller callerID) *session {
	if front := s.idle.Front(); front != nil {
		longest := front.Value.(*session) //nolint:forcetypeassert // the list holds nothing else
		if s.expired(longest) {
			return longest
		}
	}
	if len(s.byID) < s.limit {
		return nil
	}
	return s.victim(caller)
}

var errIdle = errors.New("its session was idle for too long")

func (s *sessions) expired(candidate *session) bool {
	return candidate.users == 0 && time.Since(candidate.idleSince) >= s.idleTimeout
}

// begin creates a session of caller.
func (s *sessions) begin(caller callerID) *session {
	lifetime, cancel := context.WithCancelCause(s.lifetime)
	created := &session{id: rand.Text(), lifetime: lifetime, cancel: cancel, cancels: map[string]*context.CancelFunc{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	created.owner = s.ownerOf(caller)
	created.owner.count++
	s.byID[created.id] = created
	s.markIdle(created)
	return created
}

// find returns the session with the given ID; nil when there is none, or it belongs to another than caller. The caller
// holds the lock.
func (s *sessions) find(id string, caller callerID) *session {
	found := s.byID[id]
	if found == nil || !found.owner.id.is(caller) {
		return nil
	}
	return found
}

// exists reports whether caller has a session with the given ID.
func (s *sessions) exists(id string, caller callerID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(id, caller) != nil
}

// end ends a session of caller and cancels its calls.
func (s *sessions) end(id string, caller callerID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ended := s.find(id, caller); ended != nil {
		s.remove(ended, errors.New("its session was ended"))
	}
}

// acquire returns the session of caller with the given ID and keeps it from becoming idle until it is released; nil when
// there is no such session, it belongs to another, or it has expired.
func (s *sessions) acquire(id string, caller callerID) *session {
	s.mu.Lock()
	acquired := s.find(id, caller)
	expired := acquired != nil && s.expired(acquired)
	switch {
	case expired:
		s.remove(acquired, errIdle)
	case acquired != nil:
		if acquired.users == 0 {
			s.unmarkIdle(acquired)
		}
		acquired.users++
	}
	s.mu.Unlock()
	if expired {
		s.onEvict(id)
		return nil
	}
	return acquired
}

func (s *sessions) release(acquired *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if acquired.users--; acquired.users == 0 && s.byID[acquired.id] == acquired {
		s.markIdle(acquired)
	}
}

// markIdle puts a session at the end of the idle lists. The caller holds the lock.
func (s *sessions) markIdle(released *session) {
	released.idleSince = time.Now()
	released.element = s.idle.PushBack(released)
	released.ownElement = released.owner.idle.PushBack(released)
	s.place(released.owner)
}

// unmarkIdle takes a session out of the idle lists. The caller holds the lock.
func (s *sessions) unmarkIdle(idle *session) {
	s.idle.Remove(idle.element)
	idle.owner.idle.Remove(idle.ownElement)
	s.place(idle.owner)
}

// remove ends a session with cause. The caller holds the lock.
func (s *sessions) remove(removed *session, cause error) {
	delete(s.byID, removed.id)
	removed.owner.count--
	if removed.users == 0 {
		s.unmarkIdle(removed)
	} else {
		s.place(removed.owner)
	}
	removed.cancel(cause)
}
