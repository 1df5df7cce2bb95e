package apikey_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
)

func TestCheckRefusesWhatIsNoKey(t *testing.T) {
	t.Parallel()
	for want, keys := range map[string][]string{
		"is a placeholder for a variable": {
			"${ORQ_API_KEY}", "${env:ORQ_API_KEY}", "${input:orq-api-key}", "${ORQ_API_KEY:-none}", "${{ secrets.ORQ_API_KEY }}", "$(ORQ_API_KEY)",
			"$ORQ_API_KEY", "$orq_api_key", "$env:ORQ_API_KEY", "%ORQ_API_KEY%", "{env:ORQ_API_KEY}", "{ORQ_API_KEY}", "{{ORQ_API_KEY}}", "{{ orq_key }}",
			"<ORQ_API_KEY>", "<your key>", "[your key]", "__ORQ_API_KEY__", "op://vault/orq/key", `"${ORQ_API_KEY}"`, "'$ORQ_API_KEY'", "Bearer ${ORQ_API_KEY}",
			" ${ORQ_API_KEY}\n", "sk-${KEY}", "#{ORQ_API_KEY}#", "process.env.ORQ_API_KEY", `os.environ["ORQ_API_KEY"]`, "env:ORQ_API_KEY", "env.ORQ_API_KEY",
		},
		"is a placeholder from an example": {
			"your-orq-api-key", "YOUR_API_KEY", "your_key", "Your API key", "your-api-key-here", "your_token", "sk-your-key", "insert-key-here",
			"paste your key here", "api-key-here", "api key goes here", "enter-token-of-mine", "orq-api-key", "ORQ_API_KEY", "replace-with-your-key", "replace-me", "changeme", "CHANGE_ME", "xxx", "sk-xxxxxxxx",
			"placeholder", "undefined", "null", "***", "...", "…", "••••••", `"your-api-key"`, "Bearer your-orq-api-key",
		},
		"is in quotes":         {`"abc"`, "'abc'", "`abc`", `"abc`, "“abc”", `"Bearer abc"`},
		"begins with Bearer":   {"Bearer abc", "bearer  abc", "Bearer"},
		"begins with the name": {"ORQ_API_KEY=abc", "api_key=abc", "Authorization: abc"},
		"holds a blank":        {"a key", "a\nkey", "a\tkey", "kéy", "key\x00", "key\x7f", "zero\u200bwidth"},
	} {
		for _, key := range keys {
			err := apikey.Check(key)
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("Check(%q) = %v, want an error that begins with %q", key, err, want)
			}
		}
	}
}

func TestCheckTakesKeys(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"", " ", "k", "key", "test-key", "key-0123456789", " abc ", "abc\n", "sk-proj-aB3_x-9", "eyJhbGciOiJIUzI1NiJ9.eyJ3IjoxfQ.c2ln_-A", "AbCdEf0123==", "gsk_x", "sandbox",
		"ollama", "none", "EMPTY", "lm-studio", "not-needed", "sk-no-key-required", "yourself", "pa$$word", "a%20b", "a{b}c", "a=b", "myorg:secret1", "the-key", "my-key", "api-key", "monkey",
		"xx", "x1xx", "orq-secret-key", "k$ey", "100%", "env-key", "environment",
	} {
		if err := apikey.Check(key); err != nil {
			t.Errorf("Check(%q) = %v, want nil", key, err)
		}
	}
}

func TestCheckPlaceholderTakesAnyOtherText(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"${KEY}": false, " '$KEY'": false, "your-key": false, `it's "mine" é`: true, "Bearer x": true, "": true} {
		if err := apikey.CheckPlaceholder(key); (err == nil) != want {
			t.Errorf("CheckPlaceholder(%q) = %v, want taken: %t", key, err, want)
		}
	}
}

func TestCheckNeverRepeatsTheKey(t *testing.T) {
	t.Parallel()
	for _, key := range []string{`"s3cr3t"`, "Bearer s3cr3t", "ORQ_API_KEY=s3cr3t", "s3cr3t key", "<s3cr3t>", "${s3cr3t}"} {
		if err := apikey.Check(key); err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("Check(%q) = %v, want an error without the key", key, err)
		}
	}
}
