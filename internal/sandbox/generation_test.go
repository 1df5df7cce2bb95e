package sandbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// What is not of a generation is answered as by a server that has never heard of it.
func TestGenerations(t *testing.T) {
	t.Parallel()
	const march, today, no, notAllowed = sandbox.GenerationMarch, sandbox.GenerationToday, 404, 405
	for _, c := range []struct {
		method, path string
		missing      sandbox.Generation
		want         int
	}{
		{"POST", "/v2/agents/helper/task", today, no},
		{"POST", "/v2/agents/helper/stream-task", today, no},
		{"POST", "/v2/agents/helper/responses", today, no},
		{"GET", "/v2/agents/helper/responses/x", today, no},
		{"POST", "/v2/agents/run", today, notAllowed}, // other methods reach an agent of that key
		{"POST", "/v2/agents/stream-run", today, notAllowed},
		{"POST", "/v2/agents/a2a", today, notAllowed},
		{"POST", "/v2/agents/helper/card/refresh", today, no},
		{"POST", "/v2/agents/external", march, notAllowed},
		{"GET", "/v2/agents/external/far", march, no},
		{"PATCH", "/v2/agents/external/far", march, no},
		{"POST", "/v2/agents/external/far:refreshCard", march, no},
		{"POST", "/v3/router/responses", march, no},
		{"GET", "/v3/router/responses/x", march, no},
		{"GET", "/v3/router/models", march, no},
	} {
		for _, g := range []sandbox.Generation{"", sandbox.GenerationBoth, march, today} {
			w := serveUnchecked(t, sandbox.Options{Generation: g})
			status, body := w.send(w.request(c.method, c.path, nil))
			want := fmt.Sprintf("Cannot %s %s\n", c.method, c.path)
			if missing := strings.HasPrefix(string(body), want) && status == c.want; missing != (g == c.missing) {
				t.Errorf("generation %q: %s %s answered %d: %q; want that it is missing: %v", g, c.method, c.path, status, body, g == c.missing)
			}
		}
	}
}

// In March external is the key of an agent like any other.
func TestAgentNamedExternal(t *testing.T) {
	t.Parallel()
	w := serveUnchecked(t, sandbox.Options{Generation: sandbox.GenerationMarch})
	if got, want := w.refused(404, "GET", "/v2/agents/external", nil), `there is no agent "external"`; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
	w.create("external")
	call[struct{}](w, 200, "GET", "/v2/agents/external", nil)
}

func TestUnknownGenerationIsRefused(t *testing.T) {
	t.Parallel()
	_, err := sandbox.Open(sandbox.Options{Generation: "april"})
	if want := `generation: must be both, march or today, got "april"`; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %q", err, want)
	}
}

func TestMissingRouteNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		generation   sandbox.Generation
		method, path string
		want, never  string
	}{
		"misspelt":               {"both", "GET", "/v2/agent", "\n  GET /v2/agents\n", "/v3/"},
		"below an agent":         {"both", "POST", "/v2/agents/helper/invoke", "\n  POST /v2/agents/{key}/task\n", "GET /v2/tools"},
		"without a version":      {"both", "GET", "/agents", "\n  GET /v2/agents\n", "/v4/"},
		"another method":         {"both", "PUT", "/v2/agents/helper", "\n  PATCH /v2/agents/{key}\n", "/v3/"},
		"nothing":                {"both", "GET", "/", "\n  GET /v3/router/models\n", "Cannot GET /v"},
		"the former generation":  {"today", "POST", "/v2/agents/helper/task", "POST /v2/agents/{key}/task is an operation of the generation march; this sandbox has those of today (--generation).\n", "It has"},
		"the present generation": {"march", "POST", "/v3/router/responses", "is an operation of the generation today; this sandbox has those of march", "It has"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveUnchecked(t, sandbox.Options{Generation: c.generation})
			_, body := w.send(w.request(c.method, c.path, nil))
			if got := string(body); !strings.Contains(got, c.want) || strings.Contains(got, c.never) {
				t.Errorf("body = %q, want %q in it and not %q", got, c.want, c.never)
			}
		})
	}
}

// A missing route is distinguished from a missing agent by its body.
func TestMissingRoute(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	for path, want := range map[string]string{"/v4/agents": "Cannot GET /v4/agents\n", "/v2/agents/a%2Fb/x": "Cannot GET /v2/agents/a%2Fb/x\n"} {
		status, body := w.send(w.request("GET", path, nil))
		if status != 404 || !strings.HasPrefix(string(body), want) {
			t.Errorf("GET %s answered %d: %q, want 404: %q", path, status, body, want)
		}
	}
	r := w.request("PUT", "/v2/agents", nil)
	response, err := w.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if allow := response.Header.Get("Allow"); response.StatusCode != 405 || !strings.Contains(allow, "POST") {
		t.Errorf("PUT answered %d with Allow: %q, want 405 with POST", response.StatusCode, allow)
	}
}
