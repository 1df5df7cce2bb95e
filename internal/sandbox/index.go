package sandbox

import (
	"slices"
	"sync"

	"github.com/tidwall/btree"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// index finds agents by key, and pages of agents by type, without reading them.
type index struct {
	mu   sync.RWMutex
	keys map[string]string             // key -> id
	ids  map[string]*btree.Set[string] // type -> ids, oldest first; all types under ""
}

func newIndex() *index {
	return &index{keys: map[string]string{}, ids: map[string]*btree.Set[string]{"": {}}}
}

// id returns the id for a key or an id, "" when there is no such agent.
func (x *index) id(ref string) string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if id, ok := x.keys[ref]; ok {
		return id
	}
	if x.ids[""].Contains(ref) {
		return ref
	}
	return ""
}

// newest returns the greatest id, "" when there is none.
func (x *index) newest() string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	id, _ := x.ids[""].Max()
	return id
}

func (x *index) add(key, id, typ string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys[key] = id
	for _, list := range []string{"", typ} {
		if x.ids[list] == nil {
			x.ids[list] = &btree.Set[string]{}
		}
		x.ids[list].Insert(id)
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
		if ids := x.ids[list]; ids != nil {
			ids.Delete(agent.ID)
		}
	}
}

// listing says which part of the list of agents is asked for.
type listing struct {
	Type          string
	After, Before string // ids, which need not exist any more; at most one is given
	Limit         int    // 0: everything
}

// page returns ids, newest first, and whether there are more in the direction of reading.
func (x *index) page(l listing) (ids []string, more bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	list := x.ids[l.Type]
	if list == nil {
		return nil, false
	}
	take := func(id string) bool {
		if id == l.After || id == l.Before {
			return true
		}
		if more = l.Limit > 0 && len(ids) == l.Limit; more {
			return false
		}
		ids = append(ids, id)
		return true
	}
	switch {
	case l.Before != "":
		list.Ascend(l.Before, take)
		slices.Reverse(ids)
	case l.After != "":
		list.Descend(l.After, take)
	default:
		list.Reverse(take)
	}
	return ids, more
}
