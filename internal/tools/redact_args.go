package tools

import (
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// redactArgs masks the secrets of the call's arguments in text, because the message of a server may repeat what it received.
func (c *Call) redactArgs(text string) string {
	var secrets []string
	walkSecrets(gjson.ParseBytes(c.arguments), false, func(value string) { secrets = append(secrets, value) })
	return redact.NewEchoes(secrets...).Mask(text)
}

// walkSecrets calls add for every string and number under the name of a secret, and for the credentials within URLs. secret reports
// that value is itself under such a name.
func walkSecrets(value gjson.Result, secret bool, add func(string)) {
	switch {
	case value.IsObject():
		value.ForEach(func(name, inside gjson.Result) bool {
			walkSecrets(inside, secret || redact.SecretField(name.Str), add)
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
	case value.Type == gjson.String && strings.Contains(value.Str, "://"):
		walkURL(value.Str, add)
	}
}

// walkURL calls add for the password and the secret query parameters of a URL.
func walkURL(text string, add func(string)) {
	parsed, err := url.Parse(text)
	if err != nil {
		return
	}
	if password, given := parsed.User.Password(); given {
		add(password)
	}
	for name, values := range parsed.Query() {
		if redact.SecretName(name) {
			for _, value := range values {
				add(value)
			}
		}
	}
}
