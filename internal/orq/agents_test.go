package orq_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestUpdateAgentSendsOnlyFieldsThatAreSet(t *testing.T) {
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
				respond(w, http.StatusOK, agentJSON)
			})
			if _, err := client.UpdateAgent(t.Context(), "scout", c.request); err != nil {
				t.Fatal(err)
			}
			if body := <-got; body != c.want {
				t.Errorf("UpdateAgent sends %s, want %s", body, c.want)
			}
		})
	}
}

func TestCreateAgentRequestEncodesEmptyListsAndOmitsNilOnes(t *testing.T) {
	t.Parallel()
	request := createRequest
	request.MemoryStores = []string{}
	request.Settings = orq.SettingsRequest{Evaluators: []orq.Evaluator{}}
	const want = `{"key":"scout","role":"r","description":"d","instructions":"i","path":"Default","model":"openai/gpt-4o","settings":{"evaluators":[]},"memory_stores":[]}`
	if got, err := json.Marshal(request); err != nil || string(got) != want {
		t.Errorf("json.Marshal(%+v) = %s, %v, want %s", request, got, err, want)
	}
}

func TestGetAgentJSONKeepsTheFormatting(t *testing.T) {
	t.Parallel()
	const key = "sk-live-0123456789"
	for written, want := range map[string]string{
		`{"_id":"1", "key":"k","x":[1.50],"owner":"` + key + `"}`: `{"_id":"1", "key":"k","x":[1.50],"owner":"***"}`,
		`["k"]`: "", `"k"`: "", `null`: "", `{"key":`: "", ``: "",
	} {
		client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { respond(w, http.StatusOK, written) }))
		got, err := client.For(orq.Caller{APIKey: key}).GetAgentJSON(t.Context(), "k")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("GetAgentJSON of %s = %s, %v, want %q", written, got, err, want)
		}
		if err != nil && !strings.Contains(err.Error(), "200 but not the JSON expected") {
			t.Errorf("GetAgentJSON of %s: error %v, want one of unexpected JSON", written, err)
		}
	}
}

func TestDeleteAgentOfAMissingAgent(t *testing.T) {
	t.Parallel()
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	busy := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		respond(w, http.StatusServiceUnavailable, "")
	}
	for name, c := range map[string]struct {
		first []http.HandlerFunc
		last  http.HandlerFunc
		want  error
	}{
		"at the first attempt":                   {nil, missing, orq.ErrNotFound},
		"after a lost response":                  {[]http.HandlerFunc{hangUp}, missing, nil},
		"after a failure that may have deleted":  {[]http.HandlerFunc{reply(500, "")}, missing, nil},
		"after a rate limit":                     {[]http.HandlerFunc{reply(429, "")}, missing, orq.ErrNotFound},
		"after an overload":                      {[]http.HandlerFunc{busy}, missing, orq.ErrNotFound},
		"after a lost response and a rate limit": {[]http.HandlerFunc{hangUp, reply(429, "")}, missing, nil},
		"without the route, after a failure":     {[]http.HandlerFunc{reply(502, "")}, reply(404, ""), orq.ErrNoRoute},
		"forbidden, after a lost response":       {[]http.HandlerFunc{hangUp}, reply(403, `{"message":"no"}`), orq.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				client, _ := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
					handler := c.last
					if requests < len(c.first) {
						handler = c.first[requests]
					}
					requests++
					handler(w, r)
				})
				waits := 0
				err := client.For(orq.Caller{OnWait: func(orq.Wait) { waits++ }}).DeleteAgent(t.Context(), "scout")
				if !errors.Is(err, c.want) {
					t.Errorf("DeleteAgent = %v, want %v", err, c.want)
				}
				if requests != len(c.first)+1 || waits != len(c.first) {
					t.Errorf("%d requests and %d calls of OnWait, want %d and %d", requests, waits, len(c.first)+1, len(c.first))
				}
			})
		})
	}
}

func missing(w http.ResponseWriter, _ *http.Request) {
	respond(w, http.StatusNotFound, `{"message":"Agent not found"}`)
}

func TestDeleteAgentReportsAnHTMLResponse(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html>login</html>"))
	}))
	const want = "DELETE /v2/agents/{agent_key}: 200 but not the JSON expected: OK (an HTML page, probably from a proxy)"
	if err := client.DeleteAgent(t.Context(), "k"); err == nil || err.Error() != want {
		t.Errorf("DeleteAgent = %v, want %s", err, want)
	}
}

func TestFieldsOfAnUpdate(t *testing.T) {
	t.Parallel()
	for want, request := range map[string]orq.UpdateAgentRequest{
		"":                       {},
		"role":                   {Role: new("")},
		"memory_stores":          {MemoryStores: []string{}},
		"skills, system_prompt":  {SystemPrompt: orq.Null[string](), Skills: orq.Value([]string{"s"})},
		"settings":               {Settings: &orq.SettingsRequest{}},
		"key, settings.max_cost": {Key: new("k"), Settings: &orq.SettingsRequest{MaxCost: new(0.5)}},
		"versionIncrement":       {VersionIncrement: "patch"},
		"settings.max_iterations, settings.tools": {Settings: &orq.SettingsRequest{MaxIterations: new(3), Tools: []orq.ToolReference{}}},
	} {
		if got := strings.Join(request.Fields(), ", "); got != want {
			t.Errorf("Fields() = %s, want %s", got, want)
		}
	}
}
