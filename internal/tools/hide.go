package tools

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// shortestSecret is the length below which a value is no secret, but a word.
const shortestSecret = 4

// hide takes the secrets of a call's arguments out of what a server says: it may repeat what it was sent.
func (c *Call) hide(text string) string {
	for _, secret := range secretsIn(c.arguments) {
		if pattern, err := regexp.Compile("(?i)" + regexp.QuoteMeta(secret)); err == nil {
			text = pattern.ReplaceAllLiteralString(text, orq.Redacted)
		}
	}
	return text
}

// secretsIn finds the secrets in arguments, in each form in which a server may repeat them, the longest first.
func secretsIn(arguments json.RawMessage) []string {
	var found []string
	add := func(value string) {
		_, credential, _ := strings.Cut(value, " ") // of "Bearer credential"
		for _, each := range []string{value, strings.TrimSpace(credential)} {
			if len(each) < shortestSecret {
				continue
			}
			quoted := strings.Trim(string(gjson.AppendJSONString(nil, each)), `"`)
			found = append(found, each, quoted, url.QueryEscape(each), url.PathEscape(each))
		}
	}
	walkSecrets(gjson.ParseBytes(arguments), false, add)
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return slices.Compact(found)
}

// walkSecrets tells every text and number below the name of a secret, and the credentials within URLs.
func walkSecrets(value gjson.Result, secret bool, add func(string)) {
	switch {
	case value.IsObject():
		value.ForEach(func(name, inside gjson.Result) bool {
			walkSecrets(inside, secret || orq.SecretField(name.Str), add)
			return true
		})
	case value.IsArray():
		value.ForEach(func(_, inside gjson.Result) bool {
			walkSecrets(inside, secret, add)
			return true
		})
	case secret && (value.Type == gjson.String || value.Type == gjson.Number):
		add(value.String())
	case value.Type == gjson.String && strings.HasPrefix(strings.TrimSpace(value.Str), "{"):
		if gjson.Valid(value.Str) { // an object that came as text
			walkSecrets(gjson.Parse(value.Str), secret, add)
		}
	case value.Type == gjson.String && strings.Contains(value.Str, "://"):
		walkURL(value.Str, add)
	}
}

func walkURL(text string, add func(string)) {
	parsed, err := url.Parse(text)
	if err != nil {
		return
	}
	if password, given := parsed.User.Password(); given {
		add(password)
	}
	for name, values := range parsed.Query() {
		if orq.SecretName(name) {
			for _, value := range values {
				add(value)
			}
		}
	}
}
