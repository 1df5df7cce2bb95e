package redact

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// FuzzSigns checks that no credential is missed where its sign is not seen, in a text and in its JSON.
func FuzzSigns(f *testing.F) {
	for _, seed := range []string{
		"https://user:pw@a.example/x?token=t", `https:\/\/u:p@h\/x`, "next=https%3A%2F%2Fu%3Ap%40h", "Server=s;Password=p;", "user:pass@tcp(h:1)/db",
		"X-Api-Key: 0123456789abc", "authorization: 0123456789abc", "\nCookie: a=b", "'X-Api-Key': 0123456789abc", `"api_key": "0123456789abc"`,
		"Bearer 0123456789abc", "BEARER 0123456789abc", "basic dXNlcjpwYXNz", `\bearer 0123456789abc`, "\bBearer 0123456789abc",
		"-----BEGIN PRIVATE KEY-----\nabc", "eyJhbGciOiJ9.eyJzdWIiOiIxIn0.c2ln", `\eyJhbGciOiJ9.eyJzdWIiOiIxIn0.c2ln`,
		"<b>X-Auth-Token: 0123456789abc", "a_" + strings.Repeat("x", 70) + "-api-key: 0123456789abc", "Be brief: see the key: plain prose, 10:30.",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, signed := range []bool{false, true} {
			careful := finder{text: text, signed: signed}
			careful.find(allSigns)
			if want, got := careful.merged(), credentialsOf(signsIn(text), text, signed); !slices.Equal(got, want) {
				t.Errorf("credentials of %q are %v by their signs %b, want %v", text, got, signsIn(text), want)
			}
		}
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		unescaped := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(quoted))
		for _, raw := range []string{string(quoted), unescaped} {
			var decoded string
			if err := json.Unmarshal([]byte(raw), &decoded); err != nil {
				continue // what looks like an escape was none
			}
			careful := finder{text: decoded}
			if careful.find(allSigns); len(careful.found) > 0 && signsIn(raw[1:len(raw)-1]) == 0 {
				t.Errorf("%s has no signs, but credentials at %v", raw, careful.found)
			}
		}
	})
}

func TestProseHasNoSigns(t *testing.T) {
	t.Parallel()
	for _, prose := range []string{
		"Be brief: look the order up before you promise anything.", "Rules:\n- Never shout.\n- It's 10:30 (2026-01-01T00:00:00.000Z), basically.", "key: value",
		`Say \"hello\",\n\tthen \u003cb\u003e \u0026 end\r\n`,
	} {
		if found := signsIn(prose); found != 0 {
			t.Errorf("%q has the signs %b, want none", prose, found)
		}
	}
}
