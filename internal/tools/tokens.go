package tools

import "unicode/utf8"

// estimateTokens estimates how many tokens a text costs a model. The estimate errs on the high side: for prose it is about a
// third above the count of OpenAI's o200k encoding, for JSON a half. A real tokenizer would add megabytes of vocabulary to the
// program.
//
// The text is split into spans: letters and digits in a row, spaces in a row, and other characters one by one. Each span adds
// quarters of a token by its kind and length.
func estimateTokens(text string) int {
	quarters := 0
	for i := 0; i < len(text); {
		end := endOfSpan(text, i)
		switch c := text[i]; {
		case c == ' ':
			quarters += spacesQuarters(end-i, end < len(text) && isDigit(text[end]))
		case isAlphanumeric(c):
			quarters += wordQuarters(text[i:end])
		default:
			quarters += characterQuarters(text[i:end])
		}
		i = end
	}
	return (quarters + 3) / 4
}

// spacesQuarters returns the cost of spaces in a row. The last one is part of the following word's token, unless that is a number.
func spacesQuarters(length int, beforeNumber bool) int {
	quarters := length / 16
	if length > 1 {
		quarters += 4
	}
	if beforeNumber {
		quarters += 4
	}
	return quarters
}

// wordQuarters returns the cost of letters and digits in a row. A short lower-case word is one token; capitals, digits within
// letters, and length cost more.
func wordQuarters(word string) int {
	lower, digits := 0, 0
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'a' && c <= 'z':
			lower++
		case isDigit(c):
			digits++
		}
	}
	switch length := len(word); {
	case digits == length:
		return 4 * ((length + 2) / 3)
	case lower < length-1 || digits > 0:
		return 3 * length
	case length <= 6:
		return 4
	case length <= 12:
		return 8
	default:
		return (9*length + 3) / 4
	}
}

// characterQuarters returns the cost of one character that is neither an ASCII letter nor a digit nor a space.
func characterQuarters(character string) int {
	switch r, size := utf8.DecodeRuneInString(character); {
	case r == utf8.RuneError:
		return 4 * size
	case r >= 0x80 && r < 0x700: // Latin, Greek, Cyrillic, Hebrew, Arabic
		return 2
	case r < 0xE80, r >= 0x3000 && r < 0xA000, r >= 0xAC00 && r < 0xD7B0, r >= 0xFF00 && r < 0xFFF0:
		return 4 // ASCII, Indic scripts, Thai, Chinese, Japanese, Korean
	default:
		return 4 * size
	}
}

// endOfSpan returns the end of the span that begins at start.
func endOfSpan(text string, start int) int {
	end := start
	switch c := text[start]; {
	case c == ' ':
		for end < len(text) && text[end] == ' ' {
			end++
		}
	case isAlphanumeric(c):
		for end < len(text) && isAlphanumeric(text[end]) {
			end++
		}
	default:
		_, size := utf8.DecodeRuneInString(text[start:])
		end += size
	}
	return end
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
