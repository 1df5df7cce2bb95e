package jinja

import (
	"slices"
	"strings"
	"unicode"
)

// wrapper breaks a line into shorter ones, as Python's module textwrap does.
type wrapper struct {
	width                    int
	breakWords, breakHyphens bool
}

// wrap returns the lines, none of which begins or ends with white space, but that the first may begin with it.
func (w wrapper) wrap(line string) []string {
	var lines []string
	chunks := w.chunks([]rune(line))
	for len(chunks) > 0 {
		if len(lines) > 0 && isBlank(chunks[0]) {
			chunks = chunks[1:]
		}
		var current [][]rune
		size := 0
		for len(chunks) > 0 && size+len(chunks[0]) <= w.width {
			size += len(chunks[0])
			current, chunks = append(current, chunks[0]), chunks[1:]
		}
		switch {
		case len(chunks) == 0 || len(chunks[0]) <= w.width:
		case w.breakWords:
			end := w.breakAt(chunks[0], max(w.width-size, 1))
			current = append(current, chunks[0][:end])
			chunks[0] = chunks[0][end:]
		case len(current) == 0:
			current, chunks = append(current, chunks[0]), chunks[1:]
		}
		if len(current) > 0 && isBlank(current[len(current)-1]) {
			current = current[:len(current)-1]
		}
		if len(current) > 0 {
			lines = append(lines, string(slices.Concat(current...)))
		}
	}
	return lines
}

// breakAt returns where to break a word that is longer than a line: after so many characters or, better, after the last
// hyphen among them.
func (w wrapper) breakAt(word []rune, space int) int {
	if !w.breakHyphens {
		return space
	}
	for at := space - 1; at > 0; at-- {
		if word[at] != '-' {
			continue
		}
		if slices.ContainsFunc(word[:at], func(r rune) bool { return r != '-' }) {
			return at + 1
		}
		break
	}
	return space
}

func isBlank(chunk []rune) bool {
	return !slices.ContainsFunc(chunk, func(r rune) bool { return !unicode.IsSpace(r) })
}

// isASCIISpace reports whether a line may be broken at r.
func isASCIISpace(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }

// chunks splits a line into words and the white space between them; words end after a hyphen between letters, if wanted.
func (w wrapper) chunks(line []rune) [][]rune {
	var chunks [][]rune
	for len(line) > 0 {
		blank := isASCIISpace(line[0])
		end := slices.IndexFunc(line, func(r rune) bool { return isASCIISpace(r) != blank })
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

// hyphenated splits a word after its hyphens, and before and after dashes of several hyphens.
func hyphenated(word []rune) [][]rune {
	var parts [][]rune
	is := func(at int, test func(rune) bool) bool { return at >= 0 && at < len(word) && test(word[at]) }
	hyphen := func(r rune) bool { return r == '-' }
	from := 0
	for at := 1; at < len(word); at++ {
		switch {
		case word[at] != '-':
		case is(at-1, isWordLetter) && is(at-2, isWordLetter) && is(at+1, isWordLetter) && (is(at+2, isWordLetter) || is(at+2, hyphen)):
			parts = append(parts, word[from:at+1])
			from = at + 1
		case is(at+1, hyphen) && is(at-1, endsWordBeforeDash):
			end := at
			for is(end, hyphen) {
				end++
			}
			if is(end, unicode.IsLetter) || is(end, unicode.IsDigit) {
				parts = append(parts, word[from:at], word[at:end])
				from = end
			}
			at = end - 1
		}
	}
	return append(parts, word[from:])
}

func isWordLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// endsWordBeforeDash reports whether a dash of several hyphens may follow.
func endsWordBeforeDash(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(`_!"'&.,?`, r)
}
