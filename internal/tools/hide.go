package tools

import (
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// hide takes the secrets of a call's arguments out of what a server says: it may repeat what it was sent.
func (c *Call) hide(text string) string {
	var secrets []string
	walkSecrets(gjson.ParseBytes(c.arguments), false, func(value string) { secrets = append(secrets, value) })
	return redact.NewEchoes(secrets...).Mask(text)
}

// walkSecrets tells every text and number below the name of a secret, and the credentials within URLs.
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
		if redact.SecretName(name) {
			for _, value := range values {
				add(value)
			}
		}
	}
}
