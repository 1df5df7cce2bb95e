package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestAnOrderedListIsASortedSlice lets both live through the same: growth at the end and anywhere, and shrinking to nothing.
func TestAnOrderedListIsASortedSlice(t *testing.T) {
	t.Parallel()
	list, plain := &ordered{}, []string{}
	random := rand.New(rand.NewPCG(1, 2))
	same := func() {
		t.Helper()
		from := fmt.Sprintf("%05d", random.IntN(20_000))
		at, found := slices.BinarySearch(plain, from)
		below := slices.Clone(plain[:at])
		slices.Reverse(below)
		above := plain[at:]
		if found {
			above = above[1:]
		}
		empty := cmpopts.EquateEmpty()
		if diff := cmp.Diff(below, slices.Collect(list.below(from)), empty); diff != "" {
			t.Fatalf("below %s: %s", from, diff)
		}
		if diff := cmp.Diff(above, slices.Collect(list.above(from)), empty); diff != "" {
			t.Fatalf("above %s: %s", from, diff)
		}
		all := slices.Collect(list.below(""))
		slices.Reverse(all)
		if diff := cmp.Diff(plain, all, empty); diff != "" || list.has(from) != found {
			t.Fatalf("has %s: %v: %s", from, list.has(from), diff)
		}
		if len(plain) > 0 && list.last() != plain[len(plain)-1] || len(plain) == 0 && list.last() != "" {
			t.Fatalf("last %q", list.last())
		}
		for _, part := range list.parts {
			if len(part) == 0 || len(part) > partSize {
				t.Fatalf("a part of %d", len(part))
			}
		}
	}
	same()
	for i := range 3000 {
		text := fmt.Sprintf("%05d", i*5)
		list.add(text)
		plain = append(plain, text)
	}
	if got := len(list.parts); got != 6 {
		t.Errorf("3000 texts, added in order, are in %d parts", got)
	}
	for i := range 12_000 {
		text := fmt.Sprintf("%05d", random.IntN(20_000))
		at, found := slices.BinarySearch(plain, text)
		if i%3 == 0 {
			list.remove(text)
			if found {
				plain = slices.Delete(plain, at, at+1)
			}
		} else {
			list.add(text)
			if !found {
				plain = slices.Insert(plain, at, text)
			}
		}
		if i%400 == 0 {
			same()
		}
	}
	for _, at := range random.Perm(len(plain)) {
		list.remove(plain[at])
	}
	plain = nil
	same()
}
