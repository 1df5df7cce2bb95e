package orq_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"":                           "https://my.orq.ai/v2/agents/scout",
		"https://api.orq.ai":         "https://api.orq.ai/v2/agents/scout",
		"https://api.orq.ai//":       "https://api.orq.ai/v2/agents/scout",
		"http://localhost:8080/orq/": "http://localhost:8080/orq/v2/agents/scout",
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			var got string
			client := newClient(t, base, roundTrip(func(r *http.Request) (*http.Response, error) {
				got = r.URL.String()
				return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
			}))
			if err := client.DeleteAgent(t.Context(), "scout"); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("URL = %s, want %s", got, want)
			}
		})
	}
}

func TestNewRejectsInvalidBaseURLs(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"my.orq.ai":             `base URL "my.orq.ai": must look like https://my.orq.ai`,
		"ftp://my.orq.ai":       `base URL "ftp://my.orq.ai": must look like https://my.orq.ai`,
		"https://":              `base URL "https:": must look like https://my.orq.ai`,
		"ftp://u:pw@orq.ai?k=x": `base URL "ftp://orq.ai": must look like https://my.orq.ai`,
		"u:pw@orq.ai":           `base URL "an address that cannot be read": must look like https://my.orq.ai`,
		"https://u:pw@orq.ai":   "base URL: must hold neither user, query nor fragment",
		"https://orq.ai?key=x":  "base URL: must hold neither user, query nor fragment",
		"https://orq.ai#x":      "base URL: must hold neither user, query nor fragment",
	} {
		if _, err := orq.New(orq.Options{BaseURL: base}); err == nil || err.Error() != want {
			t.Errorf("New with BaseURL %q: error %v, want %s", base, err, want)
		}
	}
}

func TestNewRejectsInvalidKeys(t *testing.T) {
	t.Parallel()
	const want = "API key: holds a blank, a line break or another character that no key has"
	for _, key := range []string{"ab\ncd", "ab cd", "ab\x00", "schlüssel"} {
		if _, err := orq.New(orq.Options{APIKey: key}); err == nil || err.Error() != want {
			t.Errorf("New with APIKey %q: error %v, want %s", key, err, want)
		}
	}
	if _, err := orq.New(orq.Options{APIKey: " key\n"}); err != nil {
		t.Errorf("New with spaces around APIKey: error %v, want none", err)
	}
}

func TestOperationsFailWithoutAKey(t *testing.T) {
	t.Parallel()
	transport := roundTrip(func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return nil, errors.New("unreachable")
	})
	client, err := orq.New(orq.Options{APIKey: " \n", Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	if client.HasKey() {
		t.Error("HasKey() = true, want false")
	}
	for _, op := range operations() {
		if _, err := op.call(t.Context(), client); !errors.Is(err, orq.ErrNoKey) {
			t.Errorf("%s: error %v, want ErrNoKey", op.name, err)
		}
	}
}

func TestForSendsTheKeyOfTheCaller(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		own, caller string
		oneKey      bool
		want        string
	}{
		"own key":              {"own", "", false, "Bearer own"},
		"key of the caller":    {"own", "theirs", false, "Bearer theirs"},
		"only the caller's":    {"", "theirs", false, "Bearer theirs"},
		"own with a newline":   {"own\n", "", false, "Bearer own"},
		"caller's with spaces": {"own", " theirs ", false, "Bearer theirs"},
		"caller's is blank":    {"own", " ", false, "Bearer own"},
		"one key for all":      {"own", "theirs", true, "Bearer own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			client, err := orq.New(orq.Options{APIKey: c.own, OneKey: c.oneKey, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				got = r.Header.Get("Authorization")
				return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
			})})
			if err != nil {
				t.Fatal(err)
			}
			caller := client.For(orq.Caller{APIKey: c.caller})
			if err := caller.DeleteAgent(t.Context(), "scout"); err != nil {
				t.Fatal(err)
			}
			if got != c.want || !caller.HasKey() {
				t.Errorf("Authorization = %q and HasKey() = %t, want %q and true", got, caller.HasKey(), c.want)
			}
			if got, want := caller.KeyOfCaller(), c.want == "Bearer theirs"; got != want {
				t.Errorf("KeyOfCaller() = %t, want %t", got, want)
			}
			if client.KeyOfCaller() {
				t.Error("KeyOfCaller() of the original client = true, want false")
			}
		})
	}
}
