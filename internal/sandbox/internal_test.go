package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

func TestParseWork(t *testing.T) {
	t.Parallel()
	got := parseWork("Hello\r\n/tool ask {\"a\":1}\n/slow 5s\nworld\n/reject\n/drop\n/fail so sad\n /drop\n/tool ask [1]")
	want := store.Work{
		Text: "Hello\nworld\n /drop",
		Steps: []store.Command{
			{Name: "tool", Text: "ask", Args: map[string]any{"a": 1.0}}, {Name: "slow", Wait: 5 * time.Second},
			{Name: "drop"}, {Name: "fail", Text: "so sad"},
		},
		Notes:  []string{`I left out "/tool ask [1]": what follows the name must be a JSON object.`},
		Reject: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// broken is an engine that panics.
type broken struct{ engine }

func (broken) turn(context.Context, *run) error { panic("oh no") }

func TestARunThatPanicsFailsAlone(t *testing.T) {
	t.Parallel()
	box, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	box.engine = broken{box.engine}
	post := func(path, body string) string {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer key")
		w := httptest.NewRecorder()
		box.ServeHTTP(w, r)
		return w.Body.String()
	}
	post("/v2/agents", `{"key":"a","role":"r","description":"d","instructions":"i","path":"p","model":"m/m","settings":{}}`)
	got := post("/v2/agents/a/responses", `{"message":{"role":"user","parts":[{"kind":"text","text":"hi"}]}}`)
	if !strings.Contains(got, `"error":"the sandbox failed; its log says why"`) || !strings.Contains(got, `"status":"failed"`) {
		t.Errorf("answer %s", got)
	}
}
