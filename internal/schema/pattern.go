package schema

import (
	"errors"
	"regexp"
	"strings"
)

// portablePattern returns an error for syntax that only one of RE2 (Go) and ECMAScript
// (JSON Schema) supports. RE2 has neither lookaround nor back-references.
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
