package redact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

func TestTextMasksCredentials(t *testing.T) {
	t.Parallel()
	const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
	for text, want := range map[string]string{
		// User info.
		"https://user:pw@a.example/x":                   "https://***@a.example/x",
		"https://ghp_abc@github.com/o/r.git":            "https://***@github.com/o/r.git",
		"https://sk_live_1:@api.example":                "https://***@api.example",
		"see https://u:p@h, then http://a:b@c.":         "see https://***@h, then http://***@c.",
		"HTTPS://u:p@h":                                 "HTTPS://***@h",
		"wss://u:p@h/s":                                 "wss://***@h/s",
		"git+https://tok@h/r":                           "git+https://***@h/r",
		"https://u:p@ss@h/x":                            "https://***@h/x",
		"https://u:p'w@h":                               "https://***@h",
		"https://u:p%40ss@[::1]:80/":                    "https://***@[::1]:80/",
		"//u:p@h/x":                                     "//u:***@h/x",
		`{"url":"https:\/\/u:p@h\/x?token=t"}`:          `{"url":"https:\/\/***@h\/x?token=***"}`,
		`{\"url\":\"https://u:p@h\",\"a\":\"x@y\"}`:     `{\"url\":\"https://***@h\",\"a\":\"x@y\"}`,
		"postgres://app:pw@db:5432/x?sslmode=require":   "postgres://app:***@db:5432/x?sslmode=require",
		"postgresql+psycopg://app:p/w@db/x":             "postgresql+psycopg://app:***@db/x",
		"redis://:pw@cache:6379/0":                      "redis://:***@cache:6379/0",
		"mongodb+srv://u:p@a.example,b.example/x?w=1":   "mongodb+srv://u:***@a.example,b.example/x?w=1",
		"amqps://u:p@mq//vhost":                         "amqps://u:***@mq//vhost",
		"jdbc:postgresql://db/x?user=u&password=p":      "jdbc:postgresql://db/x?user=u&password=***",
		"jdbc:sqlserver://db:1433;user=sa;password=p;x": "jdbc:sqlserver://db:1433;user=sa;password=***;x",
		"ftp://me:pw@h/f":                               "ftp://me:***@h/f",
		// Parameters.
		"https://a/x?api_key=s&q=1":                                           "https://a/x?api_key=***&q=1",
		"https://a/x?q=1&key=AIza":                                            "https://a/x?q=1&key=***",
		"https://a/x?sig=s%3D&se=2026":                                        "https://a/x?sig=***&se=2026",
		"https://b/x?X-Amz-Credential=c&X-Amz-Signature=":                     "https://b/x?X-Amz-Credential=***&X-Amz-Signature=",
		"https://b/x?X-Amz-Signature=s":                                       "https://b/x?X-Amz-Signature=***",
		"https://b/x?subscription-key=s":                                      "https://b/x?subscription-key=***",
		"https://b/x?a=1&amp;token=s":                                         "https://b/x?a=1&amp;token=***",
		`https://b/x?a=1\u0026token=s\u0026b=2`:                               `https://b/x?a=1\u0026token=***\u0026b=2`,
		"https://b/x?api%5Fkey=s":                                             "https://b/x?api%5Fkey=***",
		"https://b/x?token[]=s":                                               "https://b/x?token[]=***",
		"https://b/x?access_tokens=s":                                         "https://b/x?access_tokens=***",
		"https://b/cb#access_token=s&state=x":                                 "https://b/cb#access_token=***&state=x",
		"https://b/#/cb?id_token=s":                                           "https://b/#/cb?id_token=***",
		"(https://b/x?token=s)":                                               "(https://b/x?token=***)",
		"use https://b/x?token=s.":                                            "use https://b/x?token=***.",
		"https://b/x?next=https%3A%2F%2Fu%3Ap%40h%2F%3Ftoken%3Ds%26a%3D1&b=2": "https://b/x?next=https%3A%2F%2F***%40h%2F%3Ftoken%3D***%26a%3D1&b=2",
		"https://b/x?next=https://u:p@h/?token=s":                             "https://b/x?next=https://***@h/?token=***",
		"GET /v2/agents/https:%2F%2Fu:p@h%2Fx: 404":                           "GET /v2/agents/https:%2F%2F***@h%2Fx: 404",
		"path=https%3a%2f%2fu%3ap%40h%2F%3Fapi_key%3Ds":                       "path=https%3a%2f%2f***%40h%2F%3Fapi_key%3D***",
		"/v2/agents/https:%2F%2Fh%2F%3Fapi_key=s&a=1":                         "/v2/agents/https:%2F%2Fh%2F%3Fapi_key=***&a=1",
		"/v1/orders?limit=1&api_key=s":                                        "/v1/orders?limit=1&api_key=***",
		// Connection strings.
		"Server=db;Database=x;User Id=sa;Password=p w;Encrypt=true": "Server=db;Database=x;User Id=sa;Password=***;Encrypt=true",
		"Password=p;Server=db": "Password=***;Server=db",
		"Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=a+b/c=":        "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=***",
		"DefaultEndpointsProtocol=https;AccountName=n;AccountKey=a==;Suffix=x": "DefaultEndpointsProtocol=https;AccountName=n;AccountKey=***;Suffix=x",
		`Server=db;Pwd="a;b";User=u`:                                           `Server=db;Pwd="***";User=u`,
		"host=db user=app password=p dbname=x":                                 "host=db user=app password=*** dbname=x",
		"password='p w' host=db":                                               "password='***' host=db",
		"app:p@ss:w@tcp(db:3306)/x":                                            "app:***@tcp(db:3306)/x",
		"open app:pw@unix(/tmp/x)/y failed":                                    "open app:***@unix(/tmp/x)/y failed",
		"A=1 API_KEY=s ./run":                                                  "A=1 API_KEY=*** ./run",
		"a=1; session_token=s; b=2":                                            "a=1; session_token=***; b=2",
		// Headers.
		"Authorization: Bearer hush1":                      "Authorization: Bearer ***",
		`curl -H "Authorization: Bearer hush-1" https://a`: `curl -H "Authorization: Bearer ***" https://a`,
		"authorization: hush-12345":                        "authorization: ***",
		"Proxy-Authorization: Basic dTpw":                  "Proxy-Authorization: Basic ***",
		"sent Basic dXNlcjpwYXNz to it":                    "sent Basic *** to it",
		"got Bearer sk-0123456789.":                        "got Bearer ***.",
		"X-Api-Key: hush-123":                              "X-Api-Key: ***",
		"Ocp-Apim-Subscription-Key:0123456789abcdef":       "Ocp-Apim-Subscription-Key:***",
		"Cookie: a=1; b=2\nX: y":                           "Cookie: ***\nX: y",
		`{"api_key": "hush-123", "n": 1}`:                  `{"api_key": "***", "n": 1}`,
		`{\"password\":\"hush-123\"}`:                      `{\"password\":\"***\"}`,
		// Keys.
		pem:      "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
		pem[:40]: "-----BEGIN RSA PRIVATE KEY-----***",
		"-----BEGIN PRIVATE KEY----- is how. " + pem[:40]: "-----BEGIN PRIVATE KEY----- is how. -----BEGIN RSA PRIVATE KEY-----***",
		`-----BEGIN PRIVATE KEY-----\nMIIE`:               "-----BEGIN PRIVATE KEY-----***",
		pem[:32] + "Proc-Type: 4,ENCRYPTED\n":             "-----BEGIN RSA PRIVATE KEY-----***",
		"a " + jwt + ".":                                  "a eyJ***",
	} {
		got := redact.Text(text)
		if got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
		if again := redact.Text(want); again != want {
			t.Errorf("Text(%q) = %q, want it unchanged", want, again)
		}
		if !strings.Contains(want, redact.Mask) {
			continue
		}
		if !redact.IsMasked(want) {
			t.Errorf("IsMasked(%q) = false, want true", want)
		}
		if redact.IsMasked(text) {
			t.Errorf("IsMasked(%q) = true, want false", text)
		}
	}
}

func TestTextLeavesWhatIsOrdinary(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "***", "**bold** and ***both***", "a // b: c@d", "// todo: mail a@b.c", "https://a.example", "https://a.example:8080/x@y", "https://medium.com/@me",
		"mailto:me@a.example", "ssh://git@github.com/o/r", "https://git@github.com/o/r", "postgres://postgres@localhost/db", "git@github.com:o/r.git",
		"https://a/x?limit=10&after=c1&cursor=c2&page_token=p&next_page_token=p", "https://a/x?max_tokens=100&tokens=5&q=key", "https://a/x?code=404&state=s&country=PT",
		"https://a/x?author=me&authors=a,b&path=/x&passage=1&bypass=1&signed=x", "https://a/x?email=a@b.c", "https://a/x#section", "https://a/x?auth=true", "file:///C:/x",
		"https://{{user}}:{{password}}@a/x?api_key={{key}}", "https://a/x?token=${TOKEN}&key=$KEY", "https://a/x?token={token}", "https://a/x?token=<token>", "https://u:${PW}@h",
		"https://a/x?token=%7B%7Bkey%7D%7D", "https://a/x?token={{ key }}", "http://[::1]:8080/x", "http://host:{port}/a@b", "sb://x/;a", "s3://bucket/key=1/day=2",
		"key=billing-agent", "password=hush alone", "f(a=1, password=x)", "x == y; token == z", "a=b; c=d", "Use a Bearer token.", "Basic information about Basic auth", "bearer of news",
		"Never write -----BEGIN PRIVATE KEY----- or a part of one. Be kind.", "'-----BEGIN PRIVATE KEY-----'.", "Cookie: ask for consent first.", "password-reset: https://a.example/reset",
		"https://a/x?key=YOUR_API_KEY&token=your-token&sig=...", "https://a/x?api_key=xxx", "postgres://app:your_password@db/x", "Authorization: Bearer YOUR_API_TOKEN_1",
		"Authorization: required", "Note: see X", "the secret: 12 steps", "time: 12:30:45", "max_tokens: 4096", "next_page_token: 0123456789", "signature: f(x) -> y",
		"def f(token: str) -> None", "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----", "eyJhIjoxfQ", "eyJ.a.b", "a.eyJhbGciOiJI.x", "https://", "://", "//", "=", "==", "a@tcp(x)",
	} {
		if got := redact.Text(text); got != text {
			t.Errorf("Text(%q) = %q, want it unchanged", text, got)
		}
		if redact.IsMasked(text) != (text == redact.Mask) {
			t.Errorf("IsMasked(%q) = %t, want %t", text, redact.IsMasked(text), text == redact.Mask)
		}
	}
}

func TestFileURIKeepsTheQueryOfASignedURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://b/f.pdf?X-Amz-Credential=c&X-Amz-Security-Token=t&X-Amz-Signature=s": "https://b/f.pdf?X-Amz-Credential=c&X-Amz-Security-Token=t&X-Amz-Signature=s",
		"https://b/f.pdf?sv=1&sig=s":  "https://b/f.pdf?sv=1&sig=s",
		"https://u:p@b/f.pdf?sig=s":   "https://***@b/f.pdf?sig=s",
		"https://b/f.pdf?api_key=s":   "https://b/f.pdf?api_key=***",
		"data:text/plain;base64,eyJh": "data:text/plain;base64,eyJh",
	} {
		if got := redact.FileURI(text); got != want {
			t.Errorf("FileURI(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestTextReadsEachPartAFewTimesOnly has texts in which every part looks like the beginning of something. A text that is
// eight times as long may take about eight times as long, not 64 times.
func TestTextReadsEachPartAFewTimesOnly(t *testing.T) {
	t.Parallel()
	for _, part := range []string{
		"//", `\/\/`, "a://", "a://b:c", "a://u:p@h?token=s;", "%2F%2F", "a://b?c=%2F%2F", "=", "a=", "token=", "token=a;", "a=b token=", "api_key:", "cookie:", "\"", `"token":`,
		"-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "eyJ", "eyJ.", "Bearer ", "Basic ", "@tcp(", ":@tcp(", "&", "?", "${", "'", "\\",
	} {
		short, long := strings.Repeat(part, 4<<10/len(part)), strings.Repeat(part, 32<<10/len(part))
		took, limit := fastest(long), 30*max(fastest(short), time.Millisecond)
		for range 5 { // on a machine that is busy with something else
			if took <= limit {
				break
			}
			took, limit = min(took, fastest(long)), max(limit, 30*fastest(short))
		}
		if took > limit {
			t.Errorf("32 KiB of %q took %v, want at most %v as for 4 KiB", part, took, limit)
		}
	}
}

// fastest returns how long Text takes for a text, the fastest of several times while that is long.
func fastest(text string) time.Duration {
	best := time.Hour
	for range 3 {
		started := time.Now()
		redact.Text(text)
		if best = min(best, time.Since(started)); best < 10*time.Millisecond {
			break
		}
	}
	return best
}

// FuzzText checks that masking is done after one pass, and that no secret is left in a URL whatever is around it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"see https://u:p@h/x?token=s.", `{"a":"\/\/u:p@h"}`, "Server=a;Password=b;", "Authorization: Bearer 0123456789", "a:b@tcp(c)", "=;=", "%2F%2F"} {
		f.Add(seed, " ")
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		once := redact.Text(before + after)
		if again := redact.Text(once); again != once {
			t.Errorf("Text(%q) = %q, want it unchanged", once, again)
		}
		const secret = "hush-hush-1"
		text := before + " https://u:" + secret + "@a.example/x?n=1&api_key=" + secret + "#access_token=" + secret + " " + after
		if got := redact.Text(text); strings.Contains(got, secret) {
			t.Errorf("Text(%q) = %q, want the secret masked", text, got)
		}
	})
}
