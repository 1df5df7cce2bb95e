package tools

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestExplainAPIErrors(t *testing.T) {
	t.Parallel()
	const (
		get    = `{"key": "support"}`
		create = `{` + requiredOfAnAgent + `, "model": "m"}`
		invoke = `{"key": "support", "message": "hello", "mode": "background"}`
		resume = `{"key": "support", "message": "hello", "mode": "background", "task_id": "t1"}`
		html   = "<html><body>502 Bad Gateway</body></html>"
	)
	for name, each := range map[string]struct {
		tool, arguments string
		status          int
		header          http.Header
		body            string
		want            string
	}{
		"400": {
			"create_agent", create, 400, nil, `{"message": "model: unknown"}`,
			"orq.ai answered 400 for agent support: model: unknown. Nothing was changed. Correct what it names and call again.",
		},
		"422": {
			"create_agent", create, 422, nil, `{"error": {"code": "invalid", "message": "model: unknown."}}`,
			"orq.ai answered 422 for agent support: model: unknown. Nothing was changed. Correct what it names and call again.",
		},
		"400 of an unreadable card": {
			"refresh_agent_card", get, 400, nil, `{"message": "agent card: https://a.example/card answered 404"}`,
			"orq.ai answered 400 for agent support: agent card: https://a.example/card answered 404. Nothing was changed. Correct what it names and call again.",
		},
		"401": {
			"get_agent", get, 401, nil, `{"message": "API key expired"}`,
			"ORQ_API_KEY was rejected: orq.ai answered 401 for agent support: API key expired. Check that the key is complete, active and belongs to this workspace.",
		},
		"403": {
			"get_agent", get, 403, nil, `{"message": "no right for agents"}`,
			"The API key may not do this: orq.ai answered 403 for agent support: no right for agents. Use a key with the rights for this workspace and project.",
		},
		"404 of a task": {
			"get_agent_response", `{"key": "support", "task_id": "t1"}`, 404, nil, `{"message": "no such task"}`,
			"There is no task t1 of agent support: orq.ai answered 404: no such task. Check both; orq.ai's invoke_agent returns the task_id.",
		},
		"404 of the list": {
			"list_agents", `{"cursor": "gone"}`, 404, nil, `{"message": "no such agent"}`,
			"orq.ai answered 404: no such agent. Check the names given and ORQ_BASE_URL.",
		},
		"404 of something else than the agent": {
			"invoke_agent", `{"key": "support", "message": "m"}`, 404, nil, `{"message": "Model openai/gpt-9 not found"}`,
			"orq.ai answered 404 for agent support: Model openai/gpt-9 not found. Nothing was started. Check the names given and ORQ_BASE_URL.",
		},
		"404 of a creation": {
			"create_agent", create, 404, nil, `{"message": "Project of the agent not found"}`,
			"orq.ai answered 404 for agent support: Project of the agent not found. Nothing was changed. Check the names given and ORQ_BASE_URL.",
		},
		"409 of a deletion": {
			"delete_agent", `{"key": "support", "confirm": "support"}`, 409, nil, `{"message": "the agent is used by lead"}`,
			"orq.ai answered 409 for agent support: the agent is used by lead. Nothing was changed. Use orq.ai's get_agent to see what conflicts.",
		},
		"400 that repeats a header": {
			"register_a2a_agent", `{"key": "support", "display_name": "S", "description": "d", "agent_url": "https://a.example", "headers": {"Authorization": "Bearer hunter2-secret"}}`,
			400, nil, `{"message": "illegal value 'Bearer hunter2-secret'"}`,
			"orq.ai answered 400 for agent support: illegal value '***'. Nothing was changed. Correct what it names and call again.",
		},
		"404 of a route": {
			"get_agent", get, 404, nil, "404 page not found\n",
			"orq.ai answered 404 for agent support: the server at ORQ_BASE_URL does not offer GET /v2/agents/{agent_key}. Check ORQ_BASE_URL; if it is right, this operation was retired.",
		},
		"410": {
			"invoke_agent", invoke, 410, nil, `{"message": "retired"}`,
			"orq.ai answered 410 for agent support: the server at ORQ_BASE_URL does not offer POST /v2/agents/{key}/task. Check ORQ_BASE_URL; if it is right, this operation was retired.",
		},
		"409 of a creation": {
			"create_agent", create, 409, nil, `{"message": "the key exists"}`,
			"The key support is taken: orq.ai answered 409 for agent support: the key exists. Nothing was changed. orq.ai's update_agent changes that agent; another key creates a new one.",
		},
		"409 of a registration": {
			"register_a2a_agent", `{"key": "support", "display_name": "S", "description": "d", "agent_url": "https://a.example"}`, 409, nil, `{"message": "the key exists"}`,
			"The key support is taken: orq.ai answered 409 for agent support: the key exists. Nothing was changed. orq.ai's update_agent changes that agent; another key creates a new one.",
		},
		"409 of a new key": {
			"update_agent", `{"key": "support", "new_key": "desk"}`, 409, nil, `{"message": "the key exists"}`,
			"The key desk is taken: orq.ai answered 409 for agent support: the key exists. Nothing was changed. Choose another new_key.",
		},
		"409 of a busy task": {
			"invoke_agent", resume, 409, nil, `{"message": "the task is active"}`,
			"orq.ai answered 409 for agent support: the task is active. Nothing was started. Wait until task t1 is inactive: orq.ai's get_agent_response shows its state.",
		},
		"429": {
			"create_agent", create, 429, nil, `{"message": "too many requests"}`,
			"Too many requests: orq.ai answered 429 for agent support: too many requests. Nothing was changed. Try again in a minute.",
		},
		"429 with Retry-After": {
			"create_agent", create, 429, http.Header{"Retry-After": {"90.2"}}, `{"message": "too many requests"}`,
			"Too many requests: orq.ai answered 429 for agent support: too many requests. Nothing was changed. Retry after 91 s.",
		},
		"500": {
			"get_agent", get, 500, nil, `{"message": "it broke"}`,
			"orq.ai failed with 500 for agent support: it broke. Try again in a minute.",
		},
		"500 with an empty body": {
			"create_agent", create, 500, nil, "",
			"orq.ai failed with 500 for agent support: Internal Server Error (empty answer). It may have been carried out all the same and was not sent again: check with orq.ai's get_agent before you call again.",
		},
		"502 of a proxy": {
			"invoke_agent", invoke, 502, nil, html,
			"orq.ai failed with 502 for agent support: Bad Gateway (an HTML page, probably from a proxy). The run may have started all the same and was not started again: it may act and cost money, so ask before you call again.",
		},
		"500 of an update that creates a version": {
			"update_agent", `{"key": "support", "role": "r", "version_increment": "patch"}`, 500, nil, `{"message": "it broke"}`,
			"orq.ai failed with 500 for agent support: it broke. It may have been carried out all the same and was not sent again: check with orq.ai's get_agent before you call again.",
		},
		"500 of another update": {
			"update_agent", `{"key": "support", "role": "r"}`, 500, nil, `{"message": "it broke"}`,
			"orq.ai failed with 500 for agent support: it broke. It may have been carried out; calling again does no harm. Try again in a minute.",
		},
		"502 of a read": {
			"get_agent", get, 502, nil, html,
			"orq.ai failed with 502 for agent support: Bad Gateway (an HTML page, probably from a proxy). Try again in a minute.",
		},
		"503 of a run with Retry-After": {
			"invoke_agent", invoke, 503, http.Header{"Retry-After": {"120"}}, `{"message": "maintenance"}`,
			"orq.ai failed with 503 for agent support: maintenance. Nothing was started. Retry after 120 s.",
		},
		"500 of a run with Retry-After": {
			"invoke_agent", invoke, 500, http.Header{"Retry-After": {"120"}}, `{"message": "it broke"}`,
			"orq.ai failed with 500 for agent support: it broke. The run may have started all the same and was not started again: it may act and cost money, so ask before you call again.",
		},
		"400 without an explanation": {
			"create_agent", create, 400, nil, "{}",
			"orq.ai answered 400 for agent support: {}. Nothing was changed. It gave no reason: check the values given and ORQ_BASE_URL.",
		},
		"422 without an explanation, with a request id": {
			"update_agent", `{"key": "support", "role": "r"}`, 422, http.Header{"X-Request-Id": {"req_1"}}, "",
			"orq.ai answered 422 for agent support: Unprocessable Entity (empty answer). Nothing was changed. " +
				"It gave no reason: check the values given, or ask the support of orq.ai about request req_1.",
		},
		"413": {
			"invoke_agent", invoke, 413, nil, `{"message": "too large"}`,
			"orq.ai answered 413 for agent support: too large. Nothing was started. Send less at once, such as a file by uri in place of base64.",
		},
		"503 with Retry-After": {
			"list_agents", `{}`, 503, http.Header{"Retry-After": {"120"}}, `{"message": "maintenance"}`,
			"orq.ai failed with 503: maintenance. Retry after 120 s.",
		},
		"a redirect": {
			"get_agent", get, 302, http.Header{"Location": {"https://elsewhere.example/"}}, "",
			"orq.ai answered 302 for agent support: redirected to https://elsewhere.example/. Set ORQ_BASE_URL to the address of the API itself.",
		},
		"418": {
			"get_agent", get, 418, nil, `{"message": "a teapot!"}`,
			"orq.ai answered 418 for agent support: a teapot! Check ORQ_BASE_URL and the arguments.",
		},
		"a rejected stream": {
			"invoke_agent", `{"key": "support", "message": "hello", "mode": "stream"}`, 400, nil, `{"message": "memory.entity_id: required"}`,
			"orq.ai answered 400 for agent support: memory_entity_id: required. Nothing was started. Correct what it names and call again.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
					if each.tool == "update_agent" && r.Method == http.MethodGet {
						answer(w, http.StatusOK, agentJSON(t, nil)) // the request before the update
						return
					}
					maps.Copy(w.Header(), each.header)
					answer(w, each.status, each.body)
				})
				if diff := cmp.Diff(each.want, s.refused(t, each.tool, each.arguments)); diff != "" {
					t.Errorf("error text differs (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestExplainConnectionErrors(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	host := closed.Addr().String()
	dialing := func(timeout time.Duration) http.RoundTripper {
		return &http.Transport{DialContext: (&net.Dialer{Timeout: timeout}).DialContext, DisableKeepAlives: true}
	}
	for name, each := range map[string]struct {
		transport http.RoundTripper
		want      string
	}{
		"refused": {
			dialing(time.Minute),
			"The request to orq.ai for agent support failed: GET /v2/agents/{agent_key}: cannot reach " + host + ": the connection was refused. Check the network and ORQ_BASE_URL, then try again.",
		},
		"timed out": {
			dialing(-time.Second),
			"The request to orq.ai for agent support failed: GET /v2/agents/{agent_key}: cannot reach " + host + ": connecting took too long. Check the network and ORQ_BASE_URL, then try again.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &service{}
				s.connect(t, "http://"+host, each.transport)
				if diff := cmp.Diff(each.want, s.refused(t, "get_agent", `{"key": "support"}`)); diff != "" {
					t.Errorf("error text differs (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestExplainBrokenConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	got := s.refused(t, "create_agent", `{`+requiredOfAnAgent+`, "model": "m"}`)
	const before, after = "The request to orq.ai for agent support failed: POST /v2/agents: 127.0.0.1:", " gave no complete answer: the connection ended early. It may have been carried out all the same and was not sent again: check with orq.ai's get_agent before you call again."
	if len(got) < len(before+after) || got[:len(before)] != before || got[len(got)-len(after):] != after {
		t.Errorf("error = %q, want %q and a port and %q", got, before, after)
	}
	if len(s.lines()) != 1 {
		t.Errorf("sent %v, want one request", s.lines())
	}
}

func TestExplainMissingKey(t *testing.T) {
	t.Parallel()
	client, err := orq.New(orq.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{call: Call{Orq: client}}
	const want = "No orq.ai API key is set, so nothing was sent. Set ORQ_API_KEY in this server's environment, start it with --sandbox to use the built-in local workspace, or over HTTP send Authorization: Bearer <orq.ai API key>."
	if diff := cmp.Diff(want, s.refused(t, "list_agents", `{}`)); diff != "" {
		t.Errorf("error text differs (-want +got):\n%s", diff)
	}
}

func TestExplainCancelledCall(t *testing.T) {
	t.Parallel()
	const mayHaveStarted = " The run may have started all the same and was not started again: it may act and cost money, so ask before you call again."
	for name, each := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want string
	}{
		"cancelled by the client": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return ctx, cancel
			},
			"The call for agent support was cancelled before it finished." + mayHaveStarted,
		},
		"ended by the server": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancelCause(ctx)
				cancel(errors.New("the server is stopping"))
				return ctx, func() { cancel(nil) }
			},
			"The call for agent support was cancelled before it finished: the server is stopping." + mayHaveStarted,
		},
		"deadline exceeded": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithDeadline(ctx, time.Now().Add(-time.Second))
			},
			"The call for agent support was cancelled before it finished: its time was up." + mayHaveStarted,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			for _, mode := range []string{modeStream, modeBackground} {
				ctx, cancel := each.end(t.Context())
				result := toolNamed(t, "invoke_agent").Handle(ctx, &s.call, []byte(`{"key": "support", "message": "m", "mode": "`+mode+`"}`))
				cancel()
				if got := textOf(t, result); !result.IsError || got != each.want {
					t.Errorf("mode %s: error = %q, want %q", mode, got, each.want)
				}
			}
		})
	}
}

func TestExplainUnrecoverableStream(t *testing.T) {
	t.Parallel()
	const thought = `data: {"type": "event.agents.thought", "timestamp": "2026-03-24T10:00:00Z", "data": {"iteration": 1, "message_difference": {"m": {"role": "agent", "parts": [{"kind": "text", "text": "half a"}]}}}}` + "\n\n"
	const began = `data: {"type": "agents.execution_started", "timestamp": "2026-03-24T10:00:00Z", "data": {"agent_task_id": "t1"}}` + "\n\n"
	for name, each := range map[string]struct{ stream, want string }{
		"with a task": {
			began + thought,
			"The event stream for agent support broke off before its end and its outcome could not be fetched: GET /v2/agents/{agent_key}/responses/{task_id}: 403 not yours." +
				" The run may still go on: call orq.ai's get_agent_response with key=support and task_id=t1.\nReceived until then:\nhalf a",
		},
		"after more text than is kept": {
			began + strings.Replace(thought, "half a", strings.Repeat("words ", 10_001), 1),
			"The event stream for agent support broke off before its end and its outcome could not be fetched: GET /v2/agents/{agent_key}/responses/{task_id}: 403 not yours." +
				" The run may still go on: call orq.ai's get_agent_response with key=support and task_id=t1." +
				"\nReceived until then, of which only the first 60000 bytes are kept (--text-limit):\n" + strings.Repeat("words ", 10_000),
		},
		"before its task is known": {
			thought,
			"The event stream for agent support broke off before its end and its outcome could not be fetched." +
				" The run may have started all the same and was not started again: it may act and cost money, so ask before you call again.\nReceived until then:\nhalf a",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						answer(w, http.StatusForbidden, `{"message": "not yours"}`)
						return
					}
					w.Header().Set("Content-Type", "text/event-stream")
					_, _ = w.Write([]byte(each.stream))
				})
				if diff := cmp.Diff(each.want, s.refused(t, "invoke_agent", `{"key": "support", "message": "m", "mode": "stream"}`)); diff != "" {
					t.Errorf("error text differs (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A run without progress is looked up until it ends. The caller who cancels that is told which task goes on.
func TestCancelledWaitNamesTheTask(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	working := accept(t)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/responses/") {
			cancel()
			answer(w, http.StatusOK, fmt.Sprintf(responseJSON, "in_progress"))
			return
		}
		working(w, r)
	})
	result := toolNamed(t, "invoke_agent").Handle(ctx, &s.call, []byte(`{"key": "support", "message": "m"}`))
	if got := textOf(t, result); !result.IsError || !strings.HasPrefix(got, "The call for agent support was cancelled before it finished.") ||
		!strings.Contains(got, "get_agent_response") {
		t.Errorf("error = %q, want that it was cancelled, and the task", got)
	}
}
