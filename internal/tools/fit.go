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
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// defaultTextLimit is what Call.TextLimit stands for when it is 0.
const defaultTextLimit = 60_000

// leastBudget lets the facts of a result be shown, however short its texts are to be.
const leastBudget = 2000

// budget is how many tokens each form of a result may cost: a third of the text limit's bytes, 20,000 by default.
func (c *Call) budget() int { return max(cmp.Or(c.TextLimit, defaultTextLimit)/3, leastBudget) }

// cut tells that a text or a list is shown in part.
type cut struct {
	// path is where it stands in the result, like settings.tools.0.description.
	path string
	// shown and of count bytes of a text, and entries of a list or an object.
	shown, of int
	things    string
}

func (c cut) String() string { return fmt.Sprintf("%s (%d of %d %s)", c.path, c.shown, c.of, c.things) }

// partial is an output that can be shown in part.
type partial interface {
	output
	// inPart returns the output as decoded from what was left of it, with word of what was cut and how to get the rest.
	inPart(cuts []cut) output
}

// paged is an output that can leave entries to a page after it.
type paged interface {
	output
	// page returns the output with no more entries than there is room for, in tokens.
	page(room int) output
}

// shownInPart is embedded in outputs that may be cut.
type shownInPart struct {
	// Truncated reports that something was cut.
	Truncated bool `json:"truncated,omitzero"`
	// Next says what was cut and how to get the rest.
	Next string `json:"next,omitzero"`
}

// told returns that something was cut, and how to get the rest.
func told(cuts []cut, rest string) shownInPart {
	return shownInPart{Truncated: true, Next: inShort(cuts) + " " + rest}
}

// form is an output in its two forms.
type form struct {
	structured json.RawMessage
	text       string
}

func (f form) fits(budget int) bool {
	return within(string(f.structured), budget) && within(f.text, budget)
}

// within reports whether a text costs at most so many tokens. No token has less than a byte.
func within(text string, budget int) bool { return len(text) <= budget || tokens(text) <= budget }

// render gives an output its two forms, cut so that neither costs more than the budget.
func render[Out output](out Out, budget int) (form, error) {
	whole, err := formOf(out)
	if list, ok := output(out).(paged); ok && err == nil && !whole.fits(budget) {
		whole, err = formOf(list.page(budget * 9 / 10))
	}
	if err != nil || whole.fits(budget) {
		return whole, err
	}
	short := func(most limits) (form, bool) {
		part, err := inPart[Out](whole.structured, most)
		return part, err == nil && part.fits(budget)
	}
	for _, entries := range []int{5000, 2000, 1000, 500, 200, 100, 50, 20, 5} {
		best, fits := short(limits{shortestCut, entries})
		if !fits {
			continue
		}
		// The longest texts are cut first: all that are longer than what fits.
		for low, high := shortestCut, 3*budget; high-low > low/8; {
			middle := (low + high) / 2
			if part, fits := short(limits{middle, entries}); fits {
				low, best = middle, part
			} else {
				high = middle
			}
		}
		return best, nil
	}
	return form{}, errTooLong
}

// inPart is an output without what is beyond the limits.
func inPart[Out output](structured json.RawMessage, most limits) (form, error) {
	raw, cuts := shortened(structured, most)
	if len(cuts) == 0 {
		return form{}, errTooLong
	}
	var left Out
	if err := json.Unmarshal(raw, &left); err != nil {
		return form{}, err
	}
	if told, ok := output(left).(partial); ok {
		return formOf(told.inPart(cuts))
	}
	return formOf(left)
}

var errTooLong = &refusal{"The answer is too long to be shown, even in part. get_agent shows one field of an agent with field; " +
	"a larger --text-limit of the server shows more."}

func formOf(out output) (form, error) {
	structured, err := json.Marshal(out)
	if err != nil {
		return form{}, err
	}
	return form{redact.JSON(structured), out.Text()}, nil
}

// limits bound every text, in bytes, and every list and object, in entries.
type limits struct{ text, entries int }

// leastFields is the number of fields up to which no object is cut.
const leastFields = 20

// shortestCut is the length up to which no text is cut.
const shortestCut = 64

// shortened is a JSON document with its long texts and lists cut, and what was cut.
func shortened(raw json.RawMessage, most limits) (json.RawMessage, []cut) {
	s := shortener{most: most}
	s.value("", gjson.ParseBytes(raw))
	return json.RawMessage(s.out.String()), s.cuts
}

type shortener struct {
	most limits
	out  strings.Builder
	cuts []cut
}

func (s *shortener) value(path string, value gjson.Result) {
	switch {
	case value.Type == gjson.String && len(value.Str) > s.most.text:
		shown := head(value.Str, s.most.text)
		s.cuts = append(s.cuts, cut{path, len(shown), len(value.Str), "bytes"})
		quoted, _ := json.Marshal(shown) // a string cannot fail
		s.out.Write(quoted)
	case value.Type == gjson.JSON:
		s.nested(path, value)
	default:
		s.out.WriteString(value.Raw)
	}
}

func (s *shortener) nested(path string, value gjson.Result) {
	brackets, most := "{}", max(s.most.entries, leastFields)
	switch {
	case value.IsArray():
		brackets, most = "[]", s.most.entries
	case path == "":
		most = math.MaxInt // the output's own fields
	}
	count := 0
	s.out.WriteByte(brackets[0])
	value.ForEach(func(name, member gjson.Result) bool {
		if count++; count > most {
			return true
		}
		if count > 1 {
			s.out.WriteByte(',')
		}
		step := name.Str
		if value.IsArray() {
			step = strconv.Itoa(count - 1)
		} else {
			s.out.WriteString(name.Raw + ":")
		}
		s.value(fieldpath.Join(path, step), member)
		return true
	})
	s.out.WriteByte(brackets[1])
	if count > most {
		s.cuts = append(s.cuts, cut{path, most, count, "entries"})
	}
}

// head is the beginning of a text, at most limit bytes of it, ending at a line or a word if there is one near.
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

// inBudget cuts the text of an error that costs more than the budget.
func inBudget(text string, budget int) string {
	const end = "\n... The rest was cut: start the server with a larger --text-limit to see it."
	shown := text
	for limit := len(text); !within(shown, budget); {
		limit = limit * 3 / 4
		shown = head(text, limit) + end
	}
	return shown
}

// inShort names what was cut, at most the first few.
func inShort(cuts []cut) string {
	const named = 5
	words := make([]string, 0, named+1)
	for _, each := range cuts[:min(named, len(cuts))] {
		words = append(words, each.String())
	}
	if more := len(cuts) - named; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return "Shown in part: " + strings.Join(words, ", ") + "."
}

// deepest is the cut that loses most.
func deepest(cuts []cut) cut {
	return slices.MaxFunc(cuts, func(a, b cut) int { return cmp.Compare(a.of-a.shown, b.of-b.shown) })
}
