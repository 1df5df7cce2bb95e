package sandbox

import (
	"slices"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// index finds agents by key, and pages of agents by type, without reading them.
type index struct {
	mu   sync.RWMutex
	keys map[string]string   // key -> id
	ids  map[string][]string // type -> ids, oldest first; all types under ""
}

func newIndex() *index { return &index{keys: map[string]string{}, ids: map[string][]string{}} }

// id returns the id for a key or an id, "" when there is no such agent.
func (x *index) id(ref string) string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if id, ok := x.keys[ref]; ok {
		return id
	}
	if _, ok := slices.BinarySearch(x.ids[""], ref); ok {
		return ref
	}
	return ""
}

// load adds an entry without keeping order; sort must follow.
func (x *index) load(key, id, typ string) {
	x.keys[key] = id
	x.ids[""] = append(x.ids[""], id)
	x.ids[typ] = append(x.ids[typ], id)
}

func (x *index) sort() {
	for _, ids := range x.ids {
		slices.Sort(ids)
	}
}

// newest returns the greatest id, "" when there is none.
func (x *index) newest() string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if ids := x.ids[""]; len(ids) > 0 {
		return ids[len(ids)-1]
	}
	return ""
}

func (x *index) add(key, id, typ string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys[key] = id
	for _, list := range []string{"", typ} {
		at, _ := slices.BinarySearch(x.ids[list], id)
		x.ids[list] = slices.Insert(x.ids[list], at, id)
	}
}

func (x *index) rename(from, to string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys[to] = x.keys[from]
	if from != to {
		delete(x.keys, from)
	}
}

func (x *index) remove(agent orq.Agent) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.keys, agent.Key)
	for _, list := range []string{"", agent.Type} {
		if at, ok := slices.BinarySearch(x.ids[list], agent.ID); ok {
			x.ids[list] = slices.Delete(x.ids[list], at, at+1)
		}
	}
}

// listing says which part of the list of agents is asked for.
type listing struct {
	Type          string
	After, Before string // ids, which need not exist any more
	Limit         int    // 0: everything
}

// page returns ids, newest first, and whether there are more in the direction of reading.
func (x *index) page(l listing) (ids []string, more bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ids = x.ids[l.Type]
	if l.After != "" {
		end, _ := slices.BinarySearch(ids, l.After)
		ids = ids[:end]
	}
	if l.Before != "" {
		start, found := slices.BinarySearch(ids, l.Before)
		if found {
			start++
		}
		ids = ids[start:]
	}
	if more = l.Limit > 0 && len(ids) > l.Limit; more {
		if l.Before != "" {
			ids = ids[:l.Limit]
		} else {
			ids = ids[len(ids)-l.Limit:]
		}
	}
	ids = slices.Clone(ids)
	slices.Reverse(ids)
	return ids, more
}
