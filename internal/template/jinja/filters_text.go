package jinja

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// onText returns a filter that makes a text of a text. The new one is at most times as long.
func onText(times int, change func(string) string) builtin {
	return plain(func(s *state, value any) any {
		text := s.str(value)
		s.makeTimes(len(text), times)
		return like(value, change(text))
	})
}

// textFilters are the filters that change a text.
func textFilters() map[string]builtin {
	return map[string]builtin{
		"upper":      onText(3, upper),
		"lower":      onText(3, lower),
		"capitalize": onText(3, capitalize),
		"title":      onText(3, titleFilter),
		"string":     plain(func(s *state, value any) any { return softText(s, value) }),
		"trim":       with("chars", trimFilter),
		"replace":    with("old! new! count", replaceFilter),
		"striptags":  onText(1, stripTags),
		"format":     free(formatFilter),
		"truncate":   with("length killwords end leeway", truncateFilter),
		"wordcount":  plain(func(s *state, value any) any { return int64(wordCount(s, s.str(value))) }),
		"default":    with("default_value boolean", defaultFilter),
		"d":          with("default_value boolean", defaultFilter),
		"attr": with("name!", func(s *state, value any, args params) any {
			name := s.str(args[0])
			s.scan(len(name))
			if found, ok := s.ownAttribute(value, name); ok {
				return found
			}
			return missing(value, name)
		}),
	}
}

// softText returns a value as a text; markup stays markup.
func softText(s *state, value any) any {
	if m, ok := value.(markup); ok {
		return m
	}
	return s.str(value)
}

func trimFilter(s *state, value any, args params) any {
	text := s.str(value)
	s.scan(len(text))
	if args.value(0, nil) == nil {
		return like(value, strings.TrimFunc(text, unicode.IsSpace))
	}
	return like(value, strings.TrimFunc(text, s.oneOf(args.text(0, ""))))
}

// oneOf returns whether a character is one of those in a text.
func (s *state) oneOf(characters string) func(rune) bool {
	s.makeTimes(8, len(characters))
	set := map[rune]bool{}
	for _, r := range characters {
		set[r] = true
	}
	return func(r rune) bool { return set[r] }
}

func replaceFilter(s *state, value any, args params) any {
	text, old, by, count := s.str(value), s.str(args[0]), s.str(args[1]), -1
	if args.value(2, nil) != nil {
		count = args.int(2, -1)
	}
	return s.replace(text, old, by, count)
}

// replace replaces parts of a text, as often as count, or all if that is negative.
func (s *state) replace(text, old, by string, count int) string {
	s.scan(len(text))
	found := strings.Count(text, old)
	if count >= 0 {
		found = min(found, count)
	}
	s.makeTimes(len(by), found)
	s.make(len(text))
	return strings.Replace(text, old, by, count)
}

// stripTags removes comments and tags, and joins the words.
func stripTags(text string) string {
	for _, pair := range [][2]string{{"<!--", "-->"}, {"<", ">"}} {
		var b strings.Builder
		for {
			before, rest, found := strings.Cut(text, pair[0])
			_, after, closed := strings.Cut(rest, pair[1])
			if !found || !closed {
				break
			}
			b.WriteString(before)
			text = after
		}
		text = b.String() + text
	}
	return html.UnescapeString(strings.Join(strings.Fields(text), " "))
}

func truncateFilter(s *state, value any, args params) any {
	length, end, leeway := args.int(0, 255), args.text(2, "..."), 5
	if args.value(3, nil) != nil {
		leeway = args.int(3, 5)
	}
	ending := utf8.RuneCountInString(end)
	if length < ending || leeway < 0 {
		fail("filter truncate takes a length of at least %d and a leeway of at least 0", ending)
	}
	if _, ok := textOf(value); !ok && s.length(value) <= length+leeway {
		return value
	}
	text := mustText("filter truncate", value)
	s.makeTimes(5, len(text))
	characters := []rune(text)
	if len(characters) <= length+leeway {
		return value
	}
	cut := string(characters[:length-ending])
	if !args.flag(s, 1, false) {
		if space := strings.LastIndexByte(cut, ' '); space >= 0 {
			cut = cut[:space]
		}
	}
	s.make(len(end))
	return like(value, cut+end)
}

// wordCount counts the runs of letters, digits and underscores.
func wordCount(s *state, text string) int {
	s.scan(len(text))
	count, within := 0, false
	for _, r := range text {
		inWord := r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
		if inWord && !within {
			count++
		}
		within = inWord
	}
	return count
}

func defaultFilter(s *state, value any, args params) any {
	_, isUndefined := value.(undefined)
	if isUndefined || args.flag(s, 1, false) && !s.truth(value) {
		return args.value(0, "")
	}
	return value
}

// formatFilter fills in the arguments as the operator % does.
func formatFilter(s *state, value any, args arguments) any {
	if len(args.positional) > 0 && len(args.named) > 0 {
		fail("filter format takes arguments with or without names, not both")
	}
	if len(args.named) > 0 {
		named := &dict{}
		for _, arg := range args.named {
			named.set(s, arg.name, arg.value)
		}
		return like(value, s.formatPercent(s.str(value), named))
	}
	return like(value, s.formatPercent(s.str(value), tupleOf(args.positional...)))
}
