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
func (idx *index) id(ref string) string {
	idx.mu.RLock()
	defer idx.mu.RUnlock()
	if id, ok := idx.keys[ref]; ok {
		return id
	}
	if idx.ids[""].Contains(ref) {
		return ref
	}
	return ""
}

// newest returns the greatest id, "" when there is none.
func (idx *index) newest() string {
	idx.mu.RLock()
	defer idx.mu.RUnlock()
	id, _ := idx.ids[""].Max()
	return id
}

func (idx *index) add(key, id, typ string) {
	idx.mu.Lock()
	defer idx.mu.Unlock()
	idx.keys[key] = id
	for _, list := range []string{"", typ} {
		if idx.ids[list] == nil {
			idx.ids[list] = &btree.Set[string]{}
		}
		idx.ids[list].Insert(id)
	}
}

func (idx *index) rename(from, to string) {
	idx.mu.Lock()
	defer idx.mu.Unlock()
	idx.keys[to] = idx.keys[from]
	if from != to {
		delete(idx.keys, from)
	}
}

func (idx *index) remove(agent orq.Agent) {
	idx.mu.Lock()
	defer idx.mu.Unlock()
	delete(idx.keys, agent.Key)
	for _, list := range []string{"", agent.Type} {
		if ids := idx.ids[list]; ids != nil {
			ids.Delete(agent.ID)
		}
	}
}

// Page selects a part of the list of agents.
type Page struct {
	// Type of the agents; empty: all.
	Type string
	// After and Before are ids, which need not exist any more. At most one is set.
	After, Before string
	// Limit is how many agents to return at most; 0: all.
	Limit int
}

// page returns ids, newest first, and whether there are more in the direction of reading.
func (idx *index) page(p Page) (ids []string, more bool) {
	idx.mu.RLock()
	defer idx.mu.RUnlock()
	list := idx.ids[p.Type]
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
