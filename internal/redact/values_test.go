package redact_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

func TestValuesMask(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		values     redact.Values
		text, want string
	}{
		"nothing known":             {redact.Values{}, "abc", "abc"},
		"a value":                   {redact.NewValues("hush-1"), "say hush-1, hush-1!", "say ***, ***!"},
		"longest first":             {redact.NewValues("token-abc", "token-abcdef"), "token-abcdef and token-abc", "*** and ***"},
		"with its scheme":           {redact.NewValues("Bearer sk-SECRET"), "Bearer sk-SECRET", "***"},
		"the token alone":           {redact.NewValues("Bearer sk-SECRET"), "sk-SECRET", "***"},
		"another case":              {redact.NewValues("hush-1"), "HUSH-1", "HUSH-1"},
		"five digits":               {redact.NewValues("73734"), "73734", "***"},
		"MinLength":                 {redact.NewValues("hush", "sh"), "hush sh", "*** sh"},
		"too short":                 {redact.NewValues("1", "1.2", ""), "version 1.2", "version 1.2"},
		"key":                       {redact.NewKey("sk-secret"), "a sk-secret", "a ***"},
		"key that is a word":        {redact.NewKey("ollama"), "ollama", "ollama"},
		"echo in another case":      {redact.NewEchoes("hush-É"), "HUSH-é", "***"},
		"echo quoted":               {redact.NewEchoes(`a"b\c`), `"a\"b\\c"`, `"***"`},
		"echo escaped":              {redact.NewEchoes("a b/c&d"), "a+b%2Fc%26d a%20b%2Fc&d", "*** ***"},
		"echo that is no UTF-8":     {redact.NewEchoes("hush\xff"), "hush\xff", "***"},
		"echo of a token":           {redact.NewEchoes("Bearer a/bcd"), "A%2fBCD", "***"},
		"echo with a metacharacter": {redact.NewEchoes("a.*d"), "abcd a.*d", "abcd ***"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.values.Mask(c.text); got != c.want {
				t.Errorf("Mask(%q) = %q, want %q", c.text, got, c.want)
			}
			if got := string(c.values.MaskBytes([]byte(c.text))); got != c.want {
				t.Errorf("MaskBytes(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestMaskBytesReturnsATextWithoutSecretsItself(t *testing.T) {
	t.Parallel()
	values, text := redact.NewKey("sk-secret"), []byte("nothing to hide")
	if got := values.MaskBytes(text); &got[0] != &text[0] {
		t.Error("MaskBytes copied the text, want text itself")
	}
}

// FuzzEchoes checks that no form of a secret is left in a text.
func FuzzEchoes(f *testing.F) {
	f.Add("s3cr3t", "it was s3cr3t")
	f.Add("Bearer S3CR3T-8 \"/+&é", "x")
	f.Add("a\"\\\"", "\\\"")
	f.Fuzz(func(t *testing.T, secret, text string) {
		if len(secret) < redact.MinLength || strings.Contains(redact.Mask, secret) {
			return
		}
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		values := redact.NewEchoes(secret)
		for _, form := range []string{secret, string(quoted), url.QueryEscape(secret), url.PathEscape(secret)} {
			got := values.Mask("<" + form + ">")
			if strings.Contains(got, form) {
				t.Errorf("Mask(%q) = %q, want it without %q", form, got, secret)
			}
		}
		_ = values.Mask(text)
	})
}
