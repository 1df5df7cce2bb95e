package main

import (
	"context"
	"errors"
	"time"

	"github.com/orq-mcp/orq-mcp/bench/rig"
)

// growth starts runs and waits until settled returns. It returns by how many bytes the resident memory of the server has
// grown since before the runs.
func (l *lab) growth(ctx context.Context, t target, c rig.Case, settled func(context.Context, *rig.Checker) error) (float64, error) {
	if _, _, err := l.runHTTP(ctx, t, rig.Case{Runs: 5, Sessions: 5, Events: 20}); err != nil {
		return 0, err
	}
	idle, err := t.Memory()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	connections, end, err := c.Connect(ctx, t.URL)
	if err != nil {
		return 0, err
	}
	defer end()
	checker := &rig.Checker{}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(ctx, connections, checker)
	}()
	if err := settled(ctx, checker); err != nil {
		return 0, err
	}
	now, err := t.Memory()
	cancel()
	<-ended
	return float64(now - idle), err
}

// memoryOf measures streams with 20 small events a second.
func memoryOf(streams, sessions int) func(ctx context.Context, l *lab, t target) ([]float64, error) {
	return func(ctx context.Context, l *lab, t target) ([]float64, error) {
		c := rig.Case{
			Runs: streams, Sessions: sessions, Events: 2000, Every: 50 * time.Millisecond, Ramp: time.Duration(streams) * time.Millisecond, Small: true,
		}
		messages := l.size(60, 20)
		resident, err := l.growth(ctx, t, c, func(ctx context.Context, checker *rig.Checker) error {
			return every(ctx, 50*time.Millisecond, func() (bool, error) { return checker.MinMessages() >= messages, nil })
		})
		return []float64{resident / float64(streams)}, err
	}
}

// stoppedReaders measures streams at full speed whose readers stop after the first messages.
func stoppedReaders(ctx context.Context, l *lab, t target) ([]float64, error) {
	const streams = 100
	c := rig.Case{Runs: streams, Sessions: streams, Events: 50_000, StopAfter: 5, SocketBuffer: 8 << 10}
	resident, err := l.growth(ctx, t, c, func(ctx context.Context, checker *rig.Checker) error {
		if err := every(ctx, 50*time.Millisecond, func() (bool, error) { return checker.MinMessages() >= 5, nil }); err != nil {
			return err
		}
		return idle(ctx, t)
	})
	return []float64{resident / streams}, err
}

// idle waits until the kernel's buffers are full, when the server uses almost no processor time. A server that polls never
// gets there, so idle returns after 5 s.
func idle(ctx context.Context, t target) error {
	var last time.Duration
	quiet, limit := 0, time.Now().Add(5*time.Second)
	return every(ctx, 100*time.Millisecond, func() (bool, error) {
		cpu, err := t.CPU()
		if quiet++; cpu-last > 2*time.Millisecond {
			quiet = 0
		}
		last = cpu
		return quiet >= 5 || time.Now().After(limit), err
	})
}

// every calls done at intervals of pause until it returns true or an error.
func every(ctx context.Context, pause time.Duration, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return errors.New("the streams did not reach the expected state within 30 s")
		}
	}
}
