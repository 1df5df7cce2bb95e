package cli

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
)

func TestWarnClearText(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"http://orq.example.com": true, "http://10.0.0.7:8080": true, "http://192.168.1.2": true, "http://[fe80::1]": true, "http://gpu:11434/v1": true,
		"http://localhost.example.com": true, "http://notlocalhost": true, "http://128.0.0.1": true, "HTTP://orq.example.com": true,
		"http://[::ffff:10.0.0.1]": true, "http://host.docker.internal:11434/v1": true,
		"https://orq.example.com": false, "https://10.0.0.7": false, "http://localhost:8586": false, "http://LOCALHOST": false, "http://localhost.": false,
		"http://orq.localhost": false, "http://127.0.0.1": false, "http://127.9.8.7:80": false, "http://[::1]:8586": false, "http://[::ffff:127.0.0.1]": false,
		"http://0.0.0.0:8586": false, "": false, "http://%zz": false,
	} {
		var logged bytes.Buffer
		warnClearText(slog.New(slog.NewTextHandler(&logged, nil)), "API keys", "--base-url", address)
		if got := logged.Len() > 0; got != want {
			t.Errorf("warnClearText(%q) logged %q, want a warning: %t", address, logged.String(), want)
		}
	}
}

func TestWarnClearHeaders(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	warnClearHeaders(slog.New(slog.NewTextHandler(&logged, nil)), "team.yaml", []json.RawMessage{
		[]byte(`{"key":"clear","agent_url":"http://a.example/x","headers":{"X-Key":"hush"}}`),
		[]byte(`{"key":"bare","agent_url":"http://a.example/x"}`), []byte(`{"key":"near","agent_url":"http://127.0.0.1/x","headers":{"X-Key":"hush"}}`),
		[]byte(`{"key":"sealed","agent_url":"https://a.example/x","headers":{"X-Key":"hush"}}`), []byte(`{"key":"local","model":"m"}`), []byte(`1`),
	})
	got := logged.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, "headers of agent clear") || !strings.Contains(got, "team.yaml") || strings.Contains(got, "hush") {
		t.Errorf("log = %q, want one line about agent clear, without the value", got)
	}
}
