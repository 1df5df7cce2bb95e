package retry_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/internal/retry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ms = time.Millisecond

// pauses returns at most limit pauses of a schedule of which a server asks for none.
func pauses(options retry.Options, limit int) []time.Duration {
	s, all := retry.New(options), []time.Duration{}
	for range limit {
		pause, ok := s.Next(0)
		if !ok {
			break
		}
		all = append(all, pause)
	}
	return all
}

func TestPausesWithoutJitter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options retry.Options
		want    []time.Duration
	}{
		"no retries":             {retry.Options{}, []time.Duration{}},
		"a negative number":      {retry.Options{Retries: -2}, []time.Duration{}},
		"defaults":               {retry.Options{Retries: 3}, []time.Duration{500 * ms, 750 * ms, 1125 * ms}},
		"another first pause":    {retry.Options{Retries: 2, Initial: 200 * ms}, []time.Duration{200 * ms, 300 * ms}},
		"the longest interval":   {retry.Options{Retries: 4, MaxInterval: 800 * ms}, []time.Duration{500 * ms, 750 * ms, 800 * ms, 800 * ms}},
		"the longest pause":      {retry.Options{Retries: 4, MaxPause: 800 * ms}, []time.Duration{500 * ms, 750 * ms}},
		"without a last":         {retry.Options{Retries: retry.Unlimited, MaxInterval: 500 * ms}, slices.Repeat([]time.Duration{500 * ms}, 100)},
		"a deadline in the past": {retry.Options{Retries: 3, Deadline: time.Unix(0, 0)}, []time.Duration{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, pauses(c.options, 100)); diff != "" {
				t.Errorf("pauses of %+v (-want +got):\n%s", c.options, diff)
			}
		})
	}
}

func TestJitterDrawsFromTheWholeRange(t *testing.T) {
	t.Parallel()
	for jitter, want := range map[float64][2]time.Duration{1: {0, 1000 * ms}, 0.5: {250 * ms, 750 * ms}} {
		var all []time.Duration
		for range 2000 {
			all = append(all, pauses(retry.Options{Retries: 1, Jitter: jitter}, 1)...)
		}
		low, high := slices.Min(all), slices.Max(all)
		if slack := 50 * ms; low < want[0] || low > want[0]+slack || high > want[1]+1 || high < want[1]-slack {
			t.Errorf("pauses with jitter %v = %v to %v, want about %v to %v", jitter, low, high, want[0], want[1])
		}
	}
}

func TestRetryAfterReplacesThePause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			options    retry.Options
			retryAfter time.Duration
			ok         bool
		}{
			"longer":          {retry.Options{Retries: 1}, time.Hour, true},
			"shorter":         {retry.Options{Retries: 1}, ms, true},
			"no retries":      {retry.Options{}, ms, false},
			"up to MaxPause":  {retry.Options{Retries: 1, MaxPause: time.Minute}, time.Minute, true},
			"over MaxPause":   {retry.Options{Retries: 1, MaxPause: time.Minute}, time.Minute + 1, false},
			"before Deadline": {retry.Options{Retries: 1, Deadline: time.Now().Add(time.Minute)}, time.Minute - 1, true},
			"until Deadline":  {retry.Options{Retries: 1, Deadline: time.Now().Add(time.Minute)}, time.Minute, false},
		} {
			s := retry.New(c.options)
			if pause, ok := s.Next(c.retryAfter); ok != c.ok || ok && pause != c.retryAfter {
				t.Errorf("%s: Next(%v) = %v, %t, want ok %t", name, c.retryAfter, pause, ok, c.ok)
			}
			if pause, ok := s.Next(c.retryAfter); ok {
				t.Errorf("%s: the second Next(%v) = %v, true, want false", name, c.retryAfter, pause)
			}
		}
	})
}

func TestSleep(t *testing.T) {
	t.Parallel()
	over := errors.New("over")
	for name, c := range map[string]struct {
		endsAfter, d, want time.Duration // endsAfter 0: the context does not end
		err                error
	}{
		"its time":              {0, time.Minute, time.Minute, nil},
		"the context ends":      {time.Second, time.Minute, time.Second, over},
		"the context has ended": {-1, time.Minute, 0, over},
		"no time":               {0, 0, 0, nil},
		"no time, but an end":   {-1, 0, 0, over},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				switch {
				case c.endsAfter > 0:
					time.AfterFunc(c.endsAfter, func() { cancel(over) })
				case c.endsAfter < 0:
					cancel(over)
				}
				began := time.Now()
				if err := retry.Sleep(ctx, c.d); !errors.Is(err, c.err) {
					t.Errorf("Sleep(%v) = %v, want %v", c.d, err, c.err)
				}
				if got := time.Since(began); got != c.want {
					t.Errorf("Sleep(%v) took %v, want %v", c.d, got, c.want)
				}
			})
		})
	}
}

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0.5": 500 * ms, "0": 0, "-3": 0, "1e9": 0, "NaN": 0, "soon": 0,
		"Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second, "Fri, 02 Jan 2026 03:04:00 GMT": 0,
	} {
		if got := retry.ParseRetryAfter(header, now); got != want {
			t.Errorf("ParseRetryAfter(%q) = %v, want %v", header, got, want)
		}
	}
}
