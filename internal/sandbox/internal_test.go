package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestULIDsGrow(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_469_918_176_385)
	ids := &ulids{now: func() time.Time { return now }}
	first := ids.next()
	if first[:10] != "01ARYZ6S41" || len(first) != 26 {
		t.Errorf("id %s", first)
	}
	last := first
	for range 1000 {
		next := ids.next()
		if next <= last {
			t.Fatalf("%s after %s", next, last)
		}
		last = next
		now = now.Add(-time.Millisecond)
	}
	restarted := &ulids{now: func() time.Time { return now }}
	restarted.after(last)
	if next := restarted.next(); next <= last {
		t.Errorf("%s after %s", next, last)
	}
}

func TestULIDsAreUniqueAcrossGoroutines(t *testing.T) {
	t.Parallel()
	ids := &ulids{now: time.Now}
	made := make([][]string, 8)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			for range 1000 {
				made[i] = append(made[i], ids.next())
			}
		})
	}
	wg.Wait()
	all := slices.Concat(made...)
	slices.Sort(all)
	if got := len(slices.Compact(all)); got != 8000 {
		t.Errorf("%d different ids of 8000", got)
	}
}

func TestDerivedIDsAreStable(t *testing.T) {
	t.Parallel()
	if a, b := derivedID("a"), derivedID("b"); a == b || a != derivedID("a") || !ulidPattern.MatchString(a) {
		t.Errorf("ids %s and %s", a, b)
	}
}

func TestParseWork(t *testing.T) {
	t.Parallel()
	got := parseWork("Hello\r\n/tool ask {\"a\":1}\n/slow 5s\nworld\n/reject\n/drop\n/fail so sad\n /drop\n/tool ask [1]")
	want := work{
		Text: "Hello\nworld\n /drop",
		Steps: []command{
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
