package jinja

import (
	"strings"
	"unicode/utf8"
)

// layoutFilters are the filters that arrange a text in lines.
func layoutFilters() map[string]builtin {
	return map[string]builtin{
		"center": with("width", func(s *state, value any, args params) any {
			return like(value, s.center(s.str(value), args.int(0, 80), " "))
		}),
		"indent":   with("width first blank", indentFilter),
		"wordwrap": with("width break_long_words wrapstring break_on_hyphens", wordwrapFilter),
	}
}

// mustText returns a text; any other value fails.
func mustText(what string, value any) string {
	text, ok := textOf(value)
	if !ok {
		mustDefined(value)
		fail("%s takes a string, got %s", what, typeName(value))
	}
	return text
}

func indentFilter(s *state, value any, args params) any {
	text := mustText("filter indent", value)
	indention, ok := textOf(args.value(0, nil))
	if !ok {
		width := max(args.int(0, 4), 0)
		s.make(width)
		indention = strings.Repeat(" ", width)
	}
	s.makeTimes(len(indention), strings.Count(text, "\n")+1)
	s.make(len(text))
	lines := splitLines(text+"\n", false)
	for i, line := range lines {
		switch {
		case i == 0 && !args.flag(s, 1, false), line == "" && i > 0 && !args.flag(s, 2, false):
		default:
			lines[i] = indention + line
		}
	}
	return like(value, strings.Join(lines, "\n"))
}

// splitLines returns the lines of a text, as Python's splitlines does.
func splitLines(text string, keepEnds bool) []string {
	var lines []string
	for text != "" {
		at := strings.IndexFunc(text, func(r rune) bool {
			return r >= '\n' && r <= '\r' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
		})
		if at < 0 {
			return append(lines, text)
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		if strings.HasPrefix(text[at:], "\r\n") {
			size = 2
		}
		if keepEnds {
			lines = append(lines, text[:at+size])
		} else {
			lines = append(lines, text[:at])
		}
		text = text[at+size:]
	}
	return lines
}

func wordwrapFilter(s *state, value any, args params) any {
	text, width := mustText("filter wordwrap", value), args.int(0, 79)
	if width <= 0 {
		fail("filter wordwrap takes a width of at least 1")
	}
	separator := "\n"
	if args.value(2, nil) != nil {
		separator = args.text(2, "")
	}
	w := wrapper{width: width, breakWords: args.flag(s, 1, true), breakHyphens: args.flag(s, 3, true)}
	s.makeTimes(32, len(text))
	s.step(len(text) / 8)
	var lines []string
	for _, line := range splitLines(text, false) {
		wrapped := w.wrap(line)
		lines = append(lines, strings.Join(wrapped, separator))
		s.makeTimes(len(separator), len(wrapped)+1)
	}
	return strings.Join(lines, separator)
}
