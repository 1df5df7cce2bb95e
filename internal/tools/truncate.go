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
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

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

// limits bound every text of a result, in bytes, and every list and object, in entries.
type limits struct{ text, entries int }

// minObjectFields is the number of fields up to which no object is cut.
const minObjectFields = 20

// minTextBytes is the length up to which no text is cut.
const minTextBytes = 64

// truncateJSON cuts the long texts, lists and objects of a JSON document. It returns the rest and what was cut.
func truncateJSON(raw string, l limits) (json.RawMessage, []cut) {
	t := jsonTruncator{limits: l}
	t.value("", gjson.Parse(raw))
	return json.RawMessage(t.out.String()), t.cuts
}

// jsonTruncator writes a JSON document within limits and collects what it cuts.
type jsonTruncator struct {
	limits limits
	out    strings.Builder
	cuts   []cut
}

// value writes the value at path, cut to the limits.
func (t *jsonTruncator) value(path string, value gjson.Result) {
	switch {
	case value.Type == gjson.String && len(value.Str) > t.limits.text:
		shown := head(value.Str, t.limits.text)
		t.cuts = append(t.cuts, cut{path, len(shown), len(value.Str), "bytes"})
		quoted, _ := json.Marshal(shown) // a string cannot fail
		t.out.Write(quoted)
	case value.Type == gjson.JSON:
		t.nested(path, value)
	default:
		t.out.WriteString(value.Raw)
	}
}

// nested writes the object or list at path, cut to the limits. The rest of a long one is dropped.
func (t *jsonTruncator) nested(path string, value gjson.Result) {
	brackets, maxEntries := "{}", max(t.limits.entries, minObjectFields)
	switch {
	case value.IsArray():
		brackets, maxEntries = "[]", t.limits.entries
	case path == "":
		maxEntries = math.MaxInt // never drop a field of the output itself
	}
	entries := 0
	t.out.WriteByte(brackets[0])
	value.ForEach(func(name, member gjson.Result) bool {
		if entries++; entries > maxEntries {
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
	if entries > maxEntries {
		t.cuts = append(t.cuts, cut{path, maxEntries, entries, "entries"})
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
