package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestLogMasksCredentials(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var logged bytes.Buffer
		logger := newLogger(&logged, slog.LevelDebug, format, func(string) string { return "" })
		logger.With("url", "https://u:hush@a.example/x?token=hush&n=1").Info("GET https://u:hush@b.example",
			"error", errors.New("dial postgres://app:hush@db/x"), "api_key", "hush", "group", slog.GroupValue(slog.String("dsn", "hush")), "agent", "billing", "status", 200)
		got := logged.String()
		if strings.Contains(got, "hush") {
			t.Errorf("%s log = %s, want no credential", format, got)
		}
		for _, want := range []string{"https://***@a.example/x?token=***", "https://***@b.example", "postgres://app:***@db/x", "billing", "200"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s log = %s, want %s in it", format, got, want)
			}
		}
	}
}
