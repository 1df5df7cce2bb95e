// Command bench measures the processor time, memory and latency of orq-mcp, compared to a bare mcp-go server with the
// same tools, to a relay written by hand and to an older orq-mcp. It prints one Markdown table. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"time"
)

func main() {
	o := options{}
	only := flag.String("only", "", "run only the experiments whose name matches this regular expression")
	flag.BoolVar(&o.quick, "quick", false, "one round of smaller loads, in two minutes")
	flag.IntVar(&o.rounds, "rounds", 3, "how often to measure; medians are shown")
	flag.StringVar(&o.binary, "binary", "", "the orq-mcp to measure; it is built when empty")
	flag.StringVar(&o.against, "against", "", "an older orq-mcp to measure beside it")
	flag.DurationVar(&o.limit, "limit", 40*time.Minute, "give up after this time")
	flag.Parse()
	var err error
	if o.only, err = regexp.Compile(*only); err == nil {
		err = measure(o, os.Stdout, os.Stderr)
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	quick  bool
	rounds int
	only   *regexp.Regexp
	binary string
	// against is a further program, or empty.
	against string
	limit   time.Duration
}

func measure(o options, out, progress io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	if o.quick {
		o.rounds = 1
	}
	l, err := newLab(ctx, o)
	if err != nil {
		return err
	}
	results, err := l.measureAll(ctx, o, progress)
	writeTable(out, results)
	return errors.Join(err, l.close())
}

// measureAll runs all rounds. The subjects take turns within each, so that other load on the machine affects all alike.
func (l *lab) measureAll(ctx context.Context, o options, progress io.Writer) ([]*result, error) {
	var selected []experiment
	var results []*result
	of := map[string][]*result{} // by the name of the experiment
	for _, e := range experiments() {
		if !o.only.MatchString(e.name) {
			continue
		}
		selected = append(selected, e)
		for _, row := range e.rows {
			of[e.name] = append(of[e.name], &result{row: row, samples: map[subject][]float64{}})
		}
		results = append(results, of[e.name]...)
	}
	var failed []error
	for round := range o.rounds {
		for _, e := range selected {
			if e.once && round > 0 {
				continue
			}
			for _, s := range e.subjects {
				if !l.takesPart(s) {
					continue
				}
				began := time.Now()
				values, err := e.run(ctx, l, s)
				if ctx.Err() != nil {
					return results, ctx.Err()
				}
				if err != nil {
					failed = append(failed, fmt.Errorf("%s of %s: %w", e.name, s, err))
					continue
				}
				for i, r := range of[e.name] {
					r.samples[s] = append(r.samples[s], values[i])
				}
				_, _ = fmt.Fprintf(progress, "round %d: %s of %s took %.1f s\n", round+1, e.name, s, time.Since(began).Seconds())
			}
		}
	}
	return append(results, l.lostEvents()), errors.Join(failed...)
}

// lostEvents returns the row that closes the table.
func (l *lab) lostEvents() *result {
	r := &result{row: row{name: "events lost, in all streams", unit: count}, samples: map[subject][]float64{}}
	for s, lost := range l.lost {
		r.samples[s] = []float64{lost}
	}
	return r
}
