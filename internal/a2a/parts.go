package a2a

import (
	"reflect"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// appendParts adds parts; a text continues the text before it.
func appendParts(parts []orq.Part, next ...orq.Part) []orq.Part {
	for _, part := range next {
		if n := len(parts); n > 0 && part.Text != nil && parts[n-1].Text != nil {
			text := *parts[n-1].Text + *part.Text
			parts[n-1].Text = &text
			continue
		}
		parts = append(parts, part)
	}
	return parts
}

// paragraph adds parts, a text among them on a line of its own.
func paragraph(all, parts []orq.Part) []orq.Part {
	if len(all) > 0 && len(parts) > 0 && parts[0].Text != nil && all[len(all)-1].Text != nil {
		all = appendParts(all, orq.TextPart("\n"))
	}
	return appendParts(all, parts...)
}

// beyond is what parts hold more than known; all of them when they do not begin as known does.
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
