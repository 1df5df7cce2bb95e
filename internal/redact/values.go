package redact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const (
	// MinLength is the length in bytes from which a value is masked. A shorter one, such as the 1 of a version, occurs
	// anywhere and would make a text unreadable. It is low, because the values are passwords and headers that somebody
	// chose, and PINs of five digits are among them; what is masked are errors, which lose little.
	MinLength = 4
	// MinKeyLength is the length in bytes from which NewKey masks. It is higher than MinLength, because a key is masked in
	// everything that an agent writes, and no service issues keys that short: what is shorter is a word, such as ollama or
	// sandbox, that people give a server of their own which wants any key.
	MinKeyLength = 8
)

// Values masks known secret values in texts. The zero value masks nothing. It is safe for concurrent use.
type Values struct {
	secrets []secret // longest first, as one may hold another
	anyCase bool
}

// NewValues returns Values that mask secrets and, of one like "Bearer TOKEN", also the token alone, each from MinLength on.
func NewValues(secrets ...string) Values {
	var all []string
	for _, secret := range secrets {
		all = append(all, withToken(secret)...)
	}
	return Values{secrets: longestFirst(all)}
}

// NewEchoes is NewValues for text by a server that may repeat what it received in another form: in upper or lower case,
// quoted for JSON, or escaped for a URL.
func NewEchoes(secrets ...string) Values {
	var all []string
	for _, secret := range secrets {
		for _, each := range withToken(secret) {
			quoted, _ := json.Marshal(each) // a string cannot fail
			all = append(all, each, string(quoted[1:len(quoted)-1]), url.QueryEscape(each), url.PathEscape(each))
		}
	}
	return Values{secrets: longestFirst(all), anyCase: true}
}

// NewKey returns Values that mask the keys with which this process authenticates itself and, of one like "Bearer TOKEN", also
// the token alone, each from MinKeyLength on.
func NewKey(keys ...string) Values {
	var all []string
	for _, key := range keys {
		all = append(all, withToken(key)...)
	}
	return Values{secrets: longestFirst(slices.DeleteFunc(all, func(each string) bool { return len(each) < MinKeyLength }))}
}

// withToken returns a value and the token after its first blank, without those that are too short to be secrets.
func withToken(value string) []string {
	_, token, _ := strings.Cut(value, " ")
	return slices.DeleteFunc([]string{value, strings.TrimSpace(token)}, func(each string) bool { return len(each) < MinLength })
}

func longestFirst(texts []string) (secrets []secret) {
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	for _, text := range slices.Compact(texts) {
		secrets = append(secrets, newSecret(text))
	}
	return secrets
}

// Mask returns text with Mask in place of every secret.
func (v Values) Mask(text string) string {
	for _, secret := range v.secrets {
		if v.anyCase || secret.in(text) {
			text = v.replace(text, secret.text)
		}
	}
	return text
}

func (v Values) replace(text, secret string) string {
	if v.anyCase {
		if pattern, err := regexp.Compile("(?i)" + regexp.QuoteMeta(secret)); err == nil {
			return pattern.ReplaceAllLiteralString(text, Mask)
		} // a pattern must be valid UTF-8
	}
	return strings.ReplaceAll(text, secret, Mask)
}

// MaskBytes is Mask for bytes. It returns text itself when that holds no secret.
func (v Values) MaskBytes(text []byte) []byte {
	for _, secret := range v.secrets {
		if v.anyCase || bytes.Contains(text, []byte(secret.text)) {
			text = []byte(v.replace(string(text), secret.text))
		}
	}
	return text
}

// beginning returns how many bytes at the end of text are the beginning of a secret, but not all of it.
func (v Values) beginning(text string) int {
	longest := 0
	for _, secret := range v.secrets {
		for n := min(len(text), len(secret.text)-1); n > longest; n-- {
			if strings.HasSuffix(text, secret.text[:n]) {
				longest = n
				break
			}
		}
	}
	return longest
}
