package orq

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// scanner passes once over JSON of the form that services write. It gives up on anything else, which the caller then
// decodes with care: errors, escapes in names, blanks other than spaces, and deep nesting.
type scanner struct {
	text string
	at   int
	// open is how many objects and lists are open.
	open int
	// odd is set when the scanner has given up.
	odd bool
	// names are the names of the event before, and nth counts those of this one.
	names *fieldNames
	nth   int
	// exposed is set when redact.Event might change the text.
	exposed bool
}

// fieldNames are the fields of the event that was read last, in their order: those of the next one are mostly the same.
type fieldNames [40]redact.EventField

// maxScanDepth bounds how deep a scanner follows objects and lists.
const maxScanDepth = 32

// newScanner returns a scanner of text, which has given up if that is too long.
func newScanner(text string, names *fieldNames) scanner {
	s := scanner{text: text, names: names}
	if len(text) > maxFastEvent {
		s.giveUp()
	}
	return s
}

func (s *scanner) giveUp() {
	s.odd, s.at = true, len(s.text)
}

// peek skips spaces and returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		if c := s.text[s.at]; c != ' ' {
			return c
		}
	}
	return 0
}

// begin enters an object or a list and reports whether there is something in it.
func (s *scanner) begin(opening, closing byte) bool {
	if s.open++; s.peek() != opening || s.open > maxScanDepth {
		s.giveUp()
		return false
	}
	if s.at++; s.peek() == closing {
		return s.more(closing)
	}
	return true
}

// more reports whether another member or item follows, or leaves the object or list.
func (s *scanner) more(closing byte) bool {
	switch s.peek() {
	case ',':
		s.at++
		return true
	case closing:
		s.at++
		s.open--
	default:
		s.giveUp()
	}
	return false
}

// name reads the name of a member and the colon behind it.
func (s *scanner) name() string {
	field, name := s.field()
	s.exposed = s.exposed || !field.Shows(name, s.peek() == '"')
	return name
}

// field is name for one of which it is not known what it shows. It compares the name with that of the event before.
func (s *scanner) field() (field redact.EventField, name string) {
	nth := s.nth
	s.nth++
	known := nth < len(s.names)
	if known {
		field = s.names[nth]
		if length, ok := field.Begins(s.text[s.at:]); ok {
			name = s.text[s.at+1 : s.at+length-2]
			s.at += length
			return field, name
		}
	}
	quoted, escaped := s.quoted()
	if escaped || s.peek() != ':' {
		s.giveUp()
		return 0, ""
	}
	s.at++
	name = quoted[1 : len(quoted)-1]
	field = redact.CommonField(name)
	if known {
		s.names[nth] = field
	}
	return field, name
}

// quoted reads a string and returns it with its quotes, as it stands.
func (s *scanner) quoted() (quoted string, escaped bool) {
	if s.peek() != '"' {
		s.giveUp()
		return `""`, false
	}
	start := s.at
	for i := start + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case !endsPlainText[c]:
		case c == '"':
			s.at = i + 1
			return s.text[start:s.at], escaped
		case c == '\\':
			length := escapeLength(s.text[i:])
			if length == 0 {
				s.giveUp()
				return `""`, false
			}
			escaped = true
			i += length - 1
		default:
			s.giveUp()
			return `""`, false
		}
	}
	s.giveUp()
	return `""`, false
}

// endsPlainText holds for the characters that have a meaning within a string, or none that is allowed.
var endsPlainText = func() (ends [256]bool) {
	for c := range ' ' {
		ends[c] = true
	}
	ends['"'], ends['\\'] = true, true
	return ends
}()

// escapeLength returns the length of the escape that text begins with, or 0 when it is none.
func escapeLength(text string) int {
	switch {
	case len(text) < 2:
	case text[1] == 'u':
		if len(text) >= 6 && strings.Trim(text[2:6], "0123456789abcdefABCDEF") == "" {
			return 6
		}
	case strings.IndexByte(`"\/bfnrt`, text[1]) >= 0:
		return 2
	}
	return 0
}

// string reads a string and decodes it.
func (s *scanner) string() string {
	quoted, escaped := s.quoted()
	if escaped {
		return unescape(quoted)
	}
	return quoted[1 : len(quoted)-1]
}

// unescape decodes a string that stands in its quotes.
func unescape(quoted string) string {
	var text strings.Builder
	text.Grow(len(quoted))
	for rest := quoted[1 : len(quoted)-1]; ; {
		plain, escape, found := strings.Cut(rest, `\`)
		text.WriteString(plain)
		if !found {
			return text.String()
		}
		c := escape[0]
		if c == 'u' {
			return gjson.Parse(quoted).Str
		}
		if at := strings.IndexByte("bfnrt", c); at >= 0 {
			c = "\b\f\n\r\t"[at]
		}
		text.WriteByte(c)
		rest = escape[1:]
	}
}

// number passes over a number and returns it as it stands.
func (s *scanner) number() string {
	s.peek()
	start := s.at
	if s.at < len(s.text) && s.text[s.at] == '-' {
		s.at++
	}
	whole := s.at
	if length := s.digits(); length == 0 || length > 1 && s.text[whole] == '0' {
		s.giveUp()
		return ""
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		if s.at++; s.digits() == 0 {
			s.giveUp()
			return ""
		}
	}
	if s.at < len(s.text) && s.text[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
		if s.digits() == 0 {
			s.giveUp()
			return ""
		}
	}
	return s.text[start:s.at]
}

// digits passes over digits and returns how many there are.
func (s *scanner) digits() int {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at - start
}

// skip passes over a value.
func (s *scanner) skip() {
	switch s.peek() {
	case '"':
		s.quoted()
	case '{':
		for more := s.begin('{', '}'); more; more = s.more('}') {
			s.name()
			s.skip()
		}
	case '[':
		for more := s.begin('[', ']'); more; more = s.more(']') {
			s.exposed = s.exposed || s.peek() == '"'
			s.skip()
		}
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
}

func (s *scanner) literal(word string) {
	if !strings.HasPrefix(s.text[s.at:], word) {
		s.giveUp()
		return
	}
	s.at += len(word)
}

// ends reports whether the text was one value in the usual form.
func (s *scanner) ends() bool {
	return s.peek() == 0 && s.at == len(s.text) && !s.odd
}
