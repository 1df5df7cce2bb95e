package jinja

import (
	"strings"
	"unicode"
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
	s.step(len(text))
	var lines []string
	for _, line := range splitLines(text, false) {
		wrapped := w.wrap(line)
		lines = append(lines, strings.Join(wrapped, separator))
		s.makeTimes(len(separator), len(wrapped)+1)
	}
	return strings.Join(lines, separator)
}

// wrapper breaks a line into shorter ones.
type wrapper struct {
	width                    int
	breakWords, breakHyphens bool
}

// wrap returns the lines, none of which begins or ends with white space, but that the first may begin with it.
func (w wrapper) wrap(line string) []string {
	var lines []string
	chunks := w.chunks(line)
	for len(chunks) > 0 {
		if len(lines) > 0 && isBlank(chunks[0]) {
			chunks = chunks[1:]
		}
		var current []string
		size := 0
		for len(chunks) > 0 && size+utf8.RuneCountInString(chunks[0]) <= w.width {
			size += utf8.RuneCountInString(chunks[0])
			current, chunks = append(current, chunks[0]), chunks[1:]
		}
		if len(chunks) > 0 && utf8.RuneCountInString(chunks[0]) > w.width {
			if part, rest := w.breakChunk(chunks[0], w.width-size); w.breakWords {
				current = append(current, part)
				chunks[0] = rest
			} else if len(current) == 0 {
				current, chunks = append(current, chunks[0]), chunks[1:]
			}
		}
		if len(current) > 0 && isBlank(current[len(current)-1]) {
			current = current[:len(current)-1]
		}
		if len(current) > 0 {
			lines = append(lines, strings.Join(current, ""))
		}
	}
	return lines
}

// breakChunk breaks a word that is longer than a line, after so many characters or, better, after the last hyphen before.
func (w wrapper) breakChunk(chunk string, space int) (part, rest string) {
	space = max(space, 1)
	characters := []rune(chunk)
	if space < len(characters) && w.breakHyphens {
		for at := space - 1; at > 0; at-- {
			if characters[at] == '-' && strings.Trim(string(characters[:at]), "-") != "" {
				space = at + 1
				break
			}
		}
	}
	space = min(space, len(characters))
	return string(characters[:space]), string(characters[space:])
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

// chunks splits a line into words and the white space between them; words end after a hyphen between letters, if wanted.
func (w wrapper) chunks(line string) []string {
	var chunks []string
	for line != "" {
		blank := unicode.IsSpace(rune(line[0]))
		end := strings.IndexFunc(line, func(r rune) bool { return (r < utf8.RuneSelf && unicode.IsSpace(r)) != blank })
		if end < 0 {
			end = len(line)
		}
		if word := line[:end]; blank || !w.breakHyphens {
			chunks = append(chunks, word)
		} else {
			chunks = append(chunks, hyphenated(word)...)
		}
		line = line[end:]
	}
	return chunks
}

// hyphenated splits a word after its hyphens.
func hyphenated(word string) []string {
	var parts []string
	characters := []rune(word)
	from := 0
	for at := 1; at < len(characters); at++ {
		letter := func(i int) bool {
			return i >= 0 && i < len(characters) && (unicode.IsLetter(characters[i]) || characters[i] == '_')
		}
		switch {
		case characters[at] == '-' && letter(at-1) && letter(at-2) && letter(at+1) && (letter(at+2) || at+2 < len(characters) && characters[at+2] == '-'):
			parts = append(parts, string(characters[from:at+1]))
			from = at + 1
		case characters[at] == '-' && at+1 < len(characters) && characters[at+1] == '-' && characters[at-1] != '-' && isWordEnd(characters[at-1]):
			end := at
			for end < len(characters) && characters[end] == '-' {
				end++
			}
			if end < len(characters) && (unicode.IsLetter(characters[end]) || unicode.IsDigit(characters[end])) {
				parts = append(parts, string(characters[from:at]), string(characters[at:end]))
				from = end
			}
			at = end - 1
		}
	}
	return append(parts, string(characters[from:]))
}

// isWordEnd reports whether a dash of several hyphens may follow.
func isWordEnd(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(`_!"'&.,?`, r)
}
