package server

import (
	"container/heap"
	"container/list"
)

// owner is a caller that has sessions. All callers without an API key are one.
type owner struct {
	id callerID
	// count is the number of its sessions.
	count int
	// idle lists those that are not in use, the longest idle first.
	idle *list.List
	// place is that in ownerHeap, which has the owner while a session is idle.
	place int
}

// longestIdle returns the session that has been idle longest; nil when none is idle.
func (o *owner) longestIdle() *session {
	if front := o.idle.Front(); front != nil {
		return front.Value.(*session) //nolint:forcetypeassert // the list holds nothing else
	}
	return nil
}

// ownerHeap has the owners with idle sessions: first the one with the most sessions, among equals the one whose session has
// been idle longest. It implements heap.Interface.
type ownerHeap []*owner

func (h ownerHeap) Len() int { return len(h) }

func (h ownerHeap) Less(i, j int) bool {
	if h[i].count != h[j].count {
		return h[i].count > h[j].count
	}
	return h[i].longestIdle().idleSince.Before(h[j].longestIdle().idleSince)
}

func (h ownerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push implements heap.Interface.
func (h *ownerHeap) Push(added any) {
	o := added.(*owner) //nolint:forcetypeassert // of addOwner
	o.place = len(*h)
	*h = append(*h, o)
}

// Pop implements heap.Interface.
func (h *ownerHeap) Pop() any {
	last := len(*h) - 1
	o := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	o.place = notInHeap
	return o
}

// notInHeap is the place of an owner that has no idle session.
const notInHeap = -1

// ownerOf returns the owner for a caller, which is kept while it has sessions. The caller of this holds the lock.
func (s *sessions) ownerOf(caller callerID) *owner {
	found := s.owners[caller]
	if found == nil {
		found = &owner{id: caller, idle: list.New(), place: notInHeap}
		s.owners[caller] = found
	}
	return found
}

// place puts an owner where it belongs after its sessions have changed. The caller of this holds the lock.
func (s *sessions) place(o *owner) {
	switch inHeap, isIdle := o.place != notInHeap, o.idle.Len() > 0; {
	case inHeap && isIdle:
		heap.Fix(&s.richest, o.place)
	case inHeap:
		heap.Remove(&s.richest, o.place)
	case isIdle:
		heap.Push(&s.richest, o)
	}
	if o.count == 0 {
		delete(s.owners, o.id)
	}
}

// victim returns the session that has to end when all are used and caller begins one: the longest idle of the caller with
// the most sessions, the new one counted. A caller that has no more than the new session's caller loses none to it while that
// has an idle one itself; nil when there is no session to end. The caller of this holds the lock.
func (s *sessions) victim(caller callerID) *session {
	if len(s.richest) == 0 {
		return nil
	}
	var with int // the new session
	var own *session
	if self := s.owners[caller]; self != nil {
		with, own = self.count, self.longestIdle()
	}
	with++
	switch richest := s.richest[0]; {
	case richest.count > with, richest.count == with && own == nil:
		return richest.longestIdle()
	default:
		return own
	}
}
