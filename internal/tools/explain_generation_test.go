package tools

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// today serves operations of today's API; a server without those of March answers anything else like a router.
func today(t *testing.T, operations map[string]http.HandlerFunc) *service {
	t.Helper()
	mux := http.NewServeMux()
	for pattern, handler := range operations {
		mux.HandleFunc(pattern, handler)
	}
	s := &service{}
	server := httptest.NewServer(s.recording(mux))
	t.Cleanup(server.Close)
	transport := orq.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	s.connect(t, server.URL, transport)
	return s
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answer(w, code, body) }
}

func TestErrorsOfTodaysAPIAreExplained(t *testing.T) {
	t.Parallel()
	const (
		run     = `{"key": "support", "model": "openai/gpt-4o", "role": "Support", "instructions": "Be kind.", "message": "Hi", "mode": "background"}`
		goOn    = `{"key": "support", "model": "openai/gpt-4o", "role": "Support", "instructions": "Be kind.", "message": "Hi", "task_id": "resp_1"}`
		mayHave = "The run may have started all the same and was not started again: it may act and cost money, so ask before you call again."
		start   = "POST /v3/router/responses"
	)
	noAgent := status(404, `{"message": "there is no agent support"}`)
	agent := agentJSON(t, nil)
	external := `{"agent": {"agent_id": "1", "key": "far", "display_name": "Far", "description": "d", "agent_url": "https://a.example"}}`
	noStart := map[string]http.HandlerFunc{
		"GET /v2/agents/{key}": noAgent, "POST /v2/agents": status(201, agent),
		start: status(404, `{"error": {"type": "not_found_error", "code": null, "message": "there is no response resp_1", "param": null}}`),
	}
	for name, test := range map[string]struct {
		operations            map[string]http.HandlerFunc
		tool, arguments, want string
	}{
		"a run that is lost after its agent was created": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": noAgent, "POST /v2/agents": status(201, agent), start: status(500, `{"error": {"message": "it broke"}}`),
			}, "run_agent", run,
			"The agent support was created. orq.ai failed with 500 for agent support: it broke. " + mayHave,
		},
		"a run that is refused after its agent was created": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": noAgent, "POST /v2/agents": status(201, agent), start: status(400, `{"error": {"message": "no input"}}`),
			}, "run_agent", run,
			"The agent support was created, but its run did not start. orq.ai answered 400 for agent support: no input. Correct what it names and call again. " +
				"The agent stays: orq.ai's invoke_agent with key=support runs it.",
		},
		"a run that is refused after its agent was changed": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": status(200, agentJSON(t, fields{"role": "Clerk"})), "PATCH /v2/agents/{key}": status(200, agent),
				start: status(400, `{"error": {"message": "no input"}}`),
			}, "run_agent", run,
			"The agent support was changed as given, but its run did not start. orq.ai answered 400 for agent support: no input. Correct what it names and call again. " +
				"The agent stays: orq.ai's invoke_agent with key=support runs it.",
		},
		"a run that continues no task": {
			noStart, "run_agent", goOn,
			"The agent support was created, but its run did not start. There is no task resp_1 of agent support: orq.ai answered 404: there is no response resp_1. " +
				"Check both; orq.ai's invoke_agent returns the task_id. The agent stays: orq.ai's invoke_agent with key=support runs it.",
		},
		"a run with limits where there is no Responses API": {
			map[string]http.HandlerFunc{"POST /v2/agents/{key}/task": status(200, taskJSON)},
			"invoke_agent", `{"key": "support", "message": "Hi", "mode": "background", "limits": {"max_cost": 0.5}}`,
			"limits: only the Responses API has them, which this task or server does not use, so nothing was started. " +
				"Leave limits out, or set the bounds of the agent with orq.ai's update_agent.",
		},
		"a run of an agent that is there": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": status(200, agent), start: status(404, `{"error": {"message": "agent not found"}}`),
			}, "invoke_agent", `{"key": "support", "message": "Hi", "mode": "background"}`,
			"orq.ai answered 404 for agent support: agent not found. But there is an agent with the key support: the server may lack this operation. Check ORQ_BASE_URL.",
		},
		"a run without an operation after its agent was changed": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": status(200, agentJSON(t, fields{"role": "Clerk"})), "PATCH /v2/agents/{key}": status(200, agent),
			}, "run_agent", run,
			"The agent support was changed as given, but its run did not start. orq.ai answered 404 for agent support: the server at ORQ_BASE_URL does not offer POST /v3/router/responses. " +
				"Check ORQ_BASE_URL; if it is right, this operation was retired.",
		},
		"the card of an agent that is not external": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": status(200, agent), "POST /v2/agents/external/{call}": status(404, `{"message": "there is no external agent support"}`),
			}, "refresh_agent_card", `{"key": "support"}`,
			"The agent support is not an A2A agent (404): it has no card to refresh. orq.ai's list_agents with type=a2a shows those that have one.",
		},
		"the card of no agent": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": noAgent, "POST /v2/agents/external/{call}": status(404, `{"message": "there is no external agent support"}`),
			}, "refresh_agent_card", `{"key": "support"}`,
			"No agent has the key support (404). orq.ai's list_agents shows the agents there are.",
		},
		"a run that would configure an external agent": {
			map[string]http.HandlerFunc{
				"GET /v2/agents/{key}": noAgent, "GET /v2/agents/external/{key}": status(200, strings.ReplaceAll(external, `"far"`, `"support"`)),
			}, "run_agent", run,
			"The agent support is an external A2A agent, which run_agent cannot configure. Nothing was changed or started. Run it with orq.ai's invoke_agent and key=support.",
		},
		"fields that an external agent lacks, by the names of the arguments": {
			map[string]http.HandlerFunc{
				"PATCH /v2/agents/{key}": noAgent, "GET /v2/agents/{key}": noAgent, "GET /v2/agents/external/{key}": status(200, external),
			}, "update_agent", `{"key": "far", "new_key": "near", "max_iterations": 3, "tools": [{"type": "current_date"}], "version_increment": "patch", "version_description": "v"}`,
			"Nothing was changed: the external agent far has no new_key, max_iterations, tools, version_description, version_increment. " +
				"It runs elsewhere: only display_name, description, path, project_id and a2a can be changed.",
		},
		"a tool that a stored agent cannot define": {
			map[string]http.HandlerFunc{"GET /v2/agents/{key}": status(200, agent)}, "run_agent",
			`{"key": "support", "model": "m", "role": "r", "instructions": "i", "message": "Hi", "mode": "background", "tools": [{"type": "http", "key": "h", "description": "d", "http": {"blueprint": {"url": "https://a.example", "method": "GET"}}}]}`,
			"tools[0]: this orq.ai workspace runs stored agents only, and a stored agent has no inline definition of a tool of type http. Nothing was created or changed. " +
				"Create the tool in the orq.ai studio and name it by key in create_agent, then call orq.ai's invoke_agent; or leave the tool out.",
		},
		"a field that an external agent lacks": {
			map[string]http.HandlerFunc{
				"PATCH /v2/agents/{key}": noAgent, "GET /v2/agents/{key}": noAgent, "GET /v2/agents/external/{key}": status(200, external),
			}, "update_agent", `{"key": "far", "instructions": "Be kind.", "role": "Far"}`,
			"Nothing was changed: the external agent far has no instructions, role. " +
				"It runs elsewhere: only display_name, description, path, project_id and a2a can be changed.",
		},
		"a task of March": {
			nil, "get_agent_response", `{"key": "support", "task_id": "01JNGYK6QB4P0S8Y2HWFA3CVZX"}`,
			"orq.ai answered 404 for agent support: the server at ORQ_BASE_URL does not offer GET /v2/agents/{agent_key}/responses/{task_id}. Check ORQ_BASE_URL; if it is right, " +
				"this operation was retired, and the task 01JNGYK6QB4P0S8Y2HWFA3CVZX with it: start a new one without task_id.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := today(t, test.operations)
			if got := s.refused(t, test.tool, test.arguments); got != test.want {
				t.Errorf("%s = %s\nwant %s", test.tool, got, test.want)
			}
		})
	}
}

// TestATaskOfTheOtherGenerationIsRefused forces a generation to which the task does not belong.
func TestATaskOfTheOtherGenerationIsRefused(t *testing.T) {
	t.Parallel()
	for api, task := range map[orq.API]string{orq.APIAgents: "resp_1", orq.APIResponses: "01JNGYK6QB4P0S8Y2HWFA3CVZX"} {
		client, err := orq.New(orq.Options{BaseURL: "http://127.0.0.1:9", APIKey: apiKey, API: api})
		if err != nil {
			t.Fatal(err)
		}
		s := &service{}
		s.call.Orq = client
		const want = "The task_id belongs to the other generation of the orq.ai API, which this server may not use (--api), so nothing was sent. " +
			"Start a new task without task_id, or start the server with --api=auto."
		if got := s.refused(t, "get_agent_response", fmt.Sprintf(`{"key": "support", "task_id": %q}`, task)); got != want {
			t.Errorf("with --api=%s: %s\nwant %s", api, got, want)
		}
	}
}

func TestExplainNoRouteNamesTheForcedGeneration(t *testing.T) {
	t.Parallel()
	s := &service{}
	client, err := orq.New(orq.Options{BaseURL: "http://orq.test", APIKey: apiKey, API: orq.APIAgents, Transport: handlerTransport{http.NotFoundHandler()}})
	if err != nil {
		t.Fatal(err)
	}
	s.call.Orq = client
	const want = "orq.ai answered 404 for agent a1: the server at ORQ_BASE_URL does not offer POST /v2/agents/{key}/task. Check ORQ_BASE_URL; if it is right, this operation was retired. " +
		"This server is limited to one generation of the API by --api=agents: --api=auto uses both."
	if got := s.refused(t, "invoke_agent", `{"key": "a1", "message": "m"}`); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

// TestRunAgentOnAnExternalAgentOfMarch has a service that refuses to configure an A2A agent by a run, in words of its own.
func TestRunAgentOnAnExternalAgentOfMarch(t *testing.T) {
	t.Parallel()
	for status, agentType := range map[int]string{400: orq.TypeA2A, 409: orq.TypeA2A, 422: orq.TypeInternal} {
		s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				answer(w, http.StatusOK, agentJSON(t, fields{"key": "far", "type": agentType}))
				return
			}
			answer(w, status, `{"message": "not possible"}`)
		})
		want := fmt.Sprintf("orq.ai answered %d for agent far: not possible. The agent far is an external A2A agent, which run_agent cannot configure. "+
			"Nothing was changed or started. Run it with orq.ai's invoke_agent and key=far.", status)
		if agentType == orq.TypeInternal {
			want = "orq.ai answered 422 for agent far: not possible. Nothing was started. Correct what it names and call again."
		}
		if got := s.refused(t, "run_agent", `{"key": "far", "model": "m", "role": "r", "instructions": "i", "message": "Hi", "mode": "background"}`); got != want {
			t.Errorf("error = %s\nwant %s", got, want)
		}
	}
}
