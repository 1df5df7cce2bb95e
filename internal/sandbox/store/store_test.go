package store

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// counted is a kv that counts what is read and written.
type counted struct {
	kv
	reads, writes int
}

func (c *counted) get(bucket, key string) ([]byte, error) {
	c.reads++
	return c.kv.get(bucket, key)
}

func (c *counted) write(changes ...change) error {
	c.writes += len(changes)
	return c.kv.write(changes...)
}

// cost is how many entries an operation reads and writes.
type cost struct{ Reads, Writes int }

func TestOperationsCostTheSameAmong100And10000Agents(t *testing.T) {
	t.Parallel()
	few, many := costsAmong(t, 100), costsAmong(t, 10_000)
	if diff := cmp.Diff(few, many); diff != "" {
		t.Errorf("entries read and written (-among 100 agents +among 10,000):\n%s", diff)
	}
	want := map[string]cost{
		"create": {0, 3}, "get by key": {1, 0}, "get by id": {1, 0}, "change": {1, 2}, "rename": {1, 3}, "delete": {1, 3},
		"list 20": {20, 0}, "list 20 of a type": {20, 0}, "list 20 from the middle": {20, 0}, "list 20 before it": {20, 0},
	}
	if diff := cmp.Diff(want, few); diff != "" {
		t.Errorf("entries read and written (-want +got):\n%s", diff)
	}
}

func costsAmong(t *testing.T, size int) map[string]cost {
	t.Helper()
	entries := &counted{kv: newMemory()}
	s := &Store{kv: entries, index: newIndex()}
	agents := make([]*Record, size)
	for i, number := range rand.New(rand.NewPCG(1, 2)).Perm(size) {
		agents[i] = &Record{Agent: orq.Agent{ID: fmt.Sprintf("id%06d", i), Key: fmt.Sprintf("key%06d", number), Type: []string{"internal", "a2a"}[i%2], Version: "1.0.0"}}
	}
	if err := s.Insert(agents...); err != nil {
		t.Fatal(err)
	}
	middle := agents[size/2].Agent
	list := func(p Page) func() error {
		p.Limit = 20
		return func() error {
			_, more, err := s.List(p)
			if err == nil && !more {
				err = fmt.Errorf("%+v: there must be more", p)
			}
			return err
		}
	}
	costs := map[string]cost{}
	for _, operation := range []struct {
		name string
		do   func() error
	}{
		{"create", func() error { return s.Insert(&Record{Agent: orq.Agent{ID: "new", Key: "new", Type: "internal"}}) }},
		{"get by key", func() error { _, err := s.Agent(middle.Key); return err }},
		{"get by id", func() error { _, err := s.Agent(middle.ID); return err }},
		{"change", func() error {
			_, err := s.Update(middle.ID, func(rec *Record) error { rec.Agent.Role = "r"; return nil })
			return err
		}},
		{"rename", func() error {
			_, err := s.Update(middle.ID, func(rec *Record) error { rec.Agent.Key = "renamed"; return nil })
			return err
		}},
		{"list 20", list(Page{})},
		{"list 20 of a type", list(Page{Type: "a2a"})},
		{"list 20 from the middle", list(Page{After: middle.ID})},
		{"list 20 before it", list(Page{Before: middle.ID})},
		{"delete", func() error { _, err := s.Remove(middle.ID); return err }},
	} {
		entries.reads, entries.writes = 0, 0
		if err := operation.do(); err != nil {
			t.Fatalf("%s: %v", operation.name, err)
		}
		costs[operation.name] = cost{entries.reads, entries.writes}
	}
	return costs
}
