package sandbox

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// counted counts what a store reads and writes.
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

// steps are how many entries an operation reads and writes.
type steps struct{ Reads, Writes int }

func TestAHundredTimesTheAgentsTakeNoMoreReadsAndWrites(t *testing.T) {
	t.Parallel()
	few, many := stepsAmong(t, 100), stepsAmong(t, 10_000)
	if diff := cmp.Diff(few, many); diff != "" {
		t.Errorf("among 100, and among 10,000: %s", diff)
	}
	want := map[string]steps{
		"create": {0, 3}, "get by key": {1, 0}, "get by id": {1, 0}, "change": {1, 2}, "rename": {1, 3}, "delete": {1, 3},
		"list 20": {20, 0}, "list 20 of a type": {20, 0}, "list 20 from the middle": {20, 0}, "list 20 before it": {20, 0},
	}
	if diff := cmp.Diff(want, few); diff != "" {
		t.Error(diff)
	}
}

func stepsAmong(t *testing.T, size int) map[string]steps {
	t.Helper()
	entries := &counted{kv: newMemory()}
	s := &store{kv: entries, index: newIndex()}
	agents := make([]*record, size)
	for i, number := range rand.New(rand.NewPCG(1, 2)).Perm(size) {
		agents[i] = &record{Agent: orq.Agent{ID: fmt.Sprintf("id%06d", i), Key: fmt.Sprintf("key%06d", number), Type: []string{"internal", "a2a"}[i%2], Version: "1.0.0"}}
	}
	if err := s.insert(agents...); err != nil {
		t.Fatal(err)
	}
	middle := agents[size/2].Agent
	list := func(l listing) func() error {
		l.Limit = 20
		return func() error {
			_, more, err := s.list(l)
			if err == nil && !more {
				err = fmt.Errorf("%+v: there must be more", l)
			}
			return err
		}
	}
	taken := map[string]steps{}
	for _, operation := range []struct {
		name string
		do   func() error
	}{
		{"create", func() error { return s.insert(&record{Agent: orq.Agent{ID: "new", Key: "new", Type: "internal"}}) }},
		{"get by key", func() error { _, err := s.agent(middle.Key); return err }},
		{"get by id", func() error { _, err := s.agent(middle.ID); return err }},
		{"change", func() error {
			_, err := s.update(middle.ID, func(rec *record) error { rec.Agent.Role = "r"; return nil })
			return err
		}},
		{"rename", func() error {
			_, err := s.update(middle.ID, func(rec *record) error { rec.Agent.Key = "renamed"; return nil })
			return err
		}},
		{"list 20", list(listing{})},
		{"list 20 of a type", list(listing{Type: "a2a"})},
		{"list 20 from the middle", list(listing{After: middle.ID})},
		{"list 20 before it", list(listing{Before: middle.ID})},
		{"delete", func() error { _, err := s.remove(middle.ID); return err }},
	} {
		entries.reads, entries.writes = 0, 0
		if err := operation.do(); err != nil {
			t.Fatalf("%s: %v", operation.name, err)
		}
		taken[operation.name] = steps{entries.reads, entries.writes}
	}
	return taken
}
