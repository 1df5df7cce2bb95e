package server

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/scratch"
)

// keepingWriter fails each write and keeps what it was given, as HTTP/2 does for a moment with a stream that was reset.
type keepingWriter struct {
	*httptest.ResponseRecorder

	kept []byte
}

var errReset = errors.New("the stream was reset")

func (w *keepingWriter) Write(data []byte) (int, error) {
	w.kept = data
	return 0, errReset
}

func (*keepingWriter) SetWriteDeadline(time.Time) error { return nil }

func TestABufferWhoseWriteFailedIsNotUsedAgain(t *testing.T) { //nolint:paralleltest // it looks at what the next one takes
	for name, write := range map[string]func(*answer){ //nolint:paralleltest // see above
		"progress": func(a *answer) {
			s := sinkOn(t, a)
			_ = s.Send(lifecycleStep("tool started"))
			s.flush()
		},
		"a result": func(a *answer) {
			a.writeResult(json.RawMessage("1"), func(b []byte) []byte { return append(b, `{}`...) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &keepingWriter{ResponseRecorder: httptest.NewRecorder()}
			write(newAnswer(w, time.Second, newHiddenJSON()))
			if len(w.kept) == 0 {
				t.Fatal("nothing was written")
			}
			before := string(w.kept)
			for range 100 {
				next := scratch.Take()
				clear(next[:cap(next)])
			}
			if string(w.kept) != before {
				t.Error("a buffer that may still be read was taken for other data")
			}
		})
	}
}
