package tools

import (
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// redactArgs masks the secrets of the call's arguments in text, because the message of a server may repeat what it received.
// Other credentials are masked by their form, as in all errors (Tool.Answer).
func (c *Call) redactArgs(text string) string {
	var secrets []string
	walkSecrets(string(c.arguments), func(value string) { secrets = append(secrets, value) })
	return redact.NewEchoes(secrets...).Mask(text)
}

// walkSecrets calls add for every string and number of a JSON document that is masked in results, and for the credentials
// within texts.
func walkSecrets(document string, add func(string)) {
	walkMasked(gjson.Parse(document), gjson.Parse(redact.JSONString(document)), add)
}

// walkMasked is walkSecrets for a value and the same value with its secrets masked.
func walkMasked(value, masked gjson.Result, add func(string)) {
	switch {
	case value.IsObject(), value.IsArray():
		var inside []gjson.Result
		masked.ForEach(func(_, each gjson.Result) bool {
			inside = append(inside, each)
			return true
		})
		value.ForEach(func(_, each gjson.Result) bool {
			if len(inside) > 0 {
				walkMasked(each, inside[0], add)
				inside = inside[1:]
			}
			return true
		})
	case masked.Str == redact.Mask && (value.Type == gjson.String || value.Type == gjson.Number):
		add(value.String())
	case value.Type == gjson.String && strings.HasPrefix(strings.TrimSpace(value.Str), "{") && gjson.Valid(value.Str):
		walkSecrets(value.Str, add) // an object passed as a JSON string
	case value.Type == gjson.String:
		walkText(value.Str, add)
	}
}

// walkText calls add for each credential in a text, for the password alone if it has a user, and for both unescaped.
func walkText(text string, add func(string)) {
	redact.Credentials(text, func(credential string) {
		_, password, _ := strings.Cut(credential, ":")
		for _, form := range []string{credential, password} {
			add(form)
			if unescaped, err := url.QueryUnescape(form); err == nil && unescaped != form {
				add(unescaped)
			}
		}
	})
}
