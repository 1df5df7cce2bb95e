package server

import (
	"testing"
	"testing/synctest"
	"time"
)

// crowd are sessions of few callers, with room for limit.
type crowd struct {
	*sessions
	t *testing.T
}

func newCrowd(t *testing.T, limit int) crowd {
	t.Helper()
	s := newSessions(t.Context(), limit, time.Hour)
	s.onEvict = func(string) {}
	return crowd{s, t}
}

// enter begins a session of the caller with that name, and reports whether there was room.
func (c crowd) enter(name byte) (id string, ok bool) {
	c.t.Helper()
	caller := callerID{name}
	if !c.makeRoom(caller) {
		return "", false
	}
	return c.begin(caller).id, true
}

// must is enter where there has to be room.
func (c crowd) must(name byte) string {
	c.t.Helper()
	id, ok := c.enter(name)
	if !ok {
		c.t.Fatalf("no room for a session of %c", name)
	}
	return id
}

func TestStrangersMakeRoomAmongStrangers(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 10)
	mine := c.must('m') // the longest idle of all
	var strangers []string
	for range 100 {
		strangers = append(strangers, c.must('s'))
	}
	if !c.exists(mine, callerID{'m'}) {
		t.Error("strangers pushed out the session of another caller")
	}
	for i, id := range strangers {
		if got, want := c.exists(id, callerID{'s'}), i >= 91; got != want {
			t.Errorf("session %d of the strangers exists: %v, want %v", i, got, want)
		}
	}
	if len(c.byID) != 10 || len(c.owners) != 2 {
		t.Errorf("%d sessions of %d callers, want 10 of 2", len(c.byID), len(c.owners))
	}
}

func TestACallerWithFewSessionsTakesFromTheOneWithMost(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 6)
	first := c.must('a')
	c.must('a')
	most := []string{c.must('b'), c.must('b'), c.must('b'), c.must('b')}
	c.must('c')
	if c.exists(most[0], callerID{'b'}) || !c.exists(most[1], callerID{'b'}) || !c.exists(first, callerID{'a'}) {
		t.Error("the new session did not take the place of the longest idle one of the caller with the most")
	}
}

func TestNoCallerLosesASessionToOneThatHasMore(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	for range 2 {
		if c.acquire(c.must('s'), callerID{'s'}) == nil {
			t.Fatal("a session that began is unknown")
		}
	}
	mine := c.must('m')
	if _, ok := c.enter('s'); ok || !c.exists(mine, callerID{'m'}) {
		t.Errorf("a caller whose sessions are in use got another: %v, and the other caller's exists: %v; want false, true", ok, c.exists(mine, callerID{'m'}))
	}
}

// A newcomer is not locked out by many callers with one session each.
func TestAmongEqualsTheLongestIdleMakesRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 2)
		oldest := c.must('a')
		time.Sleep(time.Second)
		newer := c.must('b')
		c.must('c')
		if c.exists(oldest, callerID{'a'}) || !c.exists(newer, callerID{'b'}) {
			t.Error("a newcomer did not take the place of the longest idle session")
		}
	})
}
