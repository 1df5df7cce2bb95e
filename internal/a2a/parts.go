package a2a

import (
	"reflect"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// mergeTexts joins texts that follow each other into one part.
func mergeTexts(parts []orq.Part) []orq.Part {
	var all []orq.Part
	for i := 0; i < len(parts); i++ {
		if parts[i].Text == nil {
			all = append(all, parts[i])
			continue
		}
		first, joined := parts[i], strings.Builder{}
		for ; i < len(parts) && parts[i].Text != nil; i++ {
			joined.WriteString(*parts[i].Text)
		}
		i--
		text := joined.String()
		first.Text = &text
		all = append(all, first)
	}
	return all
}

// paragraphs joins groups of parts and merges them; where one text follows another, it begins on a new line.
func paragraphs(groups ...[]orq.Part) []orq.Part {
	var all []orq.Part
	for _, parts := range groups {
		if len(all) > 0 && len(parts) > 0 && parts[0].Text != nil && all[len(all)-1].Text != nil {
			all = append(all, orq.TextPart("\n"))
		}
		all = append(all, parts...)
	}
	return mergeTexts(all)
}

// newParts returns the suffix of merged parts that is not in known; all of them when they do not begin with known.
func newParts(known, parts []orq.Part) []orq.Part {
	n := len(known)
	if n == 0 || n > len(parts) || !reflect.DeepEqual(known[:n-1], parts[:n-1]) {
		return parts
	}
	was, is, rest := known[n-1], parts[n-1], parts[n:]
	if was.Text == nil || is.Text == nil {
		if !reflect.DeepEqual(was, is) {
			return parts
		}
		return rest
	}
	added, continues := strings.CutPrefix(*is.Text, *was.Text)
	switch {
	case !continues:
		return parts
	case added == "":
		return rest
	}
	return append([]orq.Part{orq.TextPart(added)}, rest...)
}

// Extent is how much of an artifact has been received.
type Extent struct {
	Parts int `json:"parts"` // number of merged parts
	Text  int `json:"text"`  // bytes of the last part; 0 when it is no text
}

// after returns the suffix of merged parts that follows the extent.
func (e Extent) after(parts []orq.Part) []orq.Part {
	if e.Parts == 0 || e.Parts > len(parts) {
		return parts
	}
	last, rest := parts[e.Parts-1], parts[e.Parts:]
	if last.Text == nil || len(*last.Text) <= e.Text {
		return rest
	}
	return append([]orq.Part{orq.TextPart((*last.Text)[e.Text:])}, rest...)
}

// with returns the extent after merged parts have been added.
func (e Extent) with(parts []orq.Part) Extent {
	for i, part := range parts {
		switch {
		case part.Text == nil:
			e = Extent{e.Parts + 1, 0}
		case i == 0 && e.Text > 0:
			e.Text += len(*part.Text)
		default:
			e = Extent{e.Parts + 1, len(*part.Text)}
		}
	}
	return e
}

// size estimates the memory that parts take, in bytes.
func size(parts []orq.Part) int {
	n := 0
	for _, part := range parts {
		n += 100
		if part.Text != nil {
			n += len(*part.Text)
		}
		if part.File != nil {
			n += len(part.File.Bytes) + len(part.File.URI)
		}
		for name, value := range part.Data {
			n += len(name) + sizeOf(value)
		}
	}
	return n
}

// sizeOf estimates the memory that a decoded JSON value takes, in bytes.
func sizeOf(value any) int {
	n := 10
	switch v := value.(type) {
	case string:
		n += len(v)
	case []any:
		for _, item := range v {
			n += sizeOf(item)
		}
	case map[string]any:
		for name, item := range v {
			n += len(name) + sizeOf(item)
		}
	}
	return n
}
