package orq_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	agentJSON = `{"_id":"01A","key":"scout","display_name":"Scout","project_id":"p1","status":"live","path":"Default","role":"r",` +
		`"description":"d","instructions":"i","model":{"id":"openai/gpt-4o"},"novelty":1}`
	a2aJSON = `{"_id":"01B","type":"a2a","key":"far","display_name":"Far","description":"d","workspace_id":"w1","project_id":"p1",` +
		`"status":"live","path":"Default","metrics":{"total_cost":0.5},"memory_stores":[],"team_of_agents":[],` +
		`"a2a":{"agent_url":"https://far.example","card_url":"https://far.example/card","headers":{"X-Api-Key":{"value":"","encrypted":true}}}}`
	taskJSON     = `{"id":"t1","contextId":"c1","kind":"task","status":{"state":"submitted"},"metadata":{"trace_id":"tr1"}}`
	responseJSON = `{"_id":"r1","task_id":"t1","output":[{"role":"agent","parts":[{"kind":"text","text":"hello"}],"messageId":"m1","kind":"message"}],` +
		`"created_at":"2026-03-24T00:00:00Z","model":"openai/gpt-4o","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},` +
		`"finish_reason":"stop","status":"completed"}`
	namedJSON   = `{"type":"event.agents.execution_named","timestamp":"2026-03-24T00:00:00Z","data":{"name":"n","agent_manifest_id":"a"}}`
	namedStream = "data: " + namedJSON + "\n\ndata: [DONE]\n\n"
)

func scout() *orq.Agent {
	return &orq.Agent{
		ID: "01A", Key: "scout", DisplayName: "Scout", ProjectID: "p1", Status: "live", Path: "Default", Role: "r",
		Description: "d", Instructions: "i", Model: &orq.AgentModel{ID: "openai/gpt-4o"}, Raw: json.RawMessage(agentJSON),
	}
}

func named() []orq.Event {
	return []orq.Event{{
		Type: orq.EventExecutionNamed, Timestamp: "2026-03-24T00:00:00Z",
		Data: &orq.ExecutionNamed{Name: "n", AgentManifestID: "a"},
		Raw:  `{"name":"n","agent_manifest_id":"a"}`,
	}}
}

var (
	hello = orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("hello")}}

	createRequest = orq.CreateAgentRequest{
		Key: "scout", Role: "r", Description: "d", Instructions: "i", Path: "Default", Model: orq.ModelConfig{ID: "openai/gpt-4o"},
		Settings: orq.SettingsRequest{Tools: []orq.ToolReference{{Type: "current_date"}}},
	}
	registerRequest = orq.RegisterA2ARequest{
		Key: "far", DisplayName: "Far", Description: "d", Path: "Default", AgentURL: "https://far.example",
		Headers: map[string]orq.Header{"X-Api-Key": {Value: "v", Encrypted: new(true)}},
	}
	invokeRequest = orq.InvokeRequest{
		Invocation:    orq.Invocation{Message: hello, Memory: &orq.Memory{EntityID: "e"}},
		Configuration: &orq.InvokeConfiguration{Blocking: new(false)},
	}
	runRequest = orq.RunRequest{
		Invocation: orq.Invocation{Message: hello}, Key: "scout", Role: "r", Instructions: "i", Path: "Default",
		Model: orq.ModelConfig{ID: "openai/gpt-4o"}, Settings: orq.RunSettings{MaxIterations: new(3)},
	}
)

// operation is one call of an operation, the request that it must send, and the result of its response.
type operation struct {
	name string
	call func(context.Context, *orq.Client) (any, error)
	// repeatable operations may be retried even if the service may have processed the request.
	repeatable         bool
	method, path, body string
	accept             string
	status             int
	answer             string
	want               any
}

const (
	wantMessage = `"message":{"role":"user","parts":[{"kind":"text","text":"hello"}]}`
	wantInvoke  = `{` + wantMessage + `,"memory":{"entity_id":"e"},"configuration":{"blocking":false}}`
	wantRun     = `{` + wantMessage + `,"key":"scout","model":"openai/gpt-4o","role":"r","instructions":"i","path":"Default","settings":{"max_iterations":3}}`
	acceptJSON  = "application/json"
	acceptSSE   = "text/event-stream"
)

func operations() []operation {
	far := &orq.Agent{
		ID: "01B", Type: orq.TypeA2A, Key: "far", DisplayName: "Far", Description: "d", WorkspaceID: "w1", ProjectID: "p1",
		Status: "live", Path: "Default", Metrics: &orq.Metrics{TotalCost: 0.5}, MemoryStores: []string{}, TeamOfAgents: []orq.TeamMember{},
		A2A: &orq.A2AConfig{
			AgentURL: "https://far.example", CardURL: "https://far.example/card",
			Headers: map[string]orq.Header{"X-Api-Key": {Encrypted: new(true)}},
		},
		Raw: json.RawMessage(a2aJSON),
	}
	task := &orq.Task{
		ID: "t1", ContextID: "c1", Kind: "task", Status: orq.TaskStatus{State: orq.TaskSubmitted}, Metadata: map[string]any{"trace_id": "tr1"},
	}
	return []operation{
		{
			"create", func(ctx context.Context, c *orq.Client) (any, error) { return c.CreateAgent(ctx, createRequest) }, false,
			"POST", "/v2/agents",
			`{"key":"scout","role":"r","description":"d","instructions":"i","path":"Default","model":"openai/gpt-4o","settings":{"tools":[{"type":"current_date"}]}}`,
			acceptJSON, 201, agentJSON, scout(),
		},
		{
			"list", func(ctx context.Context, c *orq.Client) (any, error) {
				return c.ListAgents(ctx, orq.ListOptions{Limit: 7, StartingAfter: "a b&c", Type: orq.TypeA2A})
			}, true,
			"GET", "/v2/agents?limit=7&starting_after=a+b%26c&type=a2a", "",
			acceptJSON, 200, `{"object":"list","has_more":true,"data":[]}`, orq.AgentList{Object: "list", HasMore: true, Data: []orq.Agent{}},
		},
		{
			"list before", func(ctx context.Context, c *orq.Client) (any, error) {
				return c.ListAgents(ctx, orq.ListOptions{EndingBefore: "01A", Type: orq.TypeInternal})
			}, true,
			"GET", "/v2/agents?ending_before=01A&type=internal", "",
			acceptJSON, 200, `{"object":"list","has_more":false,"data":[]}`, orq.AgentList{Object: "list", Data: []orq.Agent{}},
		},
		{
			"get", func(ctx context.Context, c *orq.Client) (any, error) { return c.GetAgent(ctx, "scout") }, true,
			"GET", "/v2/agents/scout", "", acceptJSON, 200, agentJSON, scout(),
		},
		{
			"update", func(ctx context.Context, c *orq.Client) (any, error) {
				return c.UpdateAgent(ctx, "scout", orq.UpdateAgentRequest{Role: new("r")})
			}, true,
			"PATCH", "/v2/agents/scout", `{"role":"r"}`, acceptJSON, 200, agentJSON, scout(),
		},
		{
			"update with a new version", func(ctx context.Context, c *orq.Client) (any, error) {
				return c.UpdateAgent(ctx, "scout", orq.UpdateAgentRequest{VersionIncrement: "minor"})
			}, false,
			"PATCH", "/v2/agents/scout", `{"versionIncrement":"minor"}`, acceptJSON, 200, agentJSON, scout(),
		},
		{
			"delete", func(ctx context.Context, c *orq.Client) (any, error) { return nil, c.DeleteAgent(ctx, "scout") }, true,
			"DELETE", "/v2/agents/scout", "", acceptJSON, 204, "", nil,
		},
		{
			"register", func(ctx context.Context, c *orq.Client) (any, error) { return c.RegisterA2AAgent(ctx, registerRequest) }, false,
			"POST", "/v2/agents/a2a",
			`{"key":"far","display_name":"Far","description":"d","path":"Default","agent_url":"https://far.example","headers":{"X-Api-Key":{"value":"v","encrypted":true}}}`,
			acceptJSON, 201, a2aJSON, far,
		},
		{
			"refresh card", func(ctx context.Context, c *orq.Client) (any, error) { return c.RefreshAgentCard(ctx, "far") }, true,
			"POST", "/v2/agents/far/card/refresh", "", acceptJSON, 200, `{"message":"refreshed","card":{"name":"Far"}}`,
			orq.RefreshedCard{Message: "refreshed", Card: json.RawMessage(`{"name":"Far"}`)},
		},
		{
			"invoke", func(ctx context.Context, c *orq.Client) (any, error) {
				return c.InvokeAgent(ctx, "scout", invokeRequest)
			}, false,
			"POST", "/v2/agents/scout/task", wantInvoke, acceptJSON, 200, taskJSON, task,
		},
		{
			"stream an agent", func(ctx context.Context, c *orq.Client) (any, error) {
				return collect(c.StreamAgent(ctx, "scout", invokeRequest))
			}, false,
			"POST", "/v2/agents/scout/stream-task", wantInvoke, acceptSSE, 200, namedStream, named(),
		},
		{
			"run", func(ctx context.Context, c *orq.Client) (any, error) { return c.RunAgent(ctx, runRequest) }, false,
			"POST", "/v2/agents/run", wantRun, acceptJSON, 200, taskJSON, task,
		},
		{
			"stream a run", func(ctx context.Context, c *orq.Client) (any, error) { return collect(c.StreamRun(ctx, runRequest)) }, false,
			"POST", "/v2/agents/stream-run", wantRun, acceptSSE, 200, namedStream, named(),
		},
		{
			"look up a task", func(ctx context.Context, c *orq.Client) (any, error) { return c.GetAgentResponse(ctx, "scout", "t1") }, true,
			"GET", "/v2/agents/scout/responses/t1", "", acceptJSON, 200, responseJSON,
			&orq.AgentResponse{
				ID: "r1", TaskID: "t1", CreatedAt: "2026-03-24T00:00:00Z", Model: "openai/gpt-4o", FinishReason: orq.FinishStop, Status: orq.ResponseCompleted,
				Usage:  &orq.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3},
				Output: []orq.Message{{Kind: "message", MessageID: "m1", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("hello")}}},
			},
		},
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			type request struct {
				Method, Target, Body                                 string
				Authorization, UserAgent, Accept, ContentType, Close string
				Encoding                                             string
			}
			got := make(chan request, 1)
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				h := r.Header
				got <- request{
					r.Method, r.RequestURI, string(body),
					h.Get("Authorization"), h.Get("User-Agent"), h.Get("Accept"), h.Get("Content-Type"), h.Get("Connection"),
					h.Get("Accept-Encoding"),
				}
				w.Header().Set("Content-Type", op.accept)
				if op.answer == "" {
					w.Header().Del("Content-Type")
				}
				w.WriteHeader(op.status)
				_, _ = io.WriteString(w, op.answer)
			})
			value, err := op.call(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(op.want, value); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			want := request{
				Method: op.method, Target: op.path, Body: op.body,
				Authorization: "Bearer " + apiKey, UserAgent: "orq-mcp/test", Accept: op.accept,
			}
			if want.Encoding = "gzip"; op.accept == acceptSSE {
				want.Encoding = "identity" // events must not wait in a decoder's buffer
			}
			if op.body != "" {
				want.ContentType = "application/json"
			}
			if diff := cmp.Diff(want, <-got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}
