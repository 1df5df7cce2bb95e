package orq_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestUpdateHoldsOnlyWhatWasSet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request orq.UpdateAgentRequest
		want    string
	}{
		"nothing":            {orq.UpdateAgentRequest{}, `{}`},
		"an empty string":    {orq.UpdateAgentRequest{Instructions: new("")}, `{"instructions":""}`},
		"empty lists":        {orq.UpdateAgentRequest{MemoryStores: []string{}, KnowledgeBases: []orq.KnowledgeBase{}}, `{"memory_stores":[],"knowledge_bases":[]}`},
		"an empty object":    {orq.UpdateAgentRequest{Variables: map[string]any{}}, `{"variables":{}}`},
		"empty settings":     {orq.UpdateAgentRequest{Settings: &orq.SettingsRequest{}}, `{"settings":{}}`},
		"no tools any more":  {orq.UpdateAgentRequest{Settings: &orq.SettingsRequest{Tools: []orq.ToolReference{}}}, `{"settings":{"tools":[]}}`},
		"zero numbers":       {orq.UpdateAgentRequest{Settings: &orq.SettingsRequest{MaxCost: new(0.0)}}, `{"settings":{"max_cost":0}}`},
		"a false":            {orq.UpdateAgentRequest{Settings: &orq.SettingsRequest{Tools: []orq.ToolReference{{Type: "http", Key: "k", RequiresApproval: new(false)}}}}, `{"settings":{"tools":[{"type":"http","key":"k","requires_approval":false}]}}`},
		"a kept header":      {orq.UpdateAgentRequest{A2A: &orq.A2AUpdate{Headers: map[string]orq.Header{"X": {}}}}, `{"a2a":{"headers":{"X":{"value":""}}}}`},
		"no headers":         {orq.UpdateAgentRequest{A2A: &orq.A2AUpdate{Headers: map[string]orq.Header{}}}, `{"a2a":{"headers":{}}}`},
		"version":            {orq.UpdateAgentRequest{VersionIncrement: "patch", VersionDescription: "why"}, `{"versionIncrement":"patch","versionDescription":"why"}`},
		"model by id":        {orq.UpdateAgentRequest{Model: &orq.ModelConfig{ID: "m"}}, `{"model":"m"}`},
		"no fallback models": {orq.UpdateAgentRequest{FallbackModels: []orq.FallbackModel{}}, `{"fallback_models":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := make(chan string, 1)
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got <- string(body)
				answer(w, http.StatusOK, agentJSON)
			})
			if _, err := client.UpdateAgent(t.Context(), "scout", c.request); err != nil {
				t.Fatal(err)
			}
			if body := <-got; body != c.want {
				t.Errorf("body %s, want %s", body, c.want)
			}
		})
	}
}

func TestEmptyListsAreSentAndMissingOnesAreNot(t *testing.T) {
	t.Parallel()
	request := createRequest
	request.MemoryStores = []string{}
	request.Settings = orq.SettingsRequest{Evaluators: []orq.Evaluator{}}
	const want = `{"key":"scout","role":"r","description":"d","instructions":"i","path":"Default","model":"openai/gpt-4o","settings":{"evaluators":[]},"memory_stores":[]}`
	if got, err := json.Marshal(request); err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}
