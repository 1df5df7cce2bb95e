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
	// goal is the limit of the ratio of orq-mcp to bare; 0 means none.
	goal float64
	// atLeast makes goal a lower limit.
	atLeast bool
	// sum adds up the rounds; other rows take the median.
	sum bool
}

// result is a row and its samples of all rounds.
type result struct {
	row
	samples map[subject][]float64
}

// value returns the median or the sum of a subject's samples, NaN when there are none.
func (r *result) value(s subject) float64 {
	var known []float64
	total := 0.0
	for _, sample := range r.samples[s] {
		if !math.IsNaN(sample) {
			known, total = append(known, sample), total+sample
		}
	}
	if len(known) == 0 {
		return math.NaN()
	}
	if r.sum {
		return total
	}
	slices.Sort(known)
	return known[len(known)/2]
}

func (r *result) show(s subject) string {
	if value := r.value(s); !math.IsNaN(value) {
		return r.unit(value)
	}
	return ""
}

func writeTable(out io.Writer, results []*result) {
	_, _ = fmt.Fprintln(out, "| measure | orq-mcp | bare mcp-go | direct | ratio | goal | met |\n|---|--:|--:|--:|--:|--:|---|")
	for _, r := range results {
		ratio, goal, met := r.value(ours)/r.value(bare), "", ""
		shown := fmt.Sprintf("%.2f", ratio)
		if math.IsNaN(ratio) || r.sum {
			shown = ""
		}
		if r.goal != 0 {
			sign, holds := "≤", ratio <= r.goal
			if r.atLeast {
				sign, holds = "≥", ratio >= r.goal
			}
			goal = fmt.Sprintf("%s %.2f", sign, r.goal)
			switch {
			case math.IsNaN(ratio):
			case holds:
				met = "yes"
			default:
				met = "no"
			}
		}
		_, _ = fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %s |\n", r.name, r.show(ours), r.show(bare), r.show(direct), shown, goal, met)
	}
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
