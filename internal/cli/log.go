package cli

import (
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"
	"golang.org/x/term"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// newLogger returns a logger that writes to w: text, coloured if w is a terminal and NO_COLOR is unset, or JSON. Credentials
// in its texts and errors are masked.
func newLogger(w io.Writer, level slog.Level, format string, getenv func(string) string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: maskAttr}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{
		Level: level, TimeFormat: time.TimeOnly, NoColor: !isTerminal(w) || getenv("NO_COLOR") != "", ReplaceAttr: maskAttr,
	}))
}

// maskAttr masks the credentials in an attribute of a log line, and the value of one with a secret name.
func maskAttr(_ []string, attr slog.Attr) slog.Attr {
	switch value := attr.Value.Any().(type) {
	case string:
		switch masked := redact.Text(value); {
		case value != "" && (redact.SecretName(attr.Key) || redact.SecretText(attr.Key)):
			attr.Value = slog.StringValue(redact.Mask)
		case masked != value:
			attr.Value = slog.StringValue(masked)
		}
	case error:
		if masked := redact.Text(value.Error()); masked != value.Error() {
			attr.Value = slog.StringValue(masked)
		}
	}
	return attr
}

// isColoured reports whether colours may be written to a stream of the process.
func isColoured(process *Process, stream any) bool {
	return isTerminal(stream) && process.Getenv("NO_COLOR") == ""
}

// isTerminal reports whether stream, a reader or writer of the process, is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
