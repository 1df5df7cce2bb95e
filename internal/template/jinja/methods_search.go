package jinja

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// searchMethods are the methods of texts that look for a part.
func searchMethods() map[string]builtin {
	find := func(index func(text, part string) int, must bool) builtin {
		return with("sub! start end", func(s *state, value any, args params) any {
			text, before := s.part(value, args)
			at := index(text, args.text(0, ""))
			if at < 0 {
				if must {
					fail("substring not found")
				}
				return int64(-1)
			}
			return int64(before + utf8.RuneCountInString(text[:at]))
		})
	}
	fix := func(has func(text, fix string) bool) builtin {
		return with("prefix! start end", func(s *state, value any, args params) any {
			text, _ := s.part(value, args)
			choices := []any{args[0]}
			if tuple, ok := args[0].(*list); ok && tuple.kind == kindTuple {
				choices = tuple.items
			}
			for _, choice := range choices {
				s.step(1)
				if has(text, params{choice}.text(0, "")) {
					return true
				}
			}
			return false
		})
	}
	return map[string]builtin{
		"find": find(strings.Index, false), "rfind": find(strings.LastIndex, false),
		"index": find(strings.Index, true), "rindex": find(strings.LastIndex, true),
		"startswith": fix(strings.HasPrefix), "endswith": fix(strings.HasSuffix),
		"count": with("sub! start end", func(s *state, value any, args params) any {
			text, _ := s.part(value, args)
			return int64(strings.Count(text, args.text(0, "")))
		}),
		"replace": with("old! new! count", func(s *state, value any, args params) any {
			return like(value, s.replace(s.str(value), args.text(0, ""), args.text(1, ""), args.int(2, -1)))
		}),
	}
}

// part returns the part of a text that the second and the third argument bound, and the number of characters before it.
func (s *state) part(value any, args params) (text string, before int) {
	text = s.str(value)
	s.scan(len(text))
	if args.value(1, nil) == nil && args.value(2, nil) == nil {
		return text, 0
	}
	places := s.places(utf8.RuneCountInString(text), args.value(1, nil), args.value(2, nil), nil)
	if len(places) == 0 {
		return "", 0
	}
	s.makeTimes(4, len(text))
	characters := []rune(text)
	return string(characters[places[0] : places[len(places)-1]+1]), places[0]
}

// splitMethods are the methods of texts that take it apart or join others.
func splitMethods() map[string]builtin {
	partition := func(index func(text, part string) int, last bool) builtin {
		return with("sep!", func(s *state, value any, args params) any {
			text, separator := s.str(value), args.text(0, "")
			s.make(len(text))
			if separator == "" {
				fail("empty separator")
			}
			parts := texts(value, text, "", "")
			if at := index(text, separator); at >= 0 {
				parts = texts(value, text[:at], separator, text[at+len(separator):])
			} else if last {
				parts = texts(value, "", "", text)
			}
			parts.kind = kindTuple
			return parts
		})
	}
	return map[string]builtin{
		"partition": partition(strings.Index, false), "rpartition": partition(strings.LastIndex, true),
		"split":  with("sep maxsplit", func(s *state, value any, args params) any { return split(s, value, args, false) }),
		"rsplit": with("sep maxsplit", func(s *state, value any, args params) any { return split(s, value, args, true) }),
		"splitlines": with("keepends", func(s *state, value any, args params) any {
			text := s.str(value)
			s.makeTimes(32, len(text))
			return texts(value, splitLines(text, args.flag(s, 0, false))...)
		}),
		"join": with("iterable!", func(s *state, value any, args params) any {
			items := s.items(args[0])
			for _, item := range items {
				if _, ok := textOf(item); !ok {
					fail("join takes strings, got %s", typeName(item))
				}
			}
			return like(value, s.joinTexts(s.str(value), items))
		}),
	}
}

// texts returns a list of parts of a text; those of markup are markup.
func texts(of any, parts ...string) *list {
	items := make([]any, len(parts))
	for i, part := range parts {
		items[i] = like(of, part)
	}
	return &list{items: items}
}

// split splits a text at a separator, or at white space, at most so many times, from its end if last.
func split(s *state, value any, args params, last bool) any {
	text, most := s.str(value), args.int(1, -1)
	s.makeTimes(40, len(text)+1)
	if most < 0 {
		most = len(text) + 1
	}
	atSpace := args.value(0, nil) == nil
	cut := cutSpace
	if atSpace {
		text = trimSide(text, last)
	} else {
		separator := args.text(0, "")
		if separator == "" {
			fail("empty separator")
		}
		cut = func(text string, last bool) (before, after string, found bool) { return cutAt(text, separator, last) }
	}
	var parts []string
	for range most {
		before, after, found := cut(text, last)
		if !found {
			break
		}
		if last {
			before, after = after, before
		}
		parts = append(parts, before)
		text = after
	}
	if text != "" || !atSpace {
		parts = append(parts, text)
	}
	if last {
		slices.Reverse(parts)
	}
	return texts(value, parts...)
}

// trimSide removes the white space at the side where the splitting begins.
func trimSide(text string, last bool) string {
	if last {
		return strings.TrimRightFunc(text, unicode.IsSpace)
	}
	return strings.TrimLeftFunc(text, unicode.IsSpace)
}

// cutAt cuts at the first or the last separator.
func cutAt(text, separator string, last bool) (before, after string, found bool) {
	if !last {
		return strings.Cut(text, separator)
	}
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// cutSpace cuts at the first or the last white space.
func cutSpace(text string, last bool) (before, after string, found bool) {
	at := strings.IndexFunc(text, unicode.IsSpace)
	if last {
		at = strings.LastIndexFunc(text, unicode.IsSpace)
	}
	if at < 0 {
		return text, "", false
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	if last {
		return trimSide(text[:at], true), text[at+size:], true
	}
	return text[:at], trimSide(text[at:], false), true
}
