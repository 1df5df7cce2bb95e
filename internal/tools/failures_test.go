package tools

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// failingCall is a call of a tool. There is one for each way in which a tool uses the API.
type failingCall struct {
	// name is the tool's name, with what distinguishes this call from its others.
	name, tool, arguments string
	// method and path identify the request that fails.
	method, path string
	// operation is the name of that request in error texts.
	operation string
	// agent reports that the call is about an agent that exists.
	agent bool
	// once reports that the call must not be repeated, because it would have another effect.
	once bool
}

// failingCalls returns the calls in the order of the error reference.
func failingCalls() []failingCall {
	const (
		get      = `{"key": "support"}`
		agent    = `"key": "support", "role": "Support", "description": "Helps", "instructions": "Be kind.", "model": "openai/gpt-4o"`
		a2a      = `{"key": "support", "display_name": "Support", "description": "Helps", "agent_url": "https://a.example"}`
		startRun = `{"key": "support", "message": "Hello", "mode": `
		path     = "/v2/agents/support"
		update   = "PATCH /v2/agents/{agent_key}"
		run      = "POST /v2/agents/run"
		task     = "POST /v2/agents/{key}/task"
	)
	return []failingCall{
		{name: "list_agents", tool: "list_agents", arguments: `{}`, method: "GET", path: "/v2/agents", operation: "GET /v2/agents"},
		{name: "get_agent", tool: "get_agent", arguments: get, method: "GET", path: path, operation: "GET /v2/agents/{agent_key}", agent: true},
		{
			name: "list_building_blocks", tool: "list_building_blocks", arguments: `{"kind": "models"}`,
			method: "GET", path: "/v3/router/models", operation: "GET /v3/router/models",
		},
		{name: "create_agent", tool: "create_agent", arguments: `{` + agent + `}`, method: "POST", path: "/v2/agents", operation: "POST /v2/agents", once: true},
		{name: "update_agent (role)", tool: "update_agent", arguments: `{"key": "support", "role": "R"}`, method: "PATCH", path: path, operation: update, agent: true},
		{
			name: "update_agent (new_key)", tool: "update_agent", arguments: `{"key": "support", "new_key": "desk"}`,
			method: "PATCH", path: path, operation: update, agent: true,
		},
		{
			name: "update_agent (version_increment)", tool: "update_agent", arguments: `{"key": "support", "version_increment": "patch"}`,
			method: "PATCH", path: path, operation: update, agent: true, once: true,
		},
		{
			name: "update_agent (its look before)", tool: "update_agent", arguments: `{"key": "support", "version_increment": "patch"}`,
			method: "GET", path: path, operation: "GET /v2/agents/{agent_key}", agent: true,
		},
		{
			name: "delete_agent", tool: "delete_agent", arguments: `{"key": "support", "confirm": "support"}`,
			method: "DELETE", path: path, operation: "DELETE /v2/agents/{agent_key}", agent: true,
		},
		{name: "register_a2a_agent", tool: "register_a2a_agent", arguments: a2a, method: "POST", path: "/v2/agents/a2a", operation: "POST /v2/agents/a2a", once: true},
		{
			name: "refresh_agent_card", tool: "refresh_agent_card", arguments: get,
			method: "POST", path: path + "/card/refresh", operation: "POST /v2/agents/{key}/card/refresh", agent: true,
		},
		{
			name: "invoke_agent (streamed)", tool: "invoke_agent", arguments: startRun + `"stream"}`,
			method: "POST", path: path + "/stream-task", operation: "POST /v2/agents/{key}/stream-task", agent: true, once: true,
		},
		{
			name: "invoke_agent (streamed, task_id)", tool: "invoke_agent", arguments: startRun + `"stream", "task_id": "t1"}`,
			method: "POST", path: path + "/stream-task", operation: "POST /v2/agents/{key}/stream-task", agent: true, once: true,
		},
		{name: "invoke_agent (auto)", tool: "invoke_agent", arguments: startRun + `"auto"}`, method: "POST", path: path + "/task", operation: task, agent: true, once: true},
		{
			name: "invoke_agent (task_id)", tool: "invoke_agent", arguments: startRun + `"auto", "task_id": "t1"}`,
			method: "POST", path: path + "/task", operation: task, agent: true, once: true,
		},
		{
			name: "run_agent (streamed)", tool: "run_agent", arguments: `{` + agent + `, "message": "Hello", "mode": "stream"}`,
			method: "POST", path: "/v2/agents/stream-run", operation: "POST /v2/agents/stream-run", once: true,
		},
		{name: "run_agent (auto)", tool: "run_agent", arguments: `{` + agent + `, "message": "Hello"}`, method: "POST", path: "/v2/agents/run", operation: run, once: true},
		{
			name: "run_agent (task_id)", tool: "run_agent", arguments: `{` + agent + `, "message": "Hello", "task_id": "t1"}`,
			method: "POST", path: "/v2/agents/run", operation: run, once: true,
		},
		{
			name: "get_agent_response", tool: "get_agent_response", arguments: `{"key": "support", "task_id": "t1"}`,
			method: "GET", path: path + "/responses/t1", operation: "GET /v2/agents/{agent_key}/responses/{task_id}", agent: true,
		},
	}
}

// failure is a way in which a request fails.
type failure struct {
	// title and why appear in the error reference.
	title, why string
	transport  http.RoundTripper
	// missing reports that the response is about a missing agent.
	missing bool
	// undone reports that the request certainly had no effect.
	undone bool
	// streamed reports that only a streamed run can fail in this way.
	streamed bool
	// lacking reports that only an operation that returns something can fail in this way.
	lacking bool
	// cancelled reports that the caller cancels the call.
	cancelled bool
}

// concerns reports whether the call can fail in this way.
func (f failure) concerns(call failingCall) bool {
	return (!f.streamed || strings.Contains(call.name, "(streamed")) && (!f.lacking || call.tool != "delete_agent")
}

// failures returns the failures in the order of the error reference.
func failures() []failure {
	const html = "<html><body>502 Bad Gateway</body></html>"
	respond := func(status int, body string, header ...string) http.RoundTripper {
		return handlerTransport{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			answer(w, status, body)
		})}
	}
	return []failure{
		{
			title: "400: the request is wrong", why: "orq.ai found an error in the request that this server cannot detect. Of a model, tool or memory store that does not exist the message adds the most similar names, for one more request.",
			transport: respond(400, `{"message": "memory.entity_id: Memory entity ID is required"}`), undone: true,
		},
		{title: "401: the key is rejected", why: "The API key is incomplete, has expired or belongs elsewhere.", transport: respond(401, `{"message": "API key expired"}`), undone: true},
		{title: "403: not allowed", why: "The API key is valid, but has no permission for this.", transport: respond(403, `{"error": {"code": "insufficient_scope", "message": "no right for agents"}}`), undone: true},
		{
			title: "404: no such agent", why: "The key is misspelt, or the agent was deleted. The failure costs one more request, which looks for similar keys.",
			transport: respond(404, `{"message": "Agent not found"}`), missing: true, undone: true,
		},
		{
			title: "404: no such task", why: "The task belongs to another agent, or there never was one with that id.",
			transport: respond(404, `{"message": "Response not found"}`), undone: true,
		},
		{title: "404: something else is missing", why: "The request names a model, a project or a tool that does not exist. As 400.", transport: respond(404, `{"message": "Model openai/gpt-9 not found"}`), undone: true},
		{title: "404: no such operation", why: "Something other than the API answered, or orq.ai has retired the operation. 410 means the same.", transport: respond(404, "404 Not Found"), undone: true},
		{title: "410: no longer there", why: "orq.ai has retired the operation.", transport: respond(410, `{"message": "use /v3/router/responses"}`), undone: true},
		{title: "409: conflict", why: "A key is taken, or a task is still running.", transport: respond(409, `{"message": "it exists already"}`), undone: true},
		{
			title: "422: the request is wrong", why: "As 400.",
			transport: respond(422, `{"error": {"code": "invalid", "message": "model: unknown"}}`), undone: true,
		},
		{title: "429: too many requests", why: "orq.ai did not process the request, so it was sent four times.", transport: respond(429, `{"message": "slow down"}`), undone: true},
		{title: "429 with Retry-After", why: "orq.ai states when to try again, which is later than a call waits.", transport: respond(429, `{"message": "slow down"}`, "Retry-After", "120"), undone: true},
		{title: "500: orq.ai failed", why: "It is not known whether the request was carried out. A request that may be repeated was sent four times.", transport: respond(500, `{"message": "the database is away"}`)},
		{title: "502: a proxy answers for orq.ai", why: "As 500; the answer is an HTML page, not the API's.", transport: respond(502, html)},
		{title: "503 with Retry-After", why: "orq.ai is under maintenance and states for how long.", transport: respond(503, `{"message": "maintenance"}`, "Retry-After", "120"), undone: true},
		{title: "503: orq.ai is away", why: "As 500.", transport: respond(503, `{"message": "maintenance"}`)},
		{
			title: "302: the address is another", why: "ORQ_BASE_URL is not the address of the API. A redirect is not followed: it could send a run or the key elsewhere.",
			transport: respond(302, "", "Location", "https://elsewhere.example/"), undone: true,
		},
		{title: "200 with a page", why: "Something between here and orq.ai answers, such as a sign-in page.", transport: respond(200, "<html><body>Sign in</body></html>")},
		{
			title: "200 without what the operation returns", why: "The answer is null, or lacks what identifies its result or states how it stands, such as the key of an agent, the id of a task or the list of a page.",
			transport: respond(200, "{}"), lacking: true,
		},
		{title: "200 with an error", why: "An error object stands in the place of the answer. Its text is in the error.", transport: respond(200, `{"error": {"message": "out of credits", "code": 402}}`)},
		{title: "The connection is refused", why: "Nothing was sent, so it was tried four times.", transport: transportFunc(refuseConnection), undone: true},
		{title: "The connection breaks before there is an answer", why: "It is not known whether the request was carried out.", transport: transportFunc(hangUp)},
		{
			title: "A stream breaks off before its task is known", why: "It is not known whether there is a run. Once its task is known, its outcome is looked up instead.",
			transport: respond(200, ": nothing yet\n\n", "Content-Type", "text/event-stream"), streamed: true,
		},
		{title: "No answer in time", why: "A call without progress ends before most clients give up, which is after 60 s.", transport: transportFunc(neverRespond)},
		{title: "The caller cancels the call", why: "The client or its user gave up.", transport: transportFunc(neverRespond), cancelled: true},
	}
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// refuseConnection fails like net/http if nothing listens on the port.
func refuseConnection(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GetConn(r.URL.Host)
	address := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: address, Err: syscall.ECONNREFUSED}
}

// hangUp fails like a connection that breaks before the response.
func hangUp(*http.Request) (*http.Response, error) { return nil, io.EOF }

// neverRespond waits until the request is cancelled.
func neverRespond(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// failed is the outcome of a failed call.
type failed struct {
	// text is the error text that the caller gets.
	text string
	// tries is how often the failing request was sent.
	tries int
	// lists is how often the agents were listed because of the failure.
	lists int
}

// fail calls a tool and lets its request fail. All other requests succeed.
func fail(t *testing.T, call failingCall, failing failure) (seen failed) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		others := handlerTransport{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v2/agents" {
				seen.lists++
				answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": [`+agentJSON(t, fields{"key": "support-eu"})+`]}`)
				return
			}
			if strings.HasPrefix(r.URL.Path, "/v3/") || strings.HasPrefix(r.URL.Path, "/v2/agents/external") {
				http.NotFound(w, r) // the service has the operations of March only
				return
			}
			answer(w, http.StatusOK, agentJSON(t, nil))
		})}
		s.connect(t, "https://my.orq.test", transportFunc(func(r *http.Request) (*http.Response, error) {
			if r.Method != call.method || r.URL.Path != call.path {
				return others.RoundTrip(r)
			}
			seen.tries++
			return failing.transport.RoundTrip(r)
		}))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if failing.cancelled {
			go func() {
				synctest.Wait()
				cancel()
			}()
		}
		result := toolNamed(t, call.tool).Handle(ctx, &s.call, []byte(call.arguments))
		if seen.text = textOf(t, result); !result.IsError {
			t.Errorf("%s: %s succeeded with %s, want an error", failing.title, call.name, seen.text)
		}
	})
	return seen
}

// TestFailureAdviceIsSafe checks the rules that every error text follows, whatever its words: above all, no text advises to
// repeat what may have been carried out already.
func TestFailureAdviceIsSafe(t *testing.T) {
	t.Parallel()
	for _, failing := range failures() {
		t.Run(failing.title, func(t *testing.T) {
			t.Parallel()
			for _, call := range failingCalls() {
				if !failing.concerns(call) {
					continue
				}
				seen := fail(t, call, failing)
				again := strings.Contains(seen.text, "ry again") || strings.Contains(seen.text, "Retry")
				if again && call.once && !failing.undone {
					t.Errorf("%s may have been carried out, want no advice to repeat it: %s", call.name, seen.text)
				}
				if call.once && !failing.undone && seen.tries != 1 {
					t.Errorf("%s may have been carried out, but was sent %d times, want 1", call.name, seen.tries)
				}
				want := 0
				if failing.missing && call.agent {
					want = 1
				}
				if seen.lists != want {
					t.Errorf("%s: agents were listed %d times, want %d", call.name, seen.lists, want)
				}
				retired := strings.Contains(seen.text, "does not offer "+call.operation+".") ||
					call.tool == "run_agent" && strings.Contains(seen.text, "was changed as given") && strings.Contains(seen.text, "does not offer POST /v3/router/responses.")
				if retired != noSuchOperation(failing) {
					t.Errorf("%s: text names the operation as missing: %t, want %t: %s", call.name, retired, !retired, seen.text)
				}
				if !strings.HasSuffix(seen.text, ".") || strings.ContainsAny(seen.text, "\n\t") || strings.Contains(seen.text, "..") {
					t.Errorf("%s: text = %q, want whole sentences on one line", call.name, seen.text)
				}
			}
		})
	}
}

// noSuchOperation reports whether the failure means that the service does not have the operation.
func noSuchOperation(failing failure) bool {
	return slices.Contains([]string{"404: no such operation", "410: no longer there"}, failing.title)
}

// TestFailingCallsCoverEveryTool fails when a tool is added without a failing call.
func TestFailingCallsCoverEveryTool(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, call := range failingCalls() {
		known[call.tool] = true
	}
	for _, tool := range all(t) {
		if !known[tool.Name] {
			t.Errorf("failingCalls has no call of %s, want at least one", tool.Name)
		}
	}
	if len(known) != len(all(t)) {
		t.Errorf("failingCalls has calls of %v, want the %d tools", slices.Sorted(maps.Keys(known)), len(all(t)))
	}
}

func TestExplainNamesTheRejectedKey(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusUnauthorized, `{"message": "API key expired"}`)
	}))
	t.Cleanup(server.Close)
	transport := orq.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	s := &service{}
	s.connect(t, server.URL, transport)
	for key, want := range map[string]string{
		"":              "ORQ_API_KEY was rejected: orq.ai answered 401 for agent support: API key expired.",
		"sk-of-a-guest": "The API key sent as Authorization: Bearer was rejected: orq.ai answered 401 for agent support: API key expired.",
	} {
		call := Call{Orq: s.call.Orq.For(orq.Caller{APIKey: key})}
		got := textOf(t, toolNamed(t, "get_agent").Handle(t.Context(), &call, []byte(`{"key": "support"}`)))
		if !strings.HasPrefix(got, want+" ") {
			t.Errorf("error = %q, want prefix %q", got, want)
		}
	}
}
