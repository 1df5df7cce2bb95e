package e2e_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestMistakesAreExplained makes calls with mistakes that the caller can correct.
func TestMistakesAreExplained(t *testing.T) {
	t.Parallel()
	mistakes := []struct {
		name, tool string
		arguments  object
		want       string
		// on is the generation that answers so; both when empty.
		on api
	}{
		{
			"several at once", "create_agent",
			object{"key": "9 lives", "role": "Cat", "description": "d", "instructions": "i", "max_iterations": "many", "tools": []any{object{"type": "web_scrape"}}},
			"The arguments of create_agent have 4 problems, nothing was sent. Correct all of them and call again:\n" +
				"- key: must match ^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$, got \"9 lives\"\n" +
				"- model: required\n" +
				"- max_iterations: must be an integer, got the string \"many\"\n" +
				"- tools[0].type: must be one of google_search, web_scraper", "",
		},
		{
			"an unknown name", "get_agent", object{"kye": "scout"},
			"The arguments of get_agent have 2 problems, nothing was sent. Correct all of them and call again:\n" +
				"- key: required\n" +
				"- kye: unknown; did you mean key?", "",
		},
		{
			"an unknown agent", "get_agent", object{"key": "scuot"},
			"No agent has the key scuot (404). Closest: scout.", "",
		},
		{
			"an unknown agent that is like no other", "get_agent", object{"key": "zzzzzzzz"},
			"No agent has the key zzzzzzzz (404). orq.ai's list_agents shows the agents there are.", "",
		},
		{
			"an unknown agent to run", "invoke_agent", object{"key": "scuot", "message": "hello"},
			"No agent has the key scuot (404). Closest: scout.", "",
		},
		{
			"an unknown task", "get_agent_response", object{"key": "scout", "task_id": "none"},
			"There is no task none of agent scout: The sandbox answered 404: the agent has no task none. Check both; orq.ai's invoke_agent returns the task_id.", march,
		},
		{
			"an unknown response", "get_agent_response", object{"key": "scout", "task_id": "resp_none"},
			`There is no task resp_none of agent scout: The sandbox answered 404: task_id: there is no response "resp_none". Check both; orq.ai's invoke_agent returns the task_id.`, today,
		},
		{
			"the card of an agent that has none", "refresh_agent_card", object{"key": "scout"},
			`The sandbox answered 400 for agent scout: key: the agent "scout" is not an A2A agent. Nothing was changed. Correct what it names and call again.`, march,
		},
		{
			"the card of an agent that is not external", "refresh_agent_card", object{"key": "scout"},
			"The agent scout is not an A2A agent (404): it has no card to refresh. orq.ai's list_agents with type=a2a shows those that have one.", today,
		},
		{
			"a task of March", "get_agent_response", object{"key": "scout", "task_id": "01JNGYK6QB4P0S8Y2HWFA3CVZX"},
			"orq.ai answered 404 for agent scout: the server at ORQ_BASE_URL does not offer GET /v2/agents/{agent_key}/responses/{task_id}. Check ORQ_BASE_URL; if it is right, this operation was retired, " +
				"and the task 01JNGYK6QB4P0S8Y2HWFA3CVZX with it: start a new one without task_id.", today,
		},
		{
			"to go on with a task of March", "invoke_agent", object{"key": "scout", "task_id": "01JNGYK6QB4P0S8Y2HWFA3CVZX", "message": "And?"},
			"orq.ai answered 404 for agent scout: the server at ORQ_BASE_URL does not offer POST /v2/agents/{key}/task. Check ORQ_BASE_URL; if it is right, this operation was retired, " +
				"and the task 01JNGYK6QB4P0S8Y2HWFA3CVZX with it: start a new one without task_id.", today,
		},
		{
			"a key that is taken", "create_agent",
			object{"key": "scout", "role": "r", "description": "d", "instructions": "i", "model": "openai/gpt-4o"},
			"The key scout is taken: The sandbox answered 409 for agent scout: there is already an agent with the key \"scout\". Nothing was changed. orq.ai's update_agent changes that agent; another key creates a new one.", "",
		},
		{
			"a deletion without confirmation", "delete_agent", object{"key": "scout"},
			"The arguments of delete_agent are wrong, nothing was sent: confirm: required. Correct it and call again.", "",
		},
		{
			"a deletion of something else", "delete_agent", object{"key": "scout", "confirm": "scot"},
			"The arguments of delete_agent are wrong, nothing was sent: confirm: must equal key (scout), got \"scot\". Correct it and call again.", "",
		},
		{
			"a run without a message", "invoke_agent", object{"key": "scout"},
			"The arguments of invoke_agent are wrong, nothing was sent: message: required. Correct it and call again.", "",
		},
		{
			"a card that cannot be fetched", "register_a2a_agent",
			object{"key": "weather", "display_name": "w", "description": "d", "agent_url": "http://127.0.0.1:9"},
			"The sandbox answered 400 for agent weather: agent card: http://127.0.0.1:9/card cannot be reached: the connection was refused. Nothing was changed. Correct what it names and call again.", "",
		},
	}
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		c.create("scout")
		for _, mistake := range mistakes {
			if mistake.on != "" && mistake.on != a {
				continue
			}
			got := c.toolError(mistake.tool, mistake.arguments)
			// Without the long list of built-in tools.
			if mistake.name == "several at once" {
				got, _, _ = strings.Cut(got, ", call_sub_agent")
			}
			if diff := cmp.Diff(mistake.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", mistake.name, diff)
			}
		}
		if diff := cmp.Diff([]string{"scout"}, c.keys()); diff != "" {
			t.Errorf("agents (-want +got):\n%s", diff)
		}
	})
}

func TestAnUnknownToolIsAProtocolError(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c := open(t, kind, setup{base: "http://127.0.0.1:9"})
		response := c.begin("get_agents", object{}).next()
		if response.Error == nil || response.Error.Code != -32602 || response.Error.Message != "tool 'get_agents' not found: tool not found" {
			t.Errorf("error = %+v, want -32602 tool not found", response.Error)
		}
		c.ping()
	})
}

func TestWithoutAKeyCallsExplainHowToSetIt(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		u := newSandbox(t, sandbox.Options{})
		c := open(t, kind, setup{base: u.url, keyless: true})
		if got := sorted(c.listedNames()); !slices.Equal(got, sorted(toolNames())) {
			t.Errorf("tools = %v, want %v", got, sorted(toolNames()))
		}
		const want = "No orq.ai API key is set, so nothing was sent. Set ORQ_API_KEY in this server's environment, start it with --sandbox to use the built-in local workspace, or over HTTP send Authorization: Bearer <orq.ai API key>."
		for tool, arguments := range map[string]object{
			"list_agents":  {},
			"invoke_agent": {"key": "scout", "message": "hello"},
			"delete_agent": {"key": "scout", "confirm": "scout"},
		} {
			if got := c.toolError(tool, arguments); got != want {
				t.Errorf("%s = %q, want %q", tool, got, want)
			}
		}
		if result := c.begin("invoke_agent", object{"key": "scout", "message": "hello"}).result(); result.text() != want {
			t.Errorf("invoke_agent with progress = %q, want %q", result.text(), want)
		}
		if got := u.requestLines(); len(got) > 0 {
			t.Errorf("requests to the upstream = %v, want none", got)
		}
	})
}

func TestAWrongKeyIsExplained(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		u := a.newSandbox(t, sandbox.Options{Key: "the-right-one"})
		c := open(t, kind, setup{base: u.url, key: "the-wrong-one"})
		const reason, advice = "the API key is not valid. ", "Check that the key is complete, active and belongs to this workspace."
		if got := c.toolError("list_agents", object{}); got != "ORQ_API_KEY was rejected: The sandbox answered 401: "+reason+advice {
			t.Errorf("list_agents = %q\nwant %q at its end", got, advice)
		}
		if n := len(u.requests("GET", "/v2/agents")); n != 1 {
			t.Errorf("the key was sent %d times, want once", n)
		}
		if got := c.toolError("invoke_agent", object{"key": "scout", "message": "hello"}); got != "ORQ_API_KEY was rejected: The sandbox answered 401 for agent scout: "+reason+"Nothing was started. "+advice {
			t.Errorf("invoke_agent = %q\nwant %q at its end", got, advice)
		}
	})
}

// notSentAgain is part of the error of a run that may have started. The error must not suggest to try again, because that
// would start a second run.
const notSentAgain = "The run may have started all the same and was not started again: it may act and cost money, so ask before you call again."

// TestFailuresOfTheServiceAreExplained has an upstream that fails in one way in each case.
func TestFailuresOfTheServiceAreExplained(t *testing.T) {
	t.Parallel()
	hello, responses := object{"key": "scout", "message": "hello"}, []string{"--api", "responses"}
	failures := []struct {
		name, tool string
		arguments  object
		handler    http.HandlerFunc
		// want is the text of the error, where %HOST stands for the host of the upstream.
		want string
		// sent is the expected number of requests.
		sent int
		// outside marks responses that the API contract does not allow.
		outside bool
		// args are flags of the program.
		args []string
	}{
		{
			"500", "get_agent", object{"key": "scout"}, answerJSON(500, `{"message": "the database is away"}`),
			"orq.ai failed with 500 for agent scout: the database is away. Try again in a minute.", 4, false, nil,
		},
		{
			"500 to a run", "invoke_agent", hello, answerJSON(500, `{"message": "the database is away"}`),
			"orq.ai failed with 500 for agent scout: the database is away. " + notSentAgain, 1, false, nil,
		},
		{
			"403", "get_agent", object{"key": "scout"}, answerJSON(403, `{"error": {"code": "wrong_project", "message": "not your project"}}`),
			"The API key may not do this: orq.ai answered 403 for agent scout: not your project. Use a key with the rights for this workspace and project.", 1, true, nil,
		},
		{
			"429 for longer than anybody waits", "get_agent", object{"key": "scout"}, answerJSON(429, `{"message": "slow down"}`, "Retry-After", "120"),
			"Too many requests: orq.ai answered 429 for agent scout: slow down. Retry after 120 s.", 1, false, nil,
		},
		{
			"400", "invoke_agent", hello, answerJSON(400, `{"message": "memory.entity_id: Memory entity ID is required"}`),
			"orq.ai answered 400 for agent scout: memory_entity_id: Memory entity ID is required. Nothing was started. Correct what it names and call again.", 1, false, nil,
		},
		{
			"an HTML page for an error", "get_agent", object{"key": "scout"}, answerJSON(418, `<html><body>teapot</body></html>`),
			"orq.ai answered 418 for agent scout: I'm a teapot (an HTML page, probably from a proxy). Check ORQ_BASE_URL and the arguments.", 1, true, nil,
		},
		{
			"an HTML page for an agent", "get_agent", object{"key": "scout"}, answerJSON(200, `<html><body>Sign in</body></html>`),
			"orq.ai's answer for agent scout cannot be used: GET /v2/agents/{agent_key}: 200 but not the JSON expected: OK (an HTML page, probably from a proxy). " +
				"Check ORQ_BASE_URL, then try again.", 1, true, nil,
		},
		{
			"an HTML page for a stream", "invoke_agent", hello, answerJSON(200, `<html><body>Sign in</body></html>`),
			"orq.ai's answer for agent scout cannot be used: POST /v2/agents/{key}/stream-task: 200 but no event stream: OK (an HTML page, probably from a proxy). " +
				notSentAgain, 1, true, nil,
		},
		{
			"a route that does not exist", "get_agent", object{"key": "scout"}, http.NotFound,
			"orq.ai answered 404 for agent scout: the server at ORQ_BASE_URL does not offer GET /v2/agents/{agent_key}. Check ORQ_BASE_URL; if it is right, this operation was retired.", 1, true, nil,
		},
		{
			"a redirect", "get_agent", object{"key": "scout"}, answerJSON(302, ``, "Location", "https://elsewhere.example/"),
			"orq.ai answered 302 for agent scout: redirected to https://elsewhere.example/. Set ORQ_BASE_URL to the address of the API itself.", 1, true, nil,
		},
		{
			"a hang-up in the middle of the answer", "get_agent", object{"key": "scout"}, hangUpWithin(`{"key": "sc`),
			"The request to orq.ai for agent scout failed: GET /v2/agents/{agent_key}: %HOST gave no complete answer: the connection ended early. Check the network and ORQ_BASE_URL, then try again.", 4, true, nil,
		},
		{
			"a hang-up instead of an answer", "get_agent", object{"key": "scout"}, hangUpWithin(""),
			"The request to orq.ai for agent scout failed: GET /v2/agents/{agent_key}: %HOST gave no complete answer: the connection ended early. Check the network and ORQ_BASE_URL, then try again.", 4, true, nil,
		},
		{
			"500 to a response", "invoke_agent", hello, answerJSON(500, `{"error": {"message": "the database is away"}}`),
			"orq.ai failed with 500 for agent scout: the database is away. " + notSentAgain, 1, false, responses,
		},
		{
			"400 of a response", "invoke_agent", hello,
			answerJSON(400, `{"error": {"code": "memory_entity_id_required", "message": "memory.entity_id: is required", "param": null, "type": "invalid_request_error"}}`),
			"orq.ai answered 400 for agent scout: memory_entity_id: is required. Nothing was started. Correct what it names and call again.", 1, false, responses,
		},
		{
			"an HTML page for the stream of a response", "invoke_agent", hello, answerJSON(200, `<html><body>Sign in</body></html>`),
			"orq.ai's answer for agent scout cannot be used: POST /v3/router/responses: 200 but no event stream: OK (an HTML page, probably from a proxy). " +
				notSentAgain, 1, true, responses,
		},
		{
			"no generation has a route", "invoke_agent", hello, http.NotFound,
			"orq.ai answered 404 for agent scout: the server at ORQ_BASE_URL does not offer POST /v2/agents/{key}/stream-task. Check ORQ_BASE_URL; if it is right, this operation was retired.", 2, true, nil,
		},
		{
			"a hang-up instead of the outcome of a response", "get_agent_response", object{"key": "scout", "task_id": "resp_1"}, hangUpWithin(""),
			"The request to orq.ai for agent scout failed: GET /v3/router/responses/{response_id}: %HOST gave no complete answer: the connection ended early. Check the network and ORQ_BASE_URL, then try again.",
			4, true, nil,
		},
	}
	for _, failure := range failures {
		t.Run(failure.name, func(t *testing.T) {
			t.Parallel()
			onEachTransport(t, func(t *testing.T, kind string) {
				handler := http.Handler(failure.handler)
				if !failure.outside {
					handler = contract.CheckAll(t, handler)
				}
				u := newUpstream(t, handler)
				c := open(t, kind, u.setup(failure.args...))
				result := c.begin(failure.tool, failure.arguments).result()
				want := strings.ReplaceAll(failure.want, "%HOST", strings.TrimPrefix(u.url, "http://"))
				if !result.IsError || result.text() != want {
					t.Errorf("result: isError %v, text (-want +got):\n%s", result.IsError, cmp.Diff(want, result.text()))
				}
				if got := len(u.requestLines()); got != failure.sent {
					t.Errorf("%d requests to the upstream, want %d", got, failure.sent)
				}
			})
		})
	}
}

// hangUpWithin returns a handler that closes the connection after part of a response, or before any of it.
func hangUpWithin(part string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if part != "" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, part)
			_ = http.NewResponseController(w).Flush()
		}
		panic(http.ErrAbortHandler)
	}
}

func noAgents(w http.ResponseWriter, r *http.Request) {
	answerJSON(200, `{"object": "list", "data": [], "has_more": false}`)(w, r)
}

func TestWaitingForAnotherTryIsShown(t *testing.T) {
	t.Parallel()
	refusals := map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"rate limited": {answerJSON(429, `{"message": "slow down"}`, "Retry-After", "1"), `^rate limited, next try in 1\.0 s$`},
		"failing":      {answerJSON(503, `{"message": "down"}`, "Retry-After", "1"), `^orq\.ai answered 503, next try in 1\.0 s$`},
	}
	for name, refusal := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEachTransport(t, func(t *testing.T, kind string) {
				var requests atomic.Int32
				handler := contract.CheckAll(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if requests.Add(1) == 1 {
						refusal.handler(w, r)
						return
					}
					noAgents(w, r)
				}))
				c := open(t, kind, setup{base: newUpstream(t, handler).url})
				result := c.mustSucceed("list_agents", c.begin("list_agents", object{}).result())
				if len(result.progress) != 1 || !regexp.MustCompile(refusal.want).MatchString(result.messages()[0]) {
					t.Errorf("progress = %q, want one message that matches %s", result.messages(), refusal.want)
				}
			})
		})
	}
}
