package main

import (
	"context"
	"math"
	"time"

	"github.com/orq-mcp/orq-mcp/bench/rig"
)

// experiment measures one subject at a time. run returns a value for each row, NaN where the subject has none.
type experiment struct {
	name     string
	subjects []subject
	rows     []row
	// once is set when every round would measure the same.
	once bool
	run  func(ctx context.Context, l *lab, s subject) ([]float64, error)
}

var (
	two   = []subject{ours, bare}
	three = []subject{ours, bare, direct}
)

func experiments() []experiment {
	return []experiment{
		{name: "stream http", subjects: three, run: streamHTTP, rows: []row{
			{name: "one stream at full speed, HTTP", unit: perSecond, goal: 4, atLeast: true},
			{name: "CPU per event at full speed, HTTP", unit: microseconds, goal: 0.18},
			{name: "events lost, one stream, HTTP", unit: count, sum: true},
		}},
		{name: "stream stdio", subjects: two, run: streamStdio, rows: []row{
			{name: "one stream at full speed, stdio", unit: perSecond, goal: 3, atLeast: true},
			{name: "CPU per event at full speed, stdio", unit: microseconds},
			{name: "events lost, one stream, stdio", unit: count, sum: true},
		}},
		{name: "stream paced cpu", subjects: two, run: streamPaced, rows: []row{
			{name: "CPU per event at 20 events/s, HTTP", unit: microseconds, goal: 0.7},
			{name: "events lost at 20 events/s, HTTP", unit: count, sum: true},
		}},
		{name: "streams 200x500", subjects: three, run: streamMany, rows: []row{
			{name: "200 streams of 500 events at full speed, HTTP", unit: perSecond, goal: 2.5, atLeast: true},
			{name: "events lost, 200 streams, HTTP", unit: count, sum: true},
		}},
		{name: "memory 200", subjects: two, run: memoryOf(200), rows: []row{
			{name: "memory per stream, 200 at 1 event/s", unit: kilobytes, goal: 0.65},
			{name: "peak memory per stream, 200 at 1 event/s", unit: kilobytes},
		}},
		{name: "memory 2000", subjects: two, run: memoryOf(2000), rows: []row{
			{name: "memory per stream, 2,000 at 1 event/s", unit: kilobytes, goal: 0.85},
			{name: "peak memory per stream, 2,000 at 1 event/s", unit: kilobytes},
		}},
		{name: "memory stopped readers", subjects: two, run: stoppedReaders, rows: []row{
			{name: "memory growth per stream whose reader stopped", unit: kilobytes, goal: 0.4},
		}},
		{name: "get_agent", subjects: three, run: getAgent, rows: []row{
			{name: "get_agent, one caller, median latency", unit: microseconds, goal: 1.1},
			{name: "get_agent, CPU per call", unit: microseconds, goal: 1},
		}},
		{name: "get_agent 64", subjects: three, run: getAgentMany, rows: []row{
			{name: "get_agent, 64 callers", unit: perSecond, goal: 1.1, atLeast: true},
		}},
		{name: "tools list", subjects: two, run: listTools, rows: []row{
			{name: "tools/list, CPU per request", unit: microseconds, goal: 0.12},
		}},
		{name: "start", subjects: two, run: startUp, rows: []row{
			{name: "start to first answer, stdio, median", unit: milliseconds, goal: 1.3},
			{name: "resident memory, idle, stdio", unit: megabytes, goal: 1.15},
		}},
		{name: "size", subjects: two, run: sizes, once: true, rows: []row{
			{name: "binary", unit: megabytes},
			{name: "tools/list result", unit: byteCount},
			{name: "tools for a model (name, description, input schema), o200k", unit: tokenCount},
		}},
	}
}

// runHTTP makes the runs of a case on HTTP and returns the time that they took.
func (l *lab) runHTTP(ctx context.Context, t target, c rig.Case) (time.Duration, rig.Report, error) {
	if t.subject == direct {
		return l.runDirect(ctx, t, c)
	}
	connections, end, err := c.Connect(ctx, t.URL)
	if err != nil {
		return 0, rig.Report{}, err
	}
	defer end()
	checker := &rig.Checker{}
	began := time.Now()
	c.Run(ctx, connections, checker)
	took := time.Since(began)
	report := checker.Report()
	return took, report, checkReport(t.subject, report)
}

// streamed starts a subject, warms it up with one case and measures another.
func (l *lab) streamed(ctx context.Context, s subject, warm, measured rig.Case) ([]float64, error) {
	t, end, err := l.serve(ctx, s)
	if err != nil {
		return nil, err
	}
	defer end()
	if _, _, err := l.runHTTP(ctx, t, warm); err != nil {
		return nil, err
	}
	return timed(t, func() (time.Duration, rig.Report, error) { return l.runHTTP(ctx, t, measured) })
}

// timed returns events per second, processor time per event in nanoseconds, and the number of lost events.
func timed(t target, run func() (time.Duration, rig.Report, error)) ([]float64, error) {
	before, err := t.CPU()
	if err != nil {
		return nil, err
	}
	took, report, err := run()
	if err != nil {
		return nil, err
	}
	after, err := t.CPU()
	if err != nil {
		return nil, err
	}
	events := float64(report.Events)
	each := float64(after-before) / events
	if t.subject == direct {
		each = math.NaN()
	}
	return []float64{events / took.Seconds(), each, float64(report.Faults.Lost)}, nil
}

func streamHTTP(ctx context.Context, l *lab, s subject) ([]float64, error) {
	return l.streamed(ctx, s, rig.Case{Runs: 1, Events: 1000}, rig.Case{Runs: 1, Events: l.size(50_000, 10_000)})
}

func streamMany(ctx context.Context, l *lab, s subject) ([]float64, error) {
	values, err := l.streamed(ctx, s, rig.Case{Runs: 20, Sessions: 20, Events: 50}, rig.Case{Runs: 200, Sessions: 200, Events: l.size(500, 200)})
	if err != nil {
		return nil, err
	}
	return []float64{values[0], values[2]}, nil
}

func streamPaced(ctx context.Context, l *lab, s subject) ([]float64, error) {
	values, err := l.streamed(ctx, s, rig.Case{Runs: 1, Events: 1000}, rig.Case{
		Runs: 50, Sessions: 50, Events: l.size(80, 40), Every: 50 * time.Millisecond, Ramp: 50 * time.Millisecond,
	})
	if err != nil {
		return nil, err
	}
	return values[1:], nil
}

func streamStdio(ctx context.Context, l *lab, s subject) ([]float64, error) {
	process, err := rig.StartStdio(ctx, l.program(s, rig.StdIO))
	if err != nil {
		return nil, err
	}
	defer process.Kill()
	checker := &rig.Checker{}
	client, err := rig.NewStdio(ctx, process.In, process.Out, rig.StdioOptions{Checker: checker})
	if err != nil {
		return nil, err
	}
	runs := func(first, events int) (time.Duration, rig.Report, error) {
		began := time.Now()
		call := checker.Begin(rig.Plan{Run: first, Events: events})
		if _, err := client.Do(ctx, call.Invoke()); err != nil {
			return 0, rig.Report{}, err
		}
		took := time.Since(began)
		// Events after the result are late, but not lost.
		if err := client.Sync(ctx); err != nil {
			return 0, rig.Report{}, err
		}
		report := checker.Report()
		return took, report, checkReport(s, report)
	}
	if _, _, err := runs(1, 1000); err != nil {
		return nil, err
	}
	checker.Reset()
	return timed(target{process, s}, func() (time.Duration, rig.Report, error) { return runs(2, l.size(50_000, 10_000)) })
}

// runDirect makes the runs of a case on the upstream, without an MCP server.
func (l *lab) runDirect(ctx context.Context, t target, c rig.Case) (time.Duration, rig.Report, error) {
	client := rig.NewDirect(t.URL)
	defer client.Close()
	type outcome struct {
		events int
		err    error
	}
	outcomes := make(chan outcome, c.Runs)
	began := time.Now()
	for run := range c.Runs {
		go func() {
			events, err := client.Stream(ctx, rig.Plan{Run: run, Events: c.Events, Every: c.Every})
			outcomes <- outcome{events, err}
		}()
	}
	report := rig.Report{Calls: c.Runs}
	for range c.Runs {
		o := <-outcomes
		if o.err != nil {
			return 0, report, o.err
		}
		report.Events += o.events
	}
	return time.Since(began), report, nil
}
