// Package apikey recognizes texts that stand where an API key belongs and are none: placeholders that nobody filled in,
// keys in quotes or with a scheme before them. Sent to a service, they are only refused as wrong keys, and a secret in an
// odd spelling would be logged there.
package apikey

import (
	"errors"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

// fillIn is how to correct a placeholder.
const fillIn = "; give the key itself, or let your client or shell fill it in (docs/clients.md)"

var (
	errVariable = errors.New("is a placeholder for a variable that nothing has filled in" + fillIn)
	errExample  = errors.New("is a placeholder from an example, not a key" + fillIn)
	errQuoted   = errors.New("is in quotes, which belong to the configuration and not to the key; leave them out")
	errScheme   = errors.New("begins with Bearer, which is added when the key is sent; give the key alone")
	errNamed    = errors.New("begins with the name of a variable; give what stands behind the =")
	errChars    = errors.New("holds a blank, a line break or another character that no key has")
)

// Check returns why a text is no API key, in words to follow the name of its setting, or nil. Blanks and line breaks around
// the key are not part of it, and no key at all is no error. The error never holds the text.
func Check(key string) error {
	key = strings.TrimSpace(key)
	if err := CheckPlaceholder(key); err != nil {
		return err
	}
	switch {
	case strings.ContainsAny(key, "\"'`“”‘’«»"):
		return errQuoted
	case hasScheme(key):
		return errScheme
	case strings.ContainsAny(key, "=:") && assignment.Get().MatchString(key):
		return errNamed
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errChars
	}
	return nil
}

// CheckPlaceholder is Check for a key that somebody chose: it may hold any character, but be no placeholder.
func CheckPlaceholder(key string) error {
	switch key = bare(key); {
	case mayBeVariable(key) && variable.Get().MatchString(key):
		return errVariable
	case isExample(key):
		return errExample
	}
	return nil
}

// assignment is a whole line of an environment file. A key may end in = but not begin with a variable and go on after it.
var assignment = lazy.Regexp{Text: `^[A-Za-z_]*(?i:key|token|authorization) ?[=:] ?[^=]`}

func hasScheme(key string) bool {
	scheme, _, found := strings.Cut(key, " ")
	return strings.EqualFold(key, "bearer") || found && strings.EqualFold(scheme, "bearer")
}

// variable is what clients, shells and CI systems replace by a value: ${NAME}, ${env:NAME}, ${input:id}, ${{ secrets.NAME }},
// $(NAME), #{NAME}, {{NAME}}, op://vault/item anywhere; process.env.NAME, env:NAME, $NAME, $env:NAME, %NAME%, {env:NAME}, <NAME>, [NAME], __NAME__ as a whole.
var variable = lazy.Regexp{Text: `\$\{|\$\(|#\{|\{\{|op://|` +
	`^\$(env:)?[A-Za-z_]\w*$|^(process\.env\.|os\.environ\W+|env[.:])[A-Za-z_]\w*\W*$|^%[^%]+%$|^\{[^{}]*\}$|^<[^<>]*>$|^\[[^\[\]]*\]$|^__\w+__$`}

// mayBeVariable reports whether a text has one of the marks of variable. A usual key has none, so that a start of the
// program does not compile the expression.
func mayBeVariable(key string) bool {
	return strings.ContainsAny(key, "$%{<[") || strings.Contains(key, "__") || strings.Contains(key, "env") || strings.Contains(key, "op://")
}

// The words of a key in an example, in lower case and without separators: whole keys, the ends of one, and the beginnings of
// an instruction, after which a word for a key comes.
var (
	exampleKeys = []string{
		"orqapikey", "orqaiapikey", "openaiapikey", "changeme", "replaceme", "placeholder", "redacted", "undefined", "null", "todo", "tbd", "fixme",
	}
	exampleBegins = []string{"your", "insert", "enter", "paste", "put", "add", "replace", "example"}
	keyWords      = []string{"key", "token", "secret"}
	exampleEnds   = []string{"keyhere", "tokenhere", "keygoeshere", "tokengoeshere"}
)

func isExample(key string) bool {
	if key != "" && strings.Trim(key, "*•.…") == "" {
		return true // masked, or left out
	}
	words := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.", r) {
			return -1
		}
		return r
	}, strings.ToLower(key))
	if strings.ContainsFunc(words, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return false
	}
	instruction, sk := strings.CutPrefix(words, "sk")
	if !sk {
		instruction = strings.TrimPrefix(words, "orq")
	}
	return slices.Contains(exampleKeys, words) || isCrossedOut(strings.TrimPrefix(words, "sk")) ||
		slices.ContainsFunc(exampleEnds, func(end string) bool { return strings.HasSuffix(words, end) }) ||
		slices.ContainsFunc(exampleBegins, func(begin string) bool {
			rest, found := strings.CutPrefix(instruction, begin)
			return found && slices.ContainsFunc(keyWords, func(word string) bool { return strings.Contains(rest, word) })
		})
}

// isCrossedOut reports whether a text is at least three letters x.
func isCrossedOut(text string) bool { return len(text) >= 3 && strings.Trim(text, "x") == "" }

// bare returns a key without the blanks, quotes and scheme that may stand around a placeholder as well.
func bare(key string) string {
	key = strings.Trim(strings.TrimSpace(key), "\"'`“”‘’ ")
	if scheme, rest, found := strings.Cut(key, " "); found && strings.EqualFold(scheme, "bearer") {
		key = strings.TrimSpace(rest)
	}
	return key
}
