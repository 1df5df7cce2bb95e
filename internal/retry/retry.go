// Package retry decides how long to wait before another try: exponential backoff with jitter, bounded in number and time,
// in which the wait that a server asks for comes first.
package retry

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// Options describe a Schedule. The zero value allows no retry.
type Options struct {
	// Initial is the first interval; each further one is half as long again. 0 stands for 500 ms.
	Initial time.Duration
	// MaxInterval bounds the intervals; one minute when 0.
	MaxInterval time.Duration
	// Jitter is the part of its interval by which a pause is longer or shorter at random: with 0 a pause is its interval,
	// with 1 anything from 0 to twice its interval ("full jitter").
	Jitter float64
	// Retries is how many pauses there are, Unlimited or a number.
	Retries int
	// MaxPause is the longest pause, also one that a server asks for; instead of a longer one there is none. Any when 0.
	MaxPause time.Duration
	// Deadline is when the last try must have begun: a pause that would last until then is not begun, so that the caller
	// gets the error at once. None when zero.
	Deadline time.Time
}

// Unlimited is the number of retries of a Schedule that never ends by itself.
const Unlimited = -1

// Schedule returns the pauses between the tries of one call. It is not safe for concurrent use.
type Schedule struct {
	backoff  backoff.BackOff
	maxPause time.Duration
	deadline time.Time
}

// New begins a schedule.
func New(options Options) *Schedule {
	settings := []backoff.ExponentialBackOffOpts{
		backoff.WithMultiplier(1.5), backoff.WithRandomizationFactor(options.Jitter), backoff.WithMaxElapsedTime(0),
	}
	if options.Initial > 0 {
		settings = append(settings, backoff.WithInitialInterval(options.Initial))
	}
	if options.MaxInterval > 0 {
		settings = append(settings, backoff.WithMaxInterval(options.MaxInterval))
	}
	s := &Schedule{backoff: backoff.NewExponentialBackOff(settings...), maxPause: options.MaxPause, deadline: options.Deadline}
	if options.Retries != Unlimited {
		s.backoff = backoff.WithMaxRetries(s.backoff, uint64(max(options.Retries, 0)))
	}
	return s
}

// Next returns the pause before the next try. A retryAfter above 0, which is what the server asked for (ParseRetryAfter),
// replaces the pause of the schedule. It reports false when there must be no further try.
func (s *Schedule) Next(retryAfter time.Duration) (pause time.Duration, ok bool) {
	pause = s.backoff.NextBackOff()
	if pause == backoff.Stop {
		return 0, false
	}
	if retryAfter > 0 {
		pause = retryAfter
	}
	if s.maxPause > 0 && pause > s.maxPause || !s.deadline.IsZero() && time.Until(s.deadline) <= pause {
		return 0, false
	}
	return pause, true
}

// Sleep waits for d. It fails with the cause of ctx when that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ParseRetryAfter returns the wait that a Retry-After header asks for, in seconds or as a date. It returns 0 for a header
// that is missing, malformed or in the past.
func ParseRetryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseFloat(header, 64); err == nil && seconds > 0 && seconds < 1e9 {
		return time.Duration(seconds * float64(time.Second))
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
