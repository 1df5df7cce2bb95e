package main

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// row is a line of the table.
type row struct {
	name string
	// unit formats a value.
	unit func(float64) string
	// toBefore and toBare bound the ratios of orq-mcp to the older program and to bare.
	toBefore, toBare goal
}

// goal is the limit of a ratio; without a limit there is no goal.
type goal struct {
	limit   float64
	atLeast bool
}

func atMost(limit float64) goal  { return goal{limit: limit} }
func atLeast(limit float64) goal { return goal{limit: limit, atLeast: true} }

// show describes a ratio and whether it meets the goal.
func (g goal) show(ratio float64) string {
	switch {
	case math.IsNaN(ratio):
		return ""
	case g.limit == 0:
		return fmt.Sprintf("%.2f", ratio)
	}
	sign, met := "≤", ratio <= g.limit
	if g.atLeast {
		sign, met = "≥", ratio >= g.limit
	}
	if !met {
		return fmt.Sprintf("**%.2f** (%s %.2f)", ratio, sign, g.limit)
	}
	return fmt.Sprintf("%.2f (%s %.2f)", ratio, sign, g.limit)
}

// result is a row and its samples of all rounds.
type result struct {
	row
	samples map[subject][]float64
}

// value returns the median of a subject's samples, NaN when there are none.
func (r *result) value(s subject) float64 {
	samples := slices.Sorted(slices.Values(r.samples[s]))
	if len(samples) == 0 {
		return math.NaN()
	}
	return samples[len(samples)/2]
}

func (r *result) show(s subject) string {
	if value := r.value(s); !math.IsNaN(value) {
		return r.unit(value)
	}
	return ""
}

// writeTable writes the rows. A ratio that misses its goal is bold.
func writeTable(out io.Writer, results []*result) {
	_, _ = fmt.Fprintln(out, "| measure | orq-mcp | before | bare mcp-go | relay | direct | to before | to bare |\n|---|--:|--:|--:|--:|--:|--:|--:|")
	for _, r := range results {
		_, _ = fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", r.name, r.show(ours), r.show(before), r.show(bare), r.show(relay), r.show(direct),
			r.toBefore.show(r.ratio(before)), r.toBare.show(r.ratio(bare)))
	}
}

// ratio returns orq-mcp's value through that of another subject, NaN where there is none.
func (r *result) ratio(to subject) float64 {
	return r.value(ours) / r.value(to)
}

// The units of the table.
func perSecond(v float64) string    { return fmt.Sprintf("%.0f/s", v) }
func count(v float64) string        { return fmt.Sprintf("%.0f", v) }
func microseconds(v float64) string { return fmt.Sprintf("%.1f µs", v/1e3) }
func milliseconds(v float64) string { return fmt.Sprintf("%.2f ms", v/1e6) }
func kilobytes(v float64) string    { return fmt.Sprintf("%.1f kB", v/1e3) }
func megabytes(v float64) string    { return fmt.Sprintf("%.1f MB", v/1e6) }
func byteCount(v float64) string    { return fmt.Sprintf("%.0f bytes", v) }
func tokenCount(v float64) string   { return fmt.Sprintf("%.0f tokens", v) }
