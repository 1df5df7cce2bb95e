package a2a

import (
	"reflect"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// merged is parts with the texts that follow each other as one.
func merged(parts []orq.Part) []orq.Part {
	var all []orq.Part
	for i := 0; i < len(parts); i++ {
		if parts[i].Text == nil {
			all = append(all, parts[i])
			continue
		}
		first, said := parts[i], strings.Builder{}
		for ; i < len(parts) && parts[i].Text != nil; i++ {
			said.WriteString(*parts[i].Text)
		}
		i--
		text := said.String()
		first.Text = &text
		all = append(all, first)
	}
	return all
}

// paragraphs is all of the groups, each that begins with a text on a line of its own.
func paragraphs(groups ...[]orq.Part) []orq.Part {
	var all []orq.Part
	for _, parts := range groups {
		if len(all) > 0 && len(parts) > 0 && parts[0].Text != nil && all[len(all)-1].Text != nil {
			all = append(all, orq.TextPart("\n"))
		}
		all = append(all, parts...)
	}
	return merged(all)
}

// beyond is what merged parts hold more than known; all of them when they do not begin as known does.
func beyond(known, parts []orq.Part) []orq.Part {
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

// Extent is how far an artifact had come: so many merged parts, the last of them a text of so many bytes or none.
type Extent struct {
	Parts int `json:"parts"`
	Text  int `json:"text"`
}

// after is what merged parts hold beyond the extent.
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

// with is the extent when merged parts have been added.
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

// size is about how many bytes parts hold.
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
