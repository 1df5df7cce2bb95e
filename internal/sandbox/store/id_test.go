package store

import (
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestULIDsGrow(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_469_918_176_385)
	ids := NewIDs(func() time.Time { return now })
	first := ids.Next()
	if first[:10] != "01ARYZ6S41" || len(first) != 26 {
		t.Errorf("first id = %s, want 26 characters beginning with 01ARYZ6S41", first)
	}
	last := first
	for range 1000 {
		next := ids.Next()
		if next <= last {
			t.Fatalf("id %s follows %s, want a greater one", next, last)
		}
		last = next
		now = now.Add(-time.Millisecond)
	}
	restarted := NewIDs(func() time.Time { return now })
	restarted.After(last)
	if next := restarted.Next(); next <= last {
		t.Errorf("id %s follows %s, want a greater one", next, last)
	}
}

func TestULIDsAreUniqueAcrossGoroutines(t *testing.T) {
	t.Parallel()
	ids := NewIDs(time.Now)
	created := make([][]string, 8)
	var wg sync.WaitGroup
	for i := range created {
		wg.Go(func() {
			for range 1000 {
				created[i] = append(created[i], ids.Next())
			}
		})
	}
	wg.Wait()
	all := slices.Concat(created...)
	slices.Sort(all)
	if got := len(slices.Compact(all)); got != 8000 {
		t.Errorf("got %d different ids, want 8000", got)
	}
}

func TestDerivedIDsAreStable(t *testing.T) {
	t.Parallel()
	if a, b := DerivedID("a"), DerivedID("b"); a == b || a != DerivedID("a") || !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`).MatchString(a) {
		t.Errorf("DerivedID(a), DerivedID(b) = %s, %s; want two different and stable ULIDs", a, b)
	}
}
