package orq_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// answering is an operation, and what its answer must hold.
type answering struct {
	name      string
	api       orq.API
	operation string
	call      func(context.Context, *orq.Client) error
	// good is an answer with nothing but what it must hold.
	good string
	// lacking are the answers that lack it, by what the error names.
	lacking map[string]string
	// optional reports that a body without JSON is fine.
	optional bool
}

// withoutValue adapts a call to answering.
func withoutValue[T any](call func(context.Context, *orq.Client) (T, error)) func(context.Context, *orq.Client) error {
	return func(ctx context.Context, c *orq.Client) error {
		_, err := call(ctx, c)
		return err
	}
}

// answerings returns the operations that answer with JSON.
func answerings() []answering {
	const agent, key = `{"_id":"1","key":"k"}`, "no key"
	noAgent := map[string]string{`{"_id":"1"}`: key, `{"key":"k"}`: "no _id", `{"_id":"1","key":""}`: key, `{"_id":"1","key":null}`: key, `{"_id":"1","key":7}`: "no key that is a text"}
	noTask := map[string]string{
		`{"status":{"state":"working"}}`: "no id", `{"id":"","status":{"state":"working"}}`: "no id",
		`{"id":"t1"}`: "no status.state", `{"id":"t1","status":{"state":null}}`: "no status.state", `{"id":"t1","status":"working"}`: "no status.state",
	}
	noResponse := map[string]string{`{"status":"completed"}`: "no id", `{"id":"resp_1"}`: "no status", `{"id":"resp_1","status":""}`: "no status", `{"id":"resp_1","status":7}`: "no status that is a text"}
	noExternal := map[string]string{`{"agent":{}}`: "no agent.key", `{"agent":null}`: "no agent.key", `{"key":"k"}`: "no agent.key", `{"agent":[]}`: "no agent.key"}
	noList := map[string]string{
		`{"has_more":false}`: "no data that is a list", `{"data":null,"has_more":false}`: "no data that is a list", `{"data":{},"has_more":false}`: "no data that is a list",
		`{"data":[]}`: "no has_more", `{"data":[],"has_more":null}`: "no has_more",
	}
	run := func(ctx context.Context, c *orq.Client) (*orq.Task, error) { return c.RunAgent(ctx, runRequest) }
	invoke := func(ctx context.Context, c *orq.Client) (*orq.Task, error) {
		return c.InvokeAgent(ctx, "k", invokeRequest)
	}
	lookup := func(id string) func(context.Context, *orq.Client) (*orq.AgentResponse, error) {
		return func(ctx context.Context, c *orq.Client) (*orq.AgentResponse, error) {
			return c.GetAgentResponse(ctx, "k", id)
		}
	}
	register := func(ctx context.Context, c *orq.Client) (*orq.Agent, error) {
		return c.RegisterA2AAgent(ctx, registerRequest)
	}
	refresh := func(ctx context.Context, c *orq.Client) (orq.RefreshedCard, error) {
		return c.RefreshAgentCard(ctx, "k")
	}
	const march, today = orq.APIAgents, orq.APIResponses
	all := []answering{
		{"create", march, "POST /v2/agents", withoutValue(func(ctx context.Context, c *orq.Client) (*orq.Agent, error) { return c.CreateAgent(ctx, createRequest) }), agent, noAgent, false},
		{"get", march, "GET /v2/agents/{agent_key}", withoutValue(func(ctx context.Context, c *orq.Client) (*orq.Agent, error) { return c.GetAgent(ctx, "k") }), agent, noAgent, false},
		{"get as JSON", march, "GET /v2/agents/{agent_key}", func(ctx context.Context, c *orq.Client) error { _, err := c.GetAgentJSON(ctx, "k"); return err }, agent, noAgent, false},
		{"update", march, "PATCH /v2/agents/{agent_key}", withoutValue(func(ctx context.Context, c *orq.Client) (*orq.Agent, error) {
			return c.UpdateAgent(ctx, "k", orq.UpdateAgentRequest{})
		}), agent, noAgent, false},
		{"list", march, "GET /v2/agents", withoutValue(func(ctx context.Context, c *orq.Client) (orq.AgentList, error) {
			return c.ListAgents(ctx, orq.ListOptions{})
		}), `{"data":[],"has_more":false}`, map[string]string{
			`{"has_more":false}`: "no data that is a list", `{"data":"x","has_more":false}`: "no data that is a list", `{"data":[]}`: "no has_more", `{"data":[],"has_more":0}`: "no has_more",
			`{"data":[null],"has_more":false}`: "no data[0]._id and no data[0].key", `{"data":[` + agent + `,{"_id":"2"}],"has_more":false}`: "no data[1].key",
		}, false},
		{"delete", march, "DELETE /v2/agents/{agent_key}", func(ctx context.Context, c *orq.Client) error { return c.DeleteAgent(ctx, "k") }, `{"message":"deleted"}`, nil, true},
		{"register", march, "POST /v2/agents/a2a", withoutValue(register), agent, noAgent, false},
		{"refresh", march, "POST /v2/agents/{key}/card/refresh", withoutValue(refresh), `{"message":"m"}`, map[string]string{`{"card":{}}`: "no message", `{"message":""}`: "no message"}, false},
		{"invoke", march, "POST /v2/agents/{key}/task", withoutValue(invoke), `{"id":"t1","status":{"state":"working"}}`, noTask, false},
		{"run", march, "POST /v2/agents/run", withoutValue(run), `{"id":"t1","status":{"state":"working"}}`, noTask, false},
		{"look up", march, "GET /v2/agents/{agent_key}/responses/{task_id}", withoutValue(lookup("t1")), `{"status":"in_progress"}`, map[string]string{
			`{"output":[]}`: "no status", `{"status":"","output":[]}`: "no status", `{"status":null}`: "no status", `{"status":{"state":"working"}}`: "no status that is a text",
			`{"status":"completed"}`: "no output that is a list", `{"status":"completed","output":null}`: "no output that is a list",
		}, false},
		{"respond", today, "POST /v3/router/responses", withoutValue(invoke), `{"id":"resp_1","status":"queued"}`, noResponse, false},
		{"look up a response", today, "GET /v3/router/responses/{response_id}", withoutValue(lookup("resp_1")), `{"id":"resp_1","status":"queued"}`, noResponse, false},
		{"register external", today, "POST /v2/agents/external", withoutValue(register), `{"agent":{"key":"k"}}`, noExternal, false},
		{"refresh external", today, "POST /v2/agents/external/{agent_key}:refreshCard", withoutValue(refresh), `{"agent":{"key":"k"}}`, noExternal, false},
		{"list workspaces", today, "GET /v2/workspaces", withoutValue(func(ctx context.Context, c *orq.Client) ([]orq.Workspace, error) { return c.Workspaces(ctx) }), `{"data":[],"has_more":false}`, noList, false},
		{"list external", today, "GET /v2/agents/external", withoutValue(func(ctx context.Context, c *orq.Client) (orq.ExternalList, error) {
			return c.ListExternalAgents(ctx, orq.ListOptions{})
		}), `{"object":"list"}`, map[string]string{`{"data":5}`: "no data that is a list", `{"object":""}`: "no data that is a list", `{"data":[{}]}`: "no data[0].key"}, false},
	}
	for kind, path := range map[orq.BlockKind]string{
		orq.BlockTools: "/v2/tools", orq.BlockSkills: "/v2/skills", orq.BlockKnowledgeBases: "/v2/knowledge", orq.BlockMemoryStores: "/v2/memory-stores",
		orq.BlockEvaluators: "/v2/evaluators", orq.BlockGuardrails: "/v2/evaluators", orq.BlockProjects: "/v2/projects", orq.BlockFileSystems: "/v2/file-systems",
		orq.BlockModels: "/v3/router/models", orq.BlockMCPServers: "/v2/mcp-servers",
	} {
		good, lacking := `{"data":[],"has_more":false}`, noList
		switch kind {
		case orq.BlockModels:
			good, lacking = `{"data":null}`, map[string]string{`{"object":"list"}`: "no data that is a list", `{"data":{}}`: "no data that is a list"}
		case orq.BlockMCPServers:
			good, lacking = `{"object":"list"}`, map[string]string{`{"has_more":false}`: "no data that is a list", `{"data":{}}`: "no data that is a list"}
		}
		all = append(all, answering{"list " + string(kind), today, "GET " + path, withoutValue(func(ctx context.Context, c *orq.Client) (orq.BlockList, error) { return c.ListBlocks(ctx, kind) }), good, lacking, false})
	}
	return all
}

// answerOf calls an operation, whose answer is body.
func (a answering) answerOf(t *testing.T, status int, body string) error {
	t.Helper()
	return a.call(t.Context(), serveGeneration(t, a.api, reply(status, body)))
}

func TestAnswersThatLackWhatTheyMustHold(t *testing.T) {
	t.Parallel()
	for _, op := range answerings() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			if err := op.answerOf(t, http.StatusOK, op.good); err != nil {
				t.Errorf("answer %s: error %v, want none", op.good, err)
			}
			lacking := map[string]string{
				"<html>": "not the JSON expected", `{"error":{"message":"out of credits","code":402}}`: "the answer is an error: out of credits",
				`{"error":"out of credits"}`: "the answer is an error: out of credits", `{"message":"out of credits","code":402}`: "the answer is an error: out of credits",
				`{"success":false,"message":"out of credits"}`: "the answer is an error: out of credits",
				`{"ok":false}`: `the answer is an error: {"ok":false}`, `{"deleted":false,"id":"k"}`: `the answer is an error: {"deleted":false,"id":"k"}`,
				`{"detail":"out of credits"}`: "the answer is an error: out of credits", `{"object":"error","message":"out of credits"}`: "the answer is an error: out of credits",
			}
			if !op.optional {
				for _, body := range []string{"", " ", "null", "{}", "[]", `""`, "0", "true", "{", `[{"_id":"1","key":"k"}]`} {
					lacking[body] = ""
				}
			}
			if op.name != "look up" { // there it is a status that is not known
				lacking[`{"status":"error","message":"out of credits"}`] = "the answer is an error: out of credits"
			}
			maps.Copy(lacking, op.lacking)
			for body, want := range lacking {
				err := op.answerOf(t, http.StatusOK, body)
				var wrong *orq.AnswerError
				if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), op.operation+": 200 but ") || !strings.Contains(err.Error(), want) {
					t.Errorf("answer %s: error %v, want one of %s with %q", body, err, op.operation, want)
					continue
				}
				if reads := strings.HasPrefix(op.operation, "GET "); wrong.Reads != reads {
					t.Errorf("answer %s: Reads = %t, want %t", body, wrong.Reads, reads)
				}
			}
		})
	}
}

func TestAnswersWithoutABodyThatNeedNone(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent} {
		for _, body := range []string{"", "null", "{}", `{"deleted":true}`, `"ok"`} {
			if status == http.StatusNoContent {
				body = ""
			}
			client := serveUnchecked(t, reply(status, body))
			if err := client.DeleteAgent(t.Context(), "k"); err != nil {
				t.Errorf("DeleteAgent with %d %q = %v, want no error", status, body, err)
			}
		}
	}
}

func TestAnswerWithoutItsStatusNamesItsTask(t *testing.T) {
	t.Parallel()
	for api, body := range map[orq.API]string{orq.APIAgents: `{"id":"t1"}`, orq.APIResponses: `{"id":"t1"}`} {
		_, err := serveGeneration(t, api, reply(200, body)).InvokeAgent(t.Context(), "k", orq.InvokeRequest{})
		if wrong, ok := errors.AsType[*orq.AnswerError](err); !ok || wrong.TaskID != "t1" || !wrong.StartsRun {
			t.Errorf("InvokeAgent = %v, want an answer that names the task t1", err)
		}
	}
}

func TestAnswerErrorsAreBoundedAndMasked(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10_000)
	for _, body := range []string{`{"key":"` + apiKey + `","api_key":"s3cr3t","a":"` + long + `"}`, `{"error":{"api_key":"s3cr3t","hint":"` + apiKey + long + `"}}`, `{"error":"` + apiKey + long + `"}`} {
		_, err := serveUnchecked(t, reply(200, body)).GetAgent(t.Context(), "k")
		if err == nil || len(err.Error()) > 2500 || strings.Contains(err.Error(), apiKey[:8]) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("GetAgent = %.3000v, want a short error without secrets", err)
		}
	}
}

func TestAnAgentWithTheKeyExternalIsNoList(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, reply(200, `{"_id":"1","key":"external","data":null}`))
	if list, err := client.ListExternalAgents(t.Context(), orq.ListOptions{}); err != nil || len(list.Data) > 0 || client.HasExternalAgents() {
		t.Errorf("ListExternalAgents = %+v, %v, external agents: %t, want none", list, err, client.HasExternalAgents())
	}
	offering := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v2/agents/external":
			respond(w, 200, `{"_id":"1","key":"external"}`)
		case "/v2/agents":
			respond(w, 200, `{"data":[],"has_more":false}`)
		default:
			respond(w, 404, fmt.Sprintf(`{"message":"Cannot GET %s"}`, r.URL.Path))
		}
	}))
	if got, err := offering.Offer(t.Context()); err != nil || got != (orq.Offer{Agents: true}) {
		t.Errorf("Offer = %+v, %v, want agents alone", got, err)
	}
}

func TestAnswersThatAreNoText(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"\x1f\x8b\x08\x00\x00\x00", "\x8b\x1c\x80ab\xff\x01"} {
		_, err := serveUnchecked(t, reply(200, body)).GetAgent(t.Context(), "k")
		const want = "GET /v2/agents/{agent_key}: 200 but not the JSON expected: OK (an answer that is no text)"
		if err == nil || err.Error() != want {
			t.Errorf("GetAgent = %v, want %q", err, want)
		}
	}
}

func TestStartedResponsesThatHaveEnded(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"canceled", "cancelled", "rejected"} {
		task, err := serveGeneration(t, orq.APIResponses, reply(200, `{"id":"resp_1","status":"`+status+`"}`)).InvokeAgent(t.Context(), "k", orq.InvokeRequest{})
		if err != nil || task.Status.State != status {
			t.Errorf("InvokeAgent = %+v, %v, want a task that is %s", task, err, status)
		}
	}
}
