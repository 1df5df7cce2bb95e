package tools

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRecentRunsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		runs := NewRecentRuns()
		size := func() int {
			n := 0
			for _, own := range runs.byCaller {
				n += len(own)
			}
			if n != runs.order.Len() {
				t.Fatalf("%d runs by caller, %d in order", n, runs.order.Len())
			}
			return n
		}
		greedy := Caller{Session: "greedy"}
		for i := range 2 * maxRecentPerCaller {
			runs.start(greedy, fmt.Sprint("agent", i)).named("t")
			time.Sleep(time.Millisecond)
		}
		if n := size(); n != maxRecentPerCaller {
			t.Errorf("%d runs of one caller, want %d", n, maxRecentPerCaller)
		}
		if task, _, err := runs.newest(greedy, fmt.Sprint("agent", 2*maxRecentPerCaller-1)); task != "t" {
			t.Errorf("the newest of all is forgotten: %v", err)
		}
		for i := range maxRecentRuns + 10 {
			runs.start(Caller{Key: fmt.Sprint(i)}, "support").named("t")
		}
		if n := size(); n != maxRecentRuns {
			t.Errorf("%d runs, want %d", n, maxRecentRuns)
		}
		runs.start(greedy, strings.Repeat("k", maxRecentNameLength+1)).named("t")
		runs.start(greedy, "long").named(strings.Repeat("t", maxRecentNameLength+1))
		if task, _, _ := runs.newest(greedy, "long"); task != "" {
			t.Errorf("a task id of %d bytes is remembered", len(task))
		}
		time.Sleep(recentRunsFor)
		runs.start(greedy, "support")
		if n := size(); n != 1 {
			t.Errorf("%d runs after an hour, want 1", n)
		}
	})
}

func TestARefusedRunUncoversTheOneBefore(t *testing.T) {
	t.Parallel()
	runs, caller := NewRecentRuns(), Caller{Key: "k"}
	newest := func() string {
		task, _, _ := runs.newest(caller, "support")
		return task
	}
	runs.start(caller, "support").named("t1")
	second := runs.start(caller, "support")
	if got := newest(); got != "" {
		t.Errorf("while the second starts: %q, want none", got)
	}
	second.refused()
	if got := newest(); got != "t1" {
		t.Errorf("after its refusal: %q, want t1", got)
	}
	third := runs.start(caller, "support")
	runs.start(caller, "support").named("t4")
	third.named("t3")
	third.refused()
	if got := newest(); got != "t4" {
		t.Errorf("after the fourth: %q, want t4", got)
	}
}
