package delivery_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/bench/rig"
	"github.com/orq-mcp/orq-mcp/test/built"
	"github.com/orq-mcp/orq-mcp/test/wire"
)

// caseTimeout is the time limit of a case.
const caseTimeout = 50 * time.Second

// program is the path of the built binary; TestMain sets it before any test runs.
var program string

func TestMain(m *testing.M) { built.Main(m, &program) }

// upstream is the API that runs are made on.
type upstream struct {
	base string
	// env is what the program needs to trust it.
	env []string
}

// program returns how to start the program on the upstream.
func (u upstream) program(args ...string) rig.Program {
	env := append(append(built.Environment(), u.env...), "ORQ_BASE_URL="+u.base, "ORQ_API_KEY=key")
	return rig.Program{Path: program, Args: append(args, "--log-level", "error"), Env: env}
}

// serveHTTP1 starts an upstream that speaks plain HTTP/1.1.
func serveHTTP1(t *testing.T) upstream {
	t.Helper()
	base, end, err := rig.NewStub().Serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return upstream{base: base}
}

// serveHTTP2 starts an upstream that speaks HTTP/2 over TLS, as the service does.
func serveHTTP2(t *testing.T) upstream {
	t.Helper()
	versions := &seenVersions{Handler: rig.NewStub()}
	base, env := wire.ServeTLS(t, versions)
	t.Cleanup(func() {
		if versions.http1.Load() || !versions.http2.Load() {
			t.Error("the program has not spoken HTTP/2 alone to the upstream")
		}
	})
	return upstream{base, env}
}

// seenVersions notes the versions of HTTP in which requests arrive.
type seenVersions struct {
	http.Handler
	http1, http2 atomic.Bool
}

func (s *seenVersions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.http1.CompareAndSwap(false, r.ProtoMajor == 1)
	s.http2.CompareAndSwap(false, r.ProtoMajor == 2)
	s.Handler.ServeHTTP(w, r)
}

// deliver makes the runs of the cases concurrently, on an upstream of each version of HTTP, and checks that every event
// arrived. Over HTTP all cases share one server.
func deliver(t *testing.T, cases ...rig.Case) {
	t.Helper()
	for name, serve := range map[string]func(*testing.T) upstream{"upstream HTTP-1.1": serveHTTP1, "upstream HTTP-2": serveHTTP2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deliverFrom(t, serve(t), cases)
		})
	}
}

func deliverFrom(t *testing.T, u upstream, cases []rig.Case) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), caseTimeout)
	defer cancel()
	checker := &rig.Checker{Strict: true}
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
				if err := c.RunStdio(ctx, u.program("stdio"), checker); err != nil {
					t.Errorf("%s: %v", c.Protocol, err)
				}
			})
			continue
		}
		serve.Do(func() { web = serveHTTP(ctx, t, u) })
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

func serveHTTP(ctx context.Context, t *testing.T, u upstream) *rig.Process {
	t.Helper()
	web, err := rig.StartHTTP(ctx, u.program("http", "--addr", "127.0.0.1:0"))
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
