package idle_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/internal/idle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTimerFires(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		resets []time.Duration // since the beginning
		fires  int             // how often fn returns true
		want   []time.Duration
	}{
		"after each while":            {nil, 10, []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second}},
		"until fn returns false":      {nil, 1, []time.Duration{10 * time.Second, 20 * time.Second}},
		"later when there is a reset": {[]time.Duration{4 * time.Second, 9 * time.Second}, 10, []time.Duration{19 * time.Second, 29 * time.Second}},
		"a while after a late reset":  {[]time.Duration{13 * time.Second}, 10, []time.Duration{10 * time.Second, 23 * time.Second, 33 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got []time.Duration
				began := time.Now()
				timer := idle.NewTimer(10*time.Second, func() bool {
					got = append(got, time.Since(began))
					return len(got) <= c.fires
				})
				for _, at := range c.resets {
					time.Sleep(at - time.Since(began))
					timer.Reset()
				}
				time.Sleep(35*time.Second - time.Since(began))
				timer.Stop()
				time.Sleep(time.Minute)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("fired (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestStopWaitsForTheFunction(t *testing.T) {
	t.Parallel()
	// A goroutine that waits for a mutex does not let the clock of synctest go on.
	running, release := make(chan struct{}), make(chan struct{})
	var returned atomic.Bool
	timer := idle.NewTimer(time.Millisecond, func() bool {
		close(running)
		<-release
		returned.Store(true)
		return false
	})
	<-running
	stopped := make(chan bool)
	go func() {
		timer.Stop()
		stopped <- returned.Load()
	}()
	select {
	case <-stopped:
		t.Error("Stop returned while the function was running")
	case <-time.After(20 * time.Millisecond):
		close(release)
		if !<-stopped {
			t.Error("Stop returned before the function")
		}
	}
}

func TestStopPanicsOnceForAPanicOfTheFunction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		timer := idle.NewTimer(time.Second, func() bool { panic("out of order") })
		time.Sleep(10 * time.Second)
		stop := func() (reason string) {
			defer func() {
				if recovered := recover(); recovered != nil {
					reason = fmt.Sprint(recovered)
				}
			}()
			timer.Stop()
			return ""
		}
		if got := stop(); !strings.HasPrefix(got, "out of order\n") || !strings.Contains(got, "timer_test.go") {
			t.Errorf("Stop panicked with %q, want the reason and its stack", got)
		}
		if got := stop(); got != "" {
			t.Errorf("the second Stop panicked with %q, want no panic", got)
		}
	})
}

//nolint:paralleltest // AllocsPerRun measures the whole process
func TestResetAllocatesNothing(t *testing.T) {
	timer := idle.NewTimer(time.Hour, func() bool { return true })
	defer timer.Stop()
	if got := testing.AllocsPerRun(100, timer.Reset); got != 0 {
		t.Errorf("Reset allocates %v times, want 0", got)
	}
}

func BenchmarkReset(b *testing.B) {
	timer := idle.NewTimer(time.Hour, func() bool { return true })
	defer timer.Stop()
	b.ReportAllocs()
	for b.Loop() {
		timer.Reset()
	}
}
