package tools

import (
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// redactArgs masks the secrets of the call's arguments in text, because the message of a server may repeat what it received.
// Other credentials are masked by their form, as in all errors (Tool.Handle).
func (c *Call) redactArgs(text string) string {
	var secrets []string
	walkSecrets(gjson.ParseBytes(c.arguments), false, func(value string) { secrets = append(secrets, value) })
	return redact.NewEchoes(secrets...).Mask(text)
}

// walkSecrets calls add for every string and number under the name of a secret, and for the credentials within texts. secret reports
// that value is itself under such a name.
func walkSecrets(value gjson.Result, secret bool, add func(string)) {
	switch {
	case value.IsObject():
		value.ForEach(func(name, inside gjson.Result) bool {
			walkSecrets(inside, secret || redact.SecretField(name.Str) || redact.SecretText(name.Str) && inside.Type != gjson.Number, add)
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
		if gjson.Valid(value.Str) { // an object passed as a JSON string
			walkSecrets(gjson.Parse(value.Str), secret, add)
		}
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
