package install

import "strings"

// lineEnd returns the line end of a text.
func lineEnd(text string) string {
	if i := strings.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// withLineEnd returns text, whose lines end with \n, with the line end of another.
func withLineEnd(text, like string) string {
	return strings.ReplaceAll(text, "\n", lineEnd(like))
}

// ended returns text with a line end after its last line.
func ended(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + lineEnd(text)
}

// lineStart returns where the line of a position begins.
func lineStart(text string, at int) int {
	return strings.LastIndexByte(text[:at], '\n') + 1
}

// indentOf returns the blanks that the line of a position begins with.
func indentOf(text string, at int) string {
	line := text[lineStart(text, at):]
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// isFirst reports whether there are only blanks before a position in its line.
func isFirst(text string, at int) bool {
	return strings.TrimLeft(text[lineStart(text, at):at], " \t") == ""
}

// trimComments returns the end of text[start:end] without the blank lines and lines of comments at its end.
func trimComments(text string, start, end int) int {
	for end > start {
		begin := lineStart(text, end-1)
		if line := strings.TrimSpace(text[begin:end]); line != "" && !strings.HasPrefix(line, "#") || begin < start {
			return end
		}
		end = begin
	}
	return end
}
