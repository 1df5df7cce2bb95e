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

// victim returns the session that has to end when all are used and caller begins one: the longest idle of the caller with
// the most sessions, the new one counted. A caller that has no more than the new session's caller loses none to it; nil when
// there is no other that is idle. The caller of this holds the lock.
func (s *sessions) victim(caller callerID) *session {
	var own int
	if has := s.owners[caller]; has != nil {
		own = has.count
	}
	var richest *owner
	most := 0
	for _, candidate := range s.owners {
		count := candidate.count
		if candidate.id == caller {
			count++
		}
		if candidate.idle.Len() == 0 || count <= own || count < most {
			continue
		}
		if count > most || candidate.id == caller || richest.id != caller && longestIdle(candidate).idleSince.Before(longestIdle(richest).idleSince) {
			richest, most = candidate, count
		}
	}
	if richest == nil {
		return nil
	}
	return longestIdle(richest)
}

// longestIdle returns the session of an owner that has been idle longest. There must be one that is idle.
func longestIdle(o *owner) *session {
	return o.idle.Front().Value.(*session) //nolint:forcetypeassert // the list holds nothing else
}
