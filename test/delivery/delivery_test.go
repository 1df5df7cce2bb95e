package delivery_test

import (
	"flag"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/bench/rig"
	"github.com/orq-mcp/orq-mcp/test/built"
)

// stretch enlarges the largest case. It needs a machine without other load.
var stretch = flag.Bool("stretch", false, "make 5,000 slow runs at once instead of 2,000")

// sized returns the size of a load, which is smaller with the race detector because that slows everything down.
func sized(full, withRace int) int {
	if built.Race {
		return withRace
	}
	return full
}

// on returns the case for each of the transports and protocol versions.
func on(c rig.Case, transports, versions []string) []rig.Case {
	var all []rig.Case
	for _, transport := range transports {
		for _, version := range versions {
			c.Transport, c.Protocol = transport, version
			all = append(all, c)
		}
	}
	return all
}

var (
	both   = []string{rig.HTTP, rig.StdIO}
	web    = []string{rig.HTTP}
	stdio  = []string{rig.StdIO}
	ends   = []string{rig.Legacy, rig.Modern}
	allOf  = rig.Versions()
	single = []string{rig.Legacy}
)

// each runs every case in a subtest, with a server of its own.
func each(t *testing.T, cases []rig.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Transport+" "+c.Protocol, func(t *testing.T) {
			t.Parallel()
			deliver(t, c)
		})
	}
}

func TestALongRunAtFullSpeed(t *testing.T) {
	t.Parallel()
	each(t, on(rig.Case{Runs: 1, Events: sized(10_000, 2_000)}, both, ends))
}

// In the large cases clients with and without sessions share the server, half of the runs each.

func TestManyRunsAtFullSpeed(t *testing.T) {
	t.Parallel()
	runs := sized(100, 20)
	deliver(t, on(rig.Case{Runs: runs, Sessions: runs, Events: sized(500, 50)}, web, ends)...)
}

// The stream of the Responses API brings text in deltas. Its cases differ from those above in nothing else.

func TestALongResponseAtFullSpeed(t *testing.T) {
	t.Parallel()
	each(t, on(rig.Case{Runs: 1, Events: sized(10_000, 2_000), Responses: true}, both, single))
}

func TestManyResponsesAtFullSpeed(t *testing.T) {
	t.Parallel()
	runs := sized(100, 20)
	deliver(t, on(rig.Case{Runs: runs, Sessions: runs, Events: sized(500, 50), Responses: true}, web, ends)...)
}

func TestAReaderOfResponsesThatStopsForAWhile(t *testing.T) {
	t.Parallel()
	each(t, on(rig.Case{
		Runs: 4, Sessions: 4, Events: sized(3_000, 1_000), StopAfter: 100, StopFor: 1500 * time.Millisecond, SocketBuffer: 16 << 10, Responses: true,
	}, both, single))
}

func TestManyRunsAtTheSpeedOfAnAgent(t *testing.T) {
	t.Parallel()
	runs := sized(100, 20)
	deliver(t, on(rig.Case{
		Runs: runs, Sessions: runs, Events: sized(200, 60), Every: 50 * time.Millisecond, Ramp: 500 * time.Millisecond,
	}, web, ends)...)
}

func TestThousandsOfSlowRuns(t *testing.T) {
	t.Parallel()
	runs := sized(1000, 100)
	if *stretch {
		runs = 2500
	}
	deliver(t, on(rig.Case{
		Runs: runs, Sessions: runs, Events: sized(8, 3), Every: time.Second, Ramp: time.Duration(sized(3000, 500)) * time.Millisecond,
	}, web, ends)...)
}

func TestRunsAtOnceInOneSession(t *testing.T) {
	t.Parallel()
	each(t, on(rig.Case{Runs: 20, Events: sized(200, 30)}, web, allOf))
}

func TestRunsAtOnceOnStdio(t *testing.T) {
	t.Parallel()
	each(t, on(rig.Case{Runs: 50, Events: sized(200, 30)}, stdio, allOf))
}

func TestManyShortRuns(t *testing.T) {
	t.Parallel()
	each(t, on(rig.Case{Runs: sized(500, 50), Sessions: 10, Together: 50, Events: 3}, both, allOf))
}

func TestASlowReader(t *testing.T) {
	t.Parallel()
	slow := rig.Case{Runs: 1, Events: sized(10_000, 1_000), Delay: 100 * time.Microsecond}
	each(t, on(slow, both, ends))
}

// A reader that stops for a while may receive the text that it missed in one message, but must not lose a character.
func TestAReaderThatStopsForAWhile(t *testing.T) {
	t.Parallel()
	each(t, on(rig.Case{
		Runs: 4, Sessions: 4, Events: sized(3_000, 1_000), StopAfter: 100, StopFor: 1500 * time.Millisecond, SocketBuffer: 16 << 10,
	}, both, ends))
}

// Clients of all protocol versions share one server. The runs of each version have a length of their own.
func TestClientsOfAllVersionsAtOnce(t *testing.T) {
	t.Parallel()
	var cases []rig.Case
	for i, c := range on(rig.Case{Runs: 10, Sessions: 2}, web, allOf) {
		c.Events = sized(100, 10) * (i + 1)
		cases = append(cases, c)
	}
	deliver(t, append(cases, on(rig.Case{Runs: 5, Events: 50, Delay: 100 * time.Microsecond}, web, single)...)...)
}
