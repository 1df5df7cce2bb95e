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
			end := w.breakAt(chunks[0], w.width-size)
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

// hyphenated splits a word after its hyphens between letters, and before and after dashes of several hyphens.
func hyphenated(word []rune) [][]rune {
	var parts [][]rune
	from := 0
	for from < len(word) {
		end := dashEnd(word, from)
		if end == 0 {
			end = from + 1
			for end < len(word) && !breaksAfterHyphen(word, end) && dashEnd(word, end) == 0 {
				end++
			}
			if end < len(word) && breaksAfterHyphen(word, end) {
				end++
			}
		}
		parts = append(parts, word[from:end])
		from = end
	}
	return parts
}

// at returns a character of a word, or a blank beyond its ends.
func at(word []rune, i int) rune {
	if i < 0 || i >= len(word) {
		return ' '
	}
	return word[i]
}

// breaksAfterHyphen reports whether there is a hyphen that a word may be broken after: two letters, or a letter, a hyphen and
// a letter, stand before it, and two letters, also with a hyphen between them, after it.
func breaksAfterHyphen(word []rune, i int) bool {
	letter := func(i int) bool { r := at(word, i); return r == '_' || unicode.IsLetter(r) }
	hyphen := func(i int) bool { return at(word, i) == '-' }
	return hyphen(i) && letter(i-1) && (letter(i-2) || hyphen(i-2) && letter(i-3)) &&
		letter(i+1) && (letter(i+2) || hyphen(i+2) && letter(i+3))
}

// dashEnd returns where a dash of several hyphens between words ends that begins at i, 0 if none does.
func dashEnd(word []rune, i int) int {
	isWord := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
	if before := at(word, i-1); !isWord(before) && !strings.ContainsRune(`!"'&.,?`, before) {
		return 0
	}
	end := i
	for at(word, end) == '-' {
		end++
	}
	if end-i < 2 || !isWord(at(word, end)) {
		return 0
	}
	return end
}
