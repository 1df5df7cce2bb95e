package tools

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// minBudget is the smallest token budget of a result. The scalar fields of every result fit into it.
const minBudget = 2000

// budget returns how many tokens each form of a result may cost: a third of the text limit's bytes.
func (c *Call) budget() int { return max(cmp.Or(c.TextLimit, relay.DefaultTextLimit)/3, minBudget) }

// cut describes a text, a list or an object of which a result holds only the beginning.
type cut struct {
	// path is its place in the result, such as settings.tools.0.description.
	path string
	// shown and total count bytes of a text, or entries of a list or an object, as unit names them.
	shown, total int
	unit         string
}

func (c cut) String() string {
	return fmt.Sprintf("%s (%d of %d %s)", c.path, c.shown, c.total, c.unit)
}

// truncatable is an output that describes its own truncation.
type truncatable interface {
	output
	// truncated is called on an output whose long values were cut. It returns the output with a note of what was cut and how to
	// get the rest.
	truncated(cuts []cut) output
}

// paged is an output that can leave entries to a following page.
type paged interface {
	output
	// page returns the output with as many entries as fit into room, in tokens.
	page(room int) output
}

// truncation is embedded in outputs that may be cut.
type truncation struct {
	// Truncated reports that something was cut.
	Truncated bool `json:"truncated,omitzero"`
	// Next describes what was cut and how to get the rest.
	Next string `json:"next,omitzero"`
}

// newTruncation describes what was cut, followed by the hint how to get the rest.
func newTruncation(cuts []cut, hint string) truncation {
	return truncation{Truncated: true, Next: describeCuts(cuts) + " " + hint}
}

// rendering is an output in both forms of a result: JSON for programs, text for people.
type rendering struct {
	structured json.RawMessage
	text       string
}

func (r rendering) fits(budget int) bool {
	return fitsBudget(string(r.structured), budget) && fitsBudget(r.text, budget)
}

// fitsBudget reports whether text costs at most budget tokens. A token has at least one byte, so short text needs no estimate.
func fitsBudget(text string, budget int) bool {
	return len(text) <= budget || estimateTokens(text) <= budget
}

// render renders an output in both forms and truncates it so that neither costs more than budget tokens. An output that can
// page leaves entries to the next page first; after that, long values are cut.
func render[Out output](out Out, budget int) (rendering, error) {
	whole, err := renderWhole(out)
	if list, ok := output(out).(paged); ok && err == nil && !whole.fits(budget) {
		whole, err = renderWhole(list.page(budget * 9 / 10))
	}
	if err != nil || whole.fits(budget) {
		return whole, err
	}
	attempt := func(most limits) (rendering, bool) {
		part, err := renderTruncated[Out](whole.structured, most)
		return part, err == nil && part.fits(budget)
	}
	for _, entries := range []int{5000, 2000, 1000, 500, 200, 100, 50, 20, 5} {
		best, fits := attempt(limits{minTextBytes, entries})
		if !fits {
			continue
		}
		// Search for the largest limit on texts that fits, so that only the longest texts are cut.
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
func renderTruncated[Out output](structured json.RawMessage, most limits) (rendering, error) {
	raw, cuts := truncateJSON(structured, most)
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

var errTooLong = &callerError{"The answer is too long to be shown, even in part. get_agent shows one field of an agent with field; " +
	"a larger --text-limit of the server shows more."}

func renderWhole(out output) (rendering, error) {
	structured, err := json.Marshal(out)
	if err != nil {
		return rendering{}, err
	}
	return rendering{redact.JSON(structured), out.Text()}, nil
}

// limits bound every text of a result, in bytes, and every list and object, in entries.
type limits struct{ text, entries int }

// minObjectFields is the number of fields up to which no object is cut.
const minObjectFields = 20

// minTextBytes is the length up to which no text is cut.
const minTextBytes = 64

// truncateJSON cuts the long texts, lists and objects of a JSON document. It returns the rest and what was cut.
func truncateJSON(raw json.RawMessage, most limits) (json.RawMessage, []cut) {
	t := jsonTruncator{most: most}
	t.value("", gjson.ParseBytes(raw))
	return json.RawMessage(t.out.String()), t.cuts
}

// jsonTruncator writes a JSON document within limits and collects what it cuts.
type jsonTruncator struct {
	most limits
	out  strings.Builder
	cuts []cut
}

func (t *jsonTruncator) value(path string, value gjson.Result) {
	switch {
	case value.Type == gjson.String && len(value.Str) > t.most.text:
		shown := head(value.Str, t.most.text)
		t.cuts = append(t.cuts, cut{path, len(shown), len(value.Str), "bytes"})
		quoted, _ := json.Marshal(shown) // a string cannot fail
		t.out.Write(quoted)
	case value.Type == gjson.JSON:
		t.nested(path, value)
	default:
		t.out.WriteString(value.Raw)
	}
}

func (t *jsonTruncator) nested(path string, value gjson.Result) {
	brackets, most := "{}", max(t.most.entries, minObjectFields)
	switch {
	case value.IsArray():
		brackets, most = "[]", t.most.entries
	case path == "":
		most = math.MaxInt // never drop a field of the output itself
	}
	entries := 0
	t.out.WriteByte(brackets[0])
	value.ForEach(func(name, member gjson.Result) bool {
		if entries++; entries > most {
			return true
		}
		if entries > 1 {
			t.out.WriteByte(',')
		}
		step := name.Str
		if value.IsArray() {
			step = strconv.Itoa(entries - 1)
		} else {
			t.out.WriteString(name.Raw + ":")
		}
		t.value(fieldpath.Join(path, step), member)
		return true
	})
	t.out.WriteByte(brackets[1])
	if entries > most {
		t.cuts = append(t.cuts, cut{path, most, entries, "entries"})
	}
}

// head returns the beginning of text, at most limit bytes, ending at a line or a word if one ends close to the limit.
func head(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	shown := truncate.BytePrefix(text, limit)
	for _, end := range []string{"\n", " "} {
		if at := strings.LastIndex(shown, end); at > limit*3/4 {
			return shown[:at+1]
		}
	}
	return shown
}

// truncateText cuts the text of an error that costs more than budget tokens.
func truncateText(text string, budget int) string {
	const notice = "\n... The rest was cut: start the server with a larger --text-limit to see it."
	shown := text
	for limit := len(text); !fitsBudget(shown, budget); {
		limit = limit * 3 / 4
		shown = head(text, limit) + notice
	}
	return shown
}

// describeCuts lists what was cut, the first five by path.
func describeCuts(cuts []cut) string {
	const maxNamed = 5
	words := make([]string, 0, maxNamed+1)
	for _, each := range cuts[:min(maxNamed, len(cuts))] {
		words = append(words, each.String())
	}
	if more := len(cuts) - maxNamed; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return "Shown in part: " + strings.Join(words, ", ") + "."
}

// largestCut returns the cut that drops most.
func largestCut(cuts []cut) cut {
	return slices.MaxFunc(cuts, func(a, b cut) int { return cmp.Compare(a.total-a.shown, b.total-b.shown) })
}
