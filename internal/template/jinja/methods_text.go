package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// check returns a method that looks at the characters of a text.
func check(test func(text string) bool) builtin {
	return plain(func(s *state, value any) any {
		text := s.str(value)
		s.scan(len(text))
		return test(text)
	})
}

// each returns a method that is true when a text is not empty and all its characters match.
func each(matches func(rune) bool) builtin {
	return check(func(text string) bool { return all(text, matches) })
}

// textMethods are the methods of texts that make another text, or look at the characters.
func textMethods() map[string]builtin {
	trim := func(cut func(text string, drop func(rune) bool) string) builtin {
		return with("chars", func(s *state, value any, args params) any {
			text := s.str(value)
			s.scan(len(text))
			if args.value(0, nil) == nil {
				return like(value, cut(text, unicode.IsSpace))
			}
			return like(value, cut(text, s.oneOf(args.text(0, ""))))
		})
	}
	return map[string]builtin{
		"upper": onText(3, upper), "lower": onText(3, lower), "casefold": onText(3, func(text string) string { return lower(upper(text)) }),
		"capitalize": onText(3, capitalize), "title": onText(3, title), "swapcase": onText(3, swapcase),
		"strip": trim(strings.TrimFunc), "lstrip": trim(strings.TrimLeftFunc), "rstrip": trim(strings.TrimRightFunc),
		"ljust": pad(func(int) int { return 0 }), "rjust": pad(func(missing int) int { return missing }),
		"center": with("width! fillchar", func(s *state, value any, args params) any {
			return like(value, s.center(s.str(value), args.int(0, 0), fillOf(args)))
		}),
		"zfill":  with("width!", zfill),
		"format": free(func(s *state, value any, args arguments) any { return like(value, s.formatBraces(s.str(value), args)) }),
		"removeprefix": with("prefix!", func(s *state, value any, args params) any {
			return like(value, strings.TrimPrefix(s.str(value), args.text(0, "")))
		}),
		"removesuffix": with("suffix!", func(s *state, value any, args params) any {
			return like(value, strings.TrimSuffix(s.str(value), args.text(0, "")))
		}),
		"isalpha": each(unicode.IsLetter), "isspace": each(unicode.IsSpace),
		"isdigit": each(unicode.IsDigit), "isdecimal": each(unicode.IsDigit), "isnumeric": each(unicode.IsNumber),
		"isalnum": each(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }),
		"isascii": check(isASCII),
		"islower": check(func(text string) bool { return hasCase(text, unicode.IsLower) }),
		"isupper": check(func(text string) bool { return hasCase(text, unicode.IsUpper) }),
		"istitle": check(func(text string) bool {
			return strings.IndexFunc(text, isCased) >= 0 && title(text) == text
		}),
	}
}

// fillOf returns the character to fill up with.
func fillOf(args params) string {
	fill := args.text(1, " ")
	if utf8.RuneCountInString(fill) != 1 {
		fail("the fill character must be exactly one character long")
	}
	return fill
}

// pad returns a method that fills a text up; before returns how many of the missing characters go before it.
func pad(before func(missing int) int) builtin {
	return with("width! fillchar", func(s *state, value any, args params) any {
		text := s.str(value)
		s.scan(len(text))
		missing := args.int(0, 0) - utf8.RuneCountInString(text)
		return like(value, s.pad(text, before(missing), missing-before(missing), fillOf(args)))
	})
}

func zfill(s *state, value any, args params) any {
	text, sign := s.str(value), ""
	missing := args.int(0, 0) - utf8.RuneCountInString(text)
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text, sign = text[1:], text[:1]
	}
	return like(value, sign+s.pad(text, missing, 0, "0"))
}
