package main

import (
	"math"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	writeTable(&out, []*result{
		{row{"time", microseconds, atMost(0.5), atMost(0.5)}, map[subject][]float64{ours: {3e3, 1e3, 2e3}, before: {8e3}, bare: {2e3}, direct: {math.NaN()}}},
		{row{"rate", perSecond, atLeast(2), atLeast(2)}, map[subject][]float64{ours: {40}, before: {20}, bare: {40}}},
		{row{name: "lost", unit: count}, map[subject][]float64{ours: {0}, before: {0}, bare: {7}}},
	})
	_, got, _ := strings.Cut(out.String(), "--:|\n")
	const want = `| time | 2.0 µs | 8.0 µs | 2.0 µs |  |  | 0.25 (≤ 0.50) | **1.00** (≤ 0.50) |
| rate | 40/s | 20/s | 40/s |  |  | 2.00 (≥ 2.00) | **1.00** (≥ 2.00) |
| lost | 0 | 0 | 7 |  |  |  | 0.00 |
`
	if got != want {
		t.Errorf("writeTable wrote\n%s\nwant\n%s", got, want)
	}
}

// Every experiment needs a name of its own, for its results and for -only.
func TestExperimentsHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range experiments() {
		if seen[e.name] {
			t.Errorf("two experiments have the name %q", e.name)
		}
		seen[e.name] = true
	}
}
