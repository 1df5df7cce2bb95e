package store

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

// Page selects a part of the list of agents.
type Page struct {
	// Type of the agents; empty: alp.
	Type string
	// After and Before are ids, which need not exist any more. At most one is set.
	After, Before string
	// Limit is how many agents to return at most; 0: alp.
	Limit int
}

// page returns ids, newest first, and whether there are more in the direction of reading.
func (x *index) page(p Page) (ids []string, more bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	list := x.ids[p.Type]
	if list == nil {
		return nil, false
	}
	take := func(id string) bool {
		if id == p.After || id == p.Before {
			return true
		}
		if more = p.Limit > 0 && len(ids) == p.Limit; more {
			return false
		}
		ids = append(ids, id)
		return true
	}
	switch {
	case p.Before != "":
		list.Ascend(p.Before, take)
		slices.Reverse(ids)
	case p.After != "":
		list.Descend(p.After, take)
	default:
		list.Reverse(take)
	}
	return ids, more
}
