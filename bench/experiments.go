package main

import (
	"context"
	"slices"
	"time"

	"github.com/orq-mcp/orq-mcp/bench/rig"
)

// experiment measures one subject at a time. Its run returns a value for each row and maybe more, NaN where the subject has
// none.
type experiment struct {
	name     string
	subjects []subject
	rows     []row
	// once is set when every round would measure the same.
	once bool
	run  run
}

type run func(ctx context.Context, l *lab, s subject) ([]float64, error)

// served measures a subject that has been started on HTTP.
func served(measure func(ctx context.Context, l *lab, t target) ([]float64, error)) run {
	return func(ctx context.Context, l *lab, s subject) ([]float64, error) {
		t, end, err := l.serve(ctx, s)
		if err != nil {
			return nil, err
		}
		defer end()
		return measure(ctx, l, t)
	}
}

// overHTTP2 measures on the upstream that speaks HTTP/2.
func overHTTP2(measure run) run {
	return func(ctx context.Context, l *lab, s subject) ([]float64, error) { return measure(ctx, l.onHTTP2(), s) }
}

// The subjects of an experiment. before takes part where an older program is given.
var (
	servers = []subject{ours, before, bare}
	onHTTP  = []subject{ours, before, bare, relay}
	all     = []subject{ours, before, bare, relay, direct}
)

func experiments() []experiment {
	return slices.Concat(streamExperiments(), callExperiments(), http2Experiments())
}

func streamExperiments() []experiment {
	return []experiment{
		{name: "stream small http", subjects: all, run: served(streamHTTP(true)), rows: []row{
			{name: "one stream at full speed, small events, HTTP: CPU per event", unit: microseconds, toBefore: atMost(0.40), toBare: atMost(0.16)},
			{name: "the same, events/s", unit: perSecond},
		}},
		{name: "stream large http", subjects: onHTTP, run: served(streamHTTP(false)), rows: []row{
			{name: "one stream at full speed, events of 800 bytes, HTTP: CPU per event", unit: microseconds, toBefore: atMost(0.40), toBare: atMost(0.16)},
		}},
		{name: "stream small stdio", subjects: servers, run: streamStdio(true), rows: []row{
			{name: "one stream at full speed, small events, stdio: CPU per event", unit: microseconds, toBefore: atMost(0.40), toBare: atMost(0.16)},
		}},
		{name: "stream large stdio", subjects: servers, run: streamStdio(false), rows: []row{
			{name: "one stream at full speed, events of 800 bytes, stdio: CPU per event", unit: microseconds, toBefore: atMost(0.40), toBare: atMost(0.16)},
		}},
		{name: "streams 200x500", subjects: all, run: served(streamMany), rows: []row{
			{name: "200 streams of 500 small events at full speed: CPU per event", unit: microseconds, toBefore: atMost(0.40), toBare: atMost(0.25)},
			{name: "the same, events/s", unit: perSecond, toBefore: atLeast(2.0), toBare: atLeast(2.8)},
		}},
		{name: "streams 2000", subjects: onHTTP, run: served(streamSlow), rows: []row{
			{name: "2,000 streams at 1 event/s: CPU per event", unit: microseconds, toBare: atMost(0.75)},
		}},
		{name: "memory 200", subjects: onHTTP, run: served(memoryOf(200, 200)), rows: []row{
			{name: "memory per stream, 200 at 20 events/s", unit: kilobytes, toBefore: atMost(0.55), toBare: atMost(0.55)},
		}},
		{name: "memory session", subjects: onHTTP, run: served(memoryOf(20, 1)), rows: []row{
			{name: "memory per stream, 20 in one session at 20 events/s", unit: kilobytes, toBefore: atMost(0.35), toBare: atMost(0.75)},
		}},
		{name: "memory stopped readers", subjects: onHTTP, run: served(stoppedReaders), rows: []row{
			{name: "memory growth per stream whose reader stopped", unit: kilobytes, toBefore: atMost(1), toBare: atMost(0.20)},
		}},
	}
}

func callExperiments() []experiment {
	return []experiment{
		{name: "get_agent", subjects: all, run: served(getAgent), rows: []row{
			{name: "get_agent, one caller, median latency", unit: microseconds, toBefore: atMost(0.75), toBare: atMost(1.05)},
		}},
		{name: "get_agent 64", subjects: all, run: served(getAgentMany), rows: []row{
			{name: "get_agent, 64 callers: CPU per call", unit: microseconds, toBefore: atMost(0.50), toBare: atMost(0.95)},
			{name: "get_agent, 64 callers: calls/s", unit: perSecond, toBefore: atLeast(1.9), toBare: atLeast(1.15)},
		}},
		{name: "tools list", subjects: onHTTP, run: served(listTools), rows: []row{
			{name: "tools/list, CPU per request", unit: microseconds, toBare: atMost(0.20)},
		}},
		{name: "start", subjects: servers, run: startUp, rows: []row{
			{name: "start to first answer, stdio, median", unit: milliseconds, toBefore: atMost(0.65), toBare: atMost(1.1)},
			{name: "resident memory, idle, stdio", unit: megabytes, toBefore: atMost(0.70), toBare: atMost(1.2)},
		}},
		{name: "size", subjects: servers, run: sizes, once: true, rows: []row{
			{name: "binary", unit: megabytes},
			{name: "tools/list result", unit: byteCount},
			{name: "tools for a model (name, description, input schema), o200k", unit: tokenCount},
		}},
	}
}

// http2Experiments repeats some of the above on an upstream that speaks HTTP/2 over TLS, as the service does.
func http2Experiments() []experiment {
	return []experiment{
		{name: "http2 stream", subjects: onHTTP, run: overHTTP2(served(streamHTTP(true))), rows: []row{
			{name: "HTTP/2 upstream: one stream at full speed, small events: CPU per event", unit: microseconds},
		}},
		{name: "http2 streams 200x500", subjects: onHTTP, run: overHTTP2(served(streamMany)), rows: []row{
			{name: "HTTP/2 upstream: 200 streams of 500 small events at full speed: CPU per event", unit: microseconds},
		}},
		{name: "http2 memory 200", subjects: onHTTP, run: overHTTP2(served(memoryOf(200, 200))), rows: []row{
			{name: "HTTP/2 upstream: memory per stream, 200 at 20 events/s", unit: kilobytes},
		}},
		{name: "http2 memory stopped readers", subjects: onHTTP, run: overHTTP2(served(stoppedReaders)), rows: []row{
			{name: "HTTP/2 upstream: memory growth per stream whose reader stopped", unit: kilobytes},
		}},
		{name: "http2 get_agent 64", subjects: onHTTP, run: overHTTP2(served(getAgentMany)), rows: []row{
			{name: "HTTP/2 upstream: get_agent, 64 callers: CPU per call", unit: microseconds},
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
	return took, report, l.check(t.subject, report)
}

// streamed warms a target up with one case and measures another.
func (l *lab) streamed(ctx context.Context, t target, warm, measured rig.Case) ([]float64, error) {
	if _, _, err := l.runHTTP(ctx, t, warm); err != nil {
		return nil, err
	}
	return timed(t, func() (time.Duration, rig.Report, error) { return l.runHTTP(ctx, t, measured) })
}

// timed returns the processor time per event in nanoseconds, and events per second.
func timed(t target, run func() (time.Duration, rig.Report, error)) ([]float64, error) {
	var took time.Duration
	var report rig.Report
	cpu, err := t.cpuDuring(func() (err error) {
		took, report, err = run()
		return err
	})
	events := float64(report.Events)
	return []float64{cpu / events, events / took.Seconds()}, err
}

func streamHTTP(small bool) func(ctx context.Context, l *lab, t target) ([]float64, error) {
	return func(ctx context.Context, l *lab, t target) ([]float64, error) {
		return l.streamed(ctx, t, rig.Case{Runs: 1, Events: 1000, Small: small}, rig.Case{Runs: 1, Events: l.size(50_000, 10_000), Small: small})
	}
}

// fewStreams warms a server up for many.
var fewStreams = rig.Case{Runs: 20, Sessions: 20, Events: 50, Small: true}

func streamMany(ctx context.Context, l *lab, t target) ([]float64, error) {
	return l.streamed(ctx, t, fewStreams, rig.Case{Runs: 200, Sessions: 200, Events: l.size(500, 200), Small: true})
}

func streamSlow(ctx context.Context, l *lab, t target) ([]float64, error) {
	streams := l.size(2000, 500)
	return l.streamed(ctx, t, fewStreams, rig.Case{
		Runs: streams, Sessions: streams, Events: l.size(12, 6), Every: time.Second, Ramp: time.Duration(streams) * time.Millisecond, Small: true,
	})
}

func streamStdio(small bool) run {
	return func(ctx context.Context, l *lab, s subject) ([]float64, error) {
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
		stream := func(plan rig.Plan) (time.Duration, rig.Report, error) {
			took, err := stdioRun(ctx, client, checker.Begin(plan))
			if err != nil {
				return 0, rig.Report{}, err
			}
			report := checker.Report()
			return took, report, l.check(s, report)
		}
		if _, _, err := stream(rig.Plan{Run: 1, Events: 1000, Small: small}); err != nil {
			return nil, err
		}
		checker.Reset()
		return timed(target{process, s}, func() (time.Duration, rig.Report, error) {
			return stream(rig.Plan{Run: 2, Events: l.size(50_000, 10_000), Small: small})
		})
	}
}

// stdioRun makes a call and returns the time until its result. Events after the result are late, but not lost: it returns
// when all have been read.
func stdioRun(ctx context.Context, client *rig.Stdio, call *rig.Call) (time.Duration, error) {
	began := time.Now()
	if _, err := client.Do(ctx, call.Invoke()); err != nil {
		return 0, err
	}
	took := time.Since(began)
	return took, client.Sync(ctx)
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
			events, err := client.Stream(ctx, rig.Plan{Run: run, Events: c.Events, Every: c.Every, Small: c.Small})
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
