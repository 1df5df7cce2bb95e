package server

import "container/list"

// owner is a caller that has sessions. All callers without an API key are one.
type owner struct {
	id callerID
	// count is the number of its sessions.
	count int
	// idle lists those that are not in use, the longest idle first.
	idle *list.List
}

// ownerOf returns the owner for a caller, which is kept while it has sessions. The caller of this holds the lock.
func (s *sessions) ownerOf(caller callerID) *owner {
	found := s.owners[caller]
	if found == nil {
		found = &owner{id: caller, idle: list.New()}
		s.owners[caller] = found
	}
	return found
}

// count adds n, which is 1 or -1, to the number of sessions of o. The caller of this holds the lock.
func (s *sessions) count(o *owner, n int) {
	if delete(s.byCount[o.count], o); len(s.byCount[o.count]) == 0 {
		delete(s.byCount, o.count)
	}
	o.count += n
	if s.byCount[o.count] == nil {
		s.byCount[o.count] = map[*owner]struct{}{}
	}
	s.byCount[o.count][o] = struct{}{}
	s.most = max(s.most, o.count)
	for s.most > 0 && len(s.byCount[s.most]) == 0 {
		s.most--
	}
	if o.count == 0 {
		delete(s.byCount, 0)
		delete(s.owners, o.id)
	}
}

// victim returns the session that has to end when all are used and caller begins one: the longest idle of the caller with
// the most sessions, the new one counted. A caller that has no more than the new session's caller loses none to it; nil when
// there is no other that is idle. The caller of this holds the lock.
func (s *sessions) victim(caller callerID) *session {
	var own int
	self := s.owners[caller]
	if self != nil {
		own = self.count
	}
	if front := s.idle.Front(); front != nil {
		longest := front.Value.(*session) //nolint:forcetypeassert // the list holds nothing else
		if longest.owner.count == s.most && s.most > own+1 || own == 0 && s.most == 1 {
			return longest // among equals the longest idle
		}
	}
	for count := s.most; count > own+1; count-- {
		for richest := range s.byCount[count] {
			if richest.idle.Len() > 0 {
				return longestIdle(richest)
			}
		}
	}
	if self != nil && self.idle.Len() > 0 {
		return longestIdle(self)
	}
	for other := range s.byCount[own+1] {
		if other.idle.Len() > 0 {
			return longestIdle(other)
		}
	}
	return nil
}

// longestIdle returns the session of an owner that has been idle longest. There must be one that is idle.
func longestIdle(o *owner) *session {
	return o.idle.Front().Value.(*session) //nolint:forcetypeassert // the list holds nothing else
}
