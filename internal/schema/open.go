package schema

import (
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

// OpenEnum is a list of values that another program defines and may extend. Values that it lacks are passed on, with a
// remark, unless they are mistakes.
type OpenEnum []string

// openValue matches what may be a value of a later list: one word.
var openValue = lazy.Regexp{Text: `^[A-Za-z0-9]+([._:/-][A-Za-z0-9]+)*$`}

// maxOpenValue is the maximum length of a value that is passed on, in characters.
const maxOpenValue = 64

// PassesOn reports whether a value that the list lacks is passed on: it is one word of letters, digits and . _ : / -
// between them, of at most 64 characters, and no misspelling of a value of the list.
func (e OpenEnum) PassesOn(value string) bool {
	return !slices.Contains(e, value) && len(value) <= maxOpenValue && openValue.Get().MatchString(value) &&
		len(e.Misspelled(value, 1)) == 0
}

// Misspelled returns the values of the list that value may be a misspelling or an abbreviation of, the best first and
// at most limit of them. They are those of [Nearest], but for values to which value adds a word: advisor_pro is no
// misspelling of advisor.
func (e OpenEnum) Misspelled(value string, limit int) []string {
	near := slices.DeleteFunc(Nearest(value, e, len(e)), func(known string) bool { return addsWord(value, known) })
	return near[:min(len(near), limit)]
}

// addsWord reports whether value is known with a word before or after it, and one of . _ : / - between them.
func addsWord(value, known string) bool {
	const separators = "._:/-"
	value, known = strings.ToLower(value), strings.ToLower(known)
	after, begins := strings.CutPrefix(value, known)
	before, ends := strings.CutSuffix(value, known)
	return begins && after != "" && strings.ContainsAny(after[:1], separators) ||
		ends && before != "" && strings.ContainsAny(before[len(before)-1:], separators)
}

// Remark describes that a value that the list lacks was passed on.
func (e OpenEnum) Remark(value string) string {
	return quote(value) + " is none of the known values (" + strings.Join(e, ", ") + ") and was passed on"
}
