package schema

import (
	"errors"
	"regexp"
	"strings"
)

// portablePattern refuses what only one of Go's RE2 and the ECMAScript of JSON
// Schema understands. RE2 itself leaves out lookaround and back-references.
func portablePattern(pattern string) error {
	if _, err := regexp.Compile(pattern); err != nil {
		return err
	}
	if strings.Contains(strings.ReplaceAll(pattern, "(?:", ""), "(?") {
		return errors.New("groups other than (...) and (?:...) are not portable")
	}
	for _, escape := range []string{`\A`, `\z`, `\Q`, `\C`, `\p`, `\P`, `[[:`} {
		if strings.Contains(strings.ReplaceAll(pattern, `\\`, ""), escape) {
			return errors.New(escape + " is not portable")
		}
	}
	return nil
}
