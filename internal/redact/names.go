package redact

import (
	"strings"
	"unicode"
)

// secretWords occur in the names of fields that hold credentials.
var secretWords = []string{
	"authorization", "secret", "password", "passwd", "passphrase", "credential", "cookie", "bearer",
	"apikey", "privatekey", "accesskey", "signingkey",
}

// separatedSecretWords are the secretWords of two parts with a separator between them.
var separatedSecretWords = []string{
	"api_key", "api-key", "api key", "private_key", "private-key", "access_key", "access-key", "signing_key", "signing-key",
}

// SecretName reports whether a field of that name holds a credential. Counters such as completion_tokens do not, and
// neither does time_to_first_token.
func SecretName(name string) bool {
	name = strings.ToLower(name)
	if containsAny(name, secretWords) || containsAny(name, separatedSecretWords) {
		return true
	}
	if strings.HasSuffix(name, "token") {
		return !strings.HasSuffix(name, "first_token")
	}
	return hasLastWord(name, "jwt") || hasLastWord(name, "pwd")
}

// SecretField reports whether everything below a field of that name is to be masked: it holds a credential, or headers.
func SecretField(name string) bool { return SecretName(name) || strings.EqualFold(name, "headers") }

// LikelySecret is the stricter SecretField for values that somebody got wrong: it errs on the side of hiding. It ignores
// separators within the name, so that x-apikey, jwtSecret and "private key" match in every spelling; jwt, pwd, token and
// headers count wherever they occur, and the name tokens on its own. max_tokens is still a counter.
//
// Use SecretField for documents whose fields are to be shown as far as possible, LikelySecret for single values in errors.
func LikelySecret(name string) bool {
	name = withoutSeparators(name)
	if name == "tokens" || containsAny(name, secretWords) {
		return true
	}
	if strings.Contains(name, "headers") || strings.Contains(name, "jwt") || strings.Contains(name, "pwd") {
		return true
	}
	return strings.Contains(strings.ReplaceAll(name, "tokens", ""), "token")
}

func containsAny(name string, words []string) bool {
	for _, word := range words {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// hasLastWord reports whether a name is the word, or ends in it after an underscore or a hyphen.
func hasLastWord(name, word string) bool {
	before, found := strings.CutSuffix(name, word)
	return found && (before == "" || strings.HasSuffix(before, "_") || strings.HasSuffix(before, "-"))
}

// withoutSeparators returns name in lower case without underscores, hyphens and white space.
func withoutSeparators(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
