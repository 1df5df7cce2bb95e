package delivery_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/bench/rig"
	"github.com/orq-mcp/orq-mcp/test/built"
)

// caseTimeout is the time limit of a case.
const caseTimeout = 50 * time.Second

// program is the path of the built binary; TestMain sets it before any test runs.
var program string

func TestMain(m *testing.M) { built.Main(m, &program) }

// startFor returns how to start the program on an upstream.
func startFor(base string, args ...string) rig.Program {
	env := append(built.Environment(), "ORQ_BASE_URL="+base, "ORQ_API_KEY=key")
	return rig.Program{Path: program, Args: append(args, "--log-level", "error"), Env: env}
}

// upstream starts the API that the runs are made on.
func upstream(t *testing.T) string {
	t.Helper()
	base, end, err := rig.NewStub().Serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return base
}

// deliver makes the runs of the cases concurrently and checks that every event arrived. Over HTTP all cases share one server.
func deliver(t *testing.T, cases ...rig.Case) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), caseTimeout)
	defer cancel()
	base, checker := upstream(t), &rig.Checker{Strict: true}
	var serve sync.Once
	var web *rig.Process
	var running sync.WaitGroup
	total, runs := 0, 0
	for _, c := range cases {
		c.First = runs
		runs += c.Runs
		total += c.Runs * rig.Plan{Events: c.Events}.Total()
		if c.Transport == rig.StdIO {
			running.Go(func() {
				if err := c.RunStdio(ctx, startFor(base, "stdio"), checker); err != nil {
					t.Errorf("%s: %v", c.Protocol, err)
				}
			})
			continue
		}
		serve.Do(func() { web = serveHTTP(ctx, t, base) })
		running.Go(func() {
			if err := c.RunHTTP(ctx, web.URL, checker); err != nil {
				t.Errorf("%s: %v", c.Protocol, err)
			}
		})
	}
	running.Wait()
	if web != nil {
		if err := web.Stop(); err != nil {
			t.Errorf("stop the server: %v", err)
		}
	}
	checkReport(t, checker.Report(), runs, total)
}

func serveHTTP(ctx context.Context, t *testing.T, base string) *rig.Process {
	t.Helper()
	web, err := rig.StartHTTP(ctx, startFor(base, "http", "--addr", "127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	return web
}

func checkReport(t *testing.T, report rig.Report, runs, total int) {
	t.Helper()
	t.Logf("%d runs, %d events in %d messages, %d merged into others", report.Calls, report.Events, report.Messages, report.Merged)
	if report.Calls != runs || report.Failed > 0 {
		t.Errorf("report has %d calls, %d failed; want %d calls, 0 failed", report.Calls, report.Failed, runs)
	}
	if report.Faults != (rig.Faults{}) || report.Events != total {
		t.Errorf("report has %d events, faults %v; want %d events, no faults", report.Events, report.Faults, total)
	}
	if t.Failed() {
		t.Logf("first faults:\n%s", strings.Join(report.Samples, "\n"))
	}
}
