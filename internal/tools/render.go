package tools

import (
	"cmp"
	"encoding/json"

	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// minBudget is the smallest token budget of a result. The scalar fields of every result fit into it.
const minBudget = 2000

// budget returns how many tokens each form of a result may cost: a third of the text limit's bytes.
func (c *Call) budget() int { return max(cmp.Or(c.TextLimit, relay.DefaultTextLimit)/3, minBudget) }

// paged is an output that can leave entries to a following page.
type paged interface {
	output
	// page returns the output with as many entries as fit into room, in tokens.
	page(room int) output
}

// rendering is an output in both forms of a result: JSON for programs, text for people.
type rendering struct {
	structured, text string
}

func (r rendering) fits(budget int) bool {
	return fitsBudget(r.structured, budget) && fitsBudget(r.text, budget)
}

// fitsBudget reports whether text costs at most budget tokens. A token has at least one byte, so short text needs no estimate.
func fitsBudget(text string, budget int) bool {
	return len(text) <= budget || estimateTokens(text) <= budget
}

// render renders an output in both forms and truncates it so that neither costs more than budget tokens:
//
//  1. A paged output leaves entries to the next page.
//  2. Lists and objects are cut to ever fewer entries, until the output fits with its texts cut to minTextBytes.
//  3. The limit on texts is raised as far as the budget allows.
func render[Out output](out Out, budget int) (rendering, error) {
	value := output(out)
	whole, err := renderWhole(value)
	if list, ok := value.(paged); ok && err == nil && !whole.fits(budget) {
		whole, err = renderWhole(list.page(budget * 9 / 10))
	}
	if err != nil || whole.fits(budget) {
		return whole, err
	}
	attempt := func(l limits) (rendering, bool) {
		part, err := renderTruncated[Out](whole.structured, l)
		return part, err == nil && part.fits(budget)
	}
	for _, entries := range []int{5000, 2000, 1000, 500, 200, 100, 50, 20, 5} {
		best, fits := attempt(limits{minTextBytes, entries})
		if !fits {
			continue
		}
		// Bisect the largest limit on texts that fits, so that only the longest texts are cut.
		for low, high := minTextBytes, 3*budget; high-low > low/8; {
			middle := (low + high) / 2
			if part, fits := attempt(limits{middle, entries}); fits {
				low, best = middle, part
			} else {
				high = middle
			}
		}
		return best, nil
	}
	return rendering{}, errTooLong
}

// renderTruncated renders the output whose JSON is structured with everything beyond the limits cut.
func renderTruncated[Out output](structured string, l limits) (rendering, error) {
	raw, cuts := truncateJSON(structured, l)
	if len(cuts) == 0 {
		return rendering{}, errTooLong
	}
	var left Out
	if err := json.Unmarshal(raw, &left); err != nil {
		return rendering{}, err
	}
	if out, ok := output(left).(truncatable); ok {
		return renderWhole(out.truncated(cuts))
	}
	return renderWhole(left)
}

// errTooLong is the error of an output that cannot be truncated to the budget.
var errTooLong = &callerError{"The answer is too long to be shown, even in part. orq.ai's get_agent shows one field of an agent with field; " +
	"a larger --text-limit of the server shows more."}

// appender is an output that encodes itself, with the same bytes as encoding/json and in less time.
type appender interface{ appendJSON(b []byte) []byte }

// outlined is an output whose text is made of its JSON.
type outlined interface {
	// textOf is output.Text for an output whose JSON, in which secrets are masked, is known.
	textOf(masked string) string
}

// renderWhole renders an output in both forms, whatever they cost. Secrets are masked.
func renderWhole(out output) (rendering, error) {
	encoded, err := encodeOutput(out)
	if err != nil {
		return rendering{}, err
	}
	structured := redact.JSONString(encoded)
	switch out := out.(type) {
	case runOutcome: // which begins with what the agent wrote
		return rendering{structured, out.Text()}, nil
	case outlined:
		return rendering{structured, redact.Text(out.textOf(structured))}, nil
	}
	return rendering{structured, redact.Text(out.Text())}, nil
}

// encodeOutput returns the JSON of an output.
func encodeOutput(out output) (string, error) {
	if own, ok := out.(appender); ok {
		const deep = 20_000 // bytes, with which JSON can be nested too deeply for encoding/json
		encoded := built(own.appendJSON)
		if len(encoded) > deep && !json.Valid([]byte(encoded)) {
			return "", errTooLong
		}
		return encoded, nil
	}
	encoded, err := json.Marshal(out)
	return string(encoded), err
}
