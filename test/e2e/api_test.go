package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/test/wire"
)

// api is what an upstream offers: the operations of one generation of the API, over a version of HTTP.
type api string

const (
	// march has the run operations of March 2026.
	march api = "march"
	// today has the Responses API in their place. The program starts with the operations of March all the same, because
	// the tests leave the choice to it, and the first run shows that there are none.
	today api = "today"
	// The same over TLS and HTTP/2.
	marchHTTP2 api = "march, HTTP/2"
	todayHTTP2 api = "today, HTTP/2"
	// both has the operations of both; the program uses those of March.
	both api = "both"
)

func (a api) isToday() bool { return strings.HasPrefix(string(a), string(today)) }
func (a api) isHTTP2() bool { return strings.HasSuffix(string(a), "HTTP/2") }

// onEachAPI runs a case on both generations, over both transports.
func onEachAPI(t *testing.T, test func(t *testing.T, kind string, a api)) {
	t.Helper()
	onEachTransport(t, func(t *testing.T, kind string) {
		onAPIs(t, func(t *testing.T, a api) { test(t, kind, a) }, march, today)
	})
}

// onEachWire is onEachAPI, and over stdio on both versions of HTTP as well.
func onEachWire(t *testing.T, test func(t *testing.T, kind string, a api)) {
	t.Helper()
	onEachAPI(t, test)
	t.Run(overStdio+", HTTP/2", func(t *testing.T) {
		t.Parallel()
		onAPIs(t, func(t *testing.T, a api) { test(t, overStdio, a) }, marchHTTP2, todayHTTP2)
	})
}

func onAPIs(t *testing.T, test func(t *testing.T, a api), apis ...api) {
	t.Helper()
	for _, a := range apis {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			test(t, a)
		})
	}
}

// streamPath is the path of a POST that starts a streamed run of an agent.
func (a api) streamPath(key string) string {
	if a.isToday() {
		return "/v3/router/responses"
	}
	return "/v2/agents/" + key + "/stream-task"
}

// taskPath is the path of a POST that starts a run of an agent without a stream.
func (a api) taskPath(key string) string {
	if a.isToday() {
		return "/v3/router/responses"
	}
	return "/v2/agents/" + key + "/task"
}

// lookupPath is the path of a GET that looks a task up.
func (a api) lookupPath(key, task string) string {
	if a.isToday() {
		return "/v3/router/responses/" + task
	}
	return "/v2/agents/" + key + "/responses/" + task
}

// lookupOperation is the name of the operation that looks a task up.
func (a api) lookupOperation() string {
	if a.isToday() {
		return "GET /v3/router/responses/{response_id}"
	}
	return "GET /v2/agents/{agent_key}/responses/{task_id}"
}

// task is the id of the task that a script starts for a prompt.
func (a api) task(prompt string) string {
	if a.isToday() {
		return "resp_" + prompt
	}
	return "task-" + prompt
}

// check checks what a handler answers against all editions of the API contract. Operations that the generation lacks must
// be answered in the way of a router, which no contract describes.
func (a api) check(t *testing.T, handler http.Handler) http.Handler {
	t.Helper()
	checked := contract.CheckAll(t, handler)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.lacks(r.URL.Path) {
			checked.ServeHTTP(w, r)
			return
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, r)
		if code := recorder.Code; code != http.StatusNotFound && code != http.StatusMethodNotAllowed {
			t.Errorf("%s %s: status = %d, want 404 or 405, because the generation lacks it", r.Method, r.URL.Path, code)
		}
		w.Header().Set("Content-Type", recorder.Header().Get("Content-Type"))
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// lacks reports whether no operation of the generation has this path.
func (a api) lacks(path string) bool {
	if !a.isToday() {
		return a != both && strings.HasPrefix(path, "/v3/")
	}
	parts := strings.Split(strings.TrimPrefix(path, "/v2/agents/"), "/")
	switch {
	case len(parts) == 1:
		return slices.Contains([]string{"run", "stream-run", "a2a"}, parts[0])
	case parts[0] == "external":
		return false
	}
	return slices.Contains([]string{"task", "stream-task", "responses", "card"}, parts[1])
}

// newSandbox serves a new sandbox that has the operations of this generation only.
func (a api) newSandbox(t *testing.T, options sandbox.Options) *upstream {
	t.Helper()
	options.Generation = sandbox.GenerationMarch
	if a.isToday() {
		options.Generation = sandbox.GenerationToday
	}
	return openSandbox(t, a, options)
}

// newUpstream serves a handler over this version of HTTP.
func (a api) newUpstream(t *testing.T, handler http.Handler) *upstream {
	t.Helper()
	u := &upstream{t: t, api: a}
	u.url, u.env = a.serve(t, u.recording(handler))
	return u
}

// serve serves a handler over this version of HTTP. env is what the program needs to trust the server.
func (a api) serve(t *testing.T, handler http.Handler) (url string, env []string) {
	t.Helper()
	if a.isHTTP2() {
		return wire.ServeTLS(t, handler)
	}
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)
	return web.URL, nil
}

// setup describes a program on the upstream.
func (u *upstream) setup(args ...string) setup {
	return setup{base: u.url, env: u.env, args: args}
}

// starts returns the requests that started a streamed run of the agent.
func (u *upstream) starts(key string) []*exchange {
	return u.requests(http.MethodPost, u.api.streamPath(key))
}
