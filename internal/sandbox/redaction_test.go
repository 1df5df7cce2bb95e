package sandbox_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// lockedBuffer is a log that handlers write at the same time.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func TestModelKeyIsRedacted(t *testing.T) {
	t.Parallel()
	const key = "sk-secret"
	f := serveModel(t,
		replyChunks(delta(`{"reasoning":"sk-sec"}`), delta(`{"reasoning":"ret","content":"It is sk-"}`), delta(`{"content":"secret."}`), finishChunk("stop")),
		replyCalls(modelCall{"c1", "hammer", `{"key":"sk-secret"}`}), replyBody(400, `{"error":{"message":"Bearer sk-secret"}}`),
		replyChunks(delta(`{"content":"sk-secret"}`), `{"error":"sk-secret"}`),
		replyCalls(modelCall{"sk-secret", "sk-secret", ""}, modelCall{"sk-secret", "pause", ""}))
	logged := &lockedBuffer{}
	w := open(t, sandbox.Options{
		Model:  sandbox.ModelOptions{URL: f.url, Key: key},
		Logger: slog.New(slog.NewJSONHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	w.create("helper", toolSettings(object{"type": "current_date"}, object{"type": "function", "key": "pause"}))
	var answered []any
	for range 4 {
		events := w.play("helper", say("Hi"))
		answered = append(answered, events, w.response("helper", taskOf(t, events)))
	}
	if got := answered[0].([]orq.Event); data[*orq.Inactive](t, got).LastMessage != "It is ***." {
		t.Errorf("last message = %q, want %q", data[*orq.Inactive](t, got).LastMessage, "It is ***.")
	}
	w.close()
	encoded, err := json.Marshal(answered)
	if err != nil || strings.Contains(string(encoded), key) || logged.text.Len() == 0 || strings.Contains(logged.text.String(), key) {
		t.Errorf("encode: %v; want the key neither in the answers nor in the log:\n%s\n%s", err, encoded, logged.text.String())
	}
}
