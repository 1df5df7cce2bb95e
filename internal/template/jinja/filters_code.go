package jinja

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode/utf16"
)

// codeFilters are the filters that write a value for HTML, URLs or JSON.
func codeFilters() map[string]builtin {
	escape := plain(func(s *state, value any) any {
		if m, ok := value.(markup); ok {
			return m
		}
		return markup(s.escape(s.str(value)))
	})
	return map[string]builtin{
		"escape": escape, "e": escape,
		"forceescape": plain(func(s *state, value any) any { return markup(s.escape(s.str(value))) }),
		"safe":        plain(func(s *state, value any) any { return markup(s.str(value)) }),
		"urlencode":   plain(urlencodeFilter),
		"tojson":      with("indent", tojsonFilter),
	}
}

// escape escapes a text for HTML.
func (s *state) escape(text string) string {
	s.makeTimes(5, len(text))
	return strings.NewReplacer("&", "&amp;", ">", "&gt;", "<", "&lt;", "'", "&#39;", `"`, "&#34;").Replace(text)
}

// urlencodeFilter quotes a text for a URL, or writes a query of a dict or of pairs.
func urlencodeFilter(s *state, value any) any {
	if text, ok := textOf(value); ok {
		return s.urlQuote(text, "/")
	}
	var pairs []any
	switch v := value.(type) {
	case *dict:
		pairs = v.pairs(s)
	case *list:
		pairs = v.all(s)
	default:
		return s.urlQuote(s.str(value), "/")
	}
	parts := make([]string, len(pairs))
	for i, item := range pairs {
		pair := s.items(item)
		if len(pair) != 2 {
			fail("filter urlencode takes pairs, got %d values", len(pair))
		}
		query := s.urlQuote(s.str(pair[0]), "") + "=" + s.urlQuote(s.str(pair[1]), "")
		parts[i] = strings.ReplaceAll(query, "%20", "+")
	}
	return strings.Join(parts, "&")
}

func (s *state) urlQuote(text, safe string) string {
	s.makeTimes(3, len(text))
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("_.-~", c) >= 0, strings.IndexByte(safe, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func tojsonFilter(s *state, value any, args params) any {
	w := jsonWriter{s: s, indent: -1}
	if args.value(0, nil) != nil {
		w.indent = max(args.int(0, 0), 0)
	}
	w.write(value, 1)
	return markup(w.b.String())
}

// jsonWriter writes JSON as Jinja2 does: names sorted, everything but ASCII escaped, and what HTML gives a meaning as well.
type jsonWriter struct {
	s      *state
	b      strings.Builder
	indent int // -1: all in one line
}

func (w *jsonWriter) put(text string) {
	w.s.make(len(text))
	w.b.WriteString(text)
}

func (w *jsonWriter) write(value any, level int) {
	w.s.enter()
	defer w.s.leave()
	switch v := value.(type) {
	case nil:
		w.put("null")
	case bool:
		w.put(map[bool]string{true: "true", false: "false"}[v])
	case int64, *big.Int:
		w.put(w.s.str(v))
	case float64:
		w.put(jsonFloat(v))
	case string:
		w.text(v)
	case markup:
		w.text(string(v))
	case *list:
		if v.kind > kindTuple {
			fail("Object of type %s is not JSON serializable", v.typeName())
		}
		w.put("[")
		for i := range v.items {
			w.separate(i, level)
			w.write(v.at(i), level+1)
		}
		w.closeAt(len(v.items), level, "]")
	case *dict:
		w.put("{")
		for i, key := range w.sortedKeys(v) {
			w.separate(i, level)
			w.text(w.key(key))
			w.put(": ")
			item, _ := v.get(w.s, key)
			w.write(item, level+1)
		}
		w.closeAt(v.len(), level, "}")
	default:
		fail("Object of type %s is not JSON serializable", typeName(value))
	}
}

// separate writes what stands before an item.
func (w *jsonWriter) separate(i, level int) {
	switch {
	case w.indent >= 0 && i > 0:
		w.put(",")
	case i > 0:
		w.put(", ")
	}
	w.newLine(level)
}

func (w *jsonWriter) newLine(level int) {
	if w.indent >= 0 {
		w.s.makeTimes(w.indent, level)
		w.put("\n" + strings.Repeat(" ", w.indent*level))
	}
}

// closeAt writes what stands after the last item.
func (w *jsonWriter) closeAt(items, level int, bracket string) {
	if items > 0 {
		w.newLine(level - 1)
	}
	w.put(bracket)
}

func (w *jsonWriter) sortedKeys(d *dict) []any {
	keys := d.keys(w.s)
	if d.object != nil {
		return keys
	}
	return w.s.sorted(slices.Clone(keys), false)
}

// key returns the name of a member.
func (w *jsonWriter) key(key any) string {
	switch k := key.(type) {
	case nil:
		return "null"
	case bool:
		return map[bool]string{true: "true", false: "false"}[k]
	case string, markup, int64, *big.Int, float64:
		return w.s.str(k)
	}
	fail("keys must be str, int, float, bool or None, not %s", typeName(key))
	return ""
}

func jsonFloat(f float64) string {
	text := formatFloat(f)
	if name, ok := map[string]string{"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}[text]; ok {
		return name
	}
	return text
}

// text writes a string.
func (w *jsonWriter) text(text string) {
	w.s.makeTimes(6, len(text))
	encoded, err := json.Marshal(text) // escapes <, > and &
	must(err)
	for _, r := range string(encoded) {
		switch {
		case r == '\'':
			w.b.WriteString(`\u0027`)
		case r < 0x7f:
			w.b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&w.b, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&w.b, `\u%04x\u%04x`, high, low)
		}
	}
}
