package orq_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestWithoutKeyNothingIsSent(t *testing.T) {
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
		t.Error("client has a key")
	}
	for _, op := range operations() {
		if _, err := op.call(t.Context(), client); !errors.Is(err, orq.ErrNoKey) {
			t.Errorf("%s: %v, want ErrNoKey", op.name, err)
		}
	}
}

func TestKeyOfTheCallerIsSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ own, caller, want string }{
		"own key":              {"own", "", "Bearer own"},
		"key of the caller":    {"own", "theirs", "Bearer theirs"},
		"only the caller's":    {"", "theirs", "Bearer theirs"},
		"own with a newline":   {"own\n", "", "Bearer own"},
		"caller's with spaces": {"own", " theirs ", "Bearer theirs"},
		"caller's is blank":    {"own", " ", "Bearer own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			client, err := orq.New(orq.Options{APIKey: c.own, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
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
				t.Errorf("Authorization %q, has key %v, want %q", got, caller.HasKey(), c.want)
			}
			if caller.KeyOfCaller() != (c.want == "Bearer theirs") || client.KeyOfCaller() {
				t.Errorf("the key is the caller's: %t", caller.KeyOfCaller())
			}
		})
	}
}

func TestLogTellsOfACallWithoutSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	client, err := orq.New(orq.Options{
		APIKey: apiKey, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.DeleteAgent(t.Context(), "scout"); err != nil {
		t.Fatal(err)
	}
	if line := log.String(); !strings.Contains(line, `operation="DELETE /v2/agents/{agent_key}" status=204`) || strings.Contains(line, apiKey) {
		t.Errorf("log: %s", line)
	}
}
