package tools

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	// requiredBeside are required arguments of create_agent and run_agent besides model.
	requiredBeside = `"key": "k", "role": "r", "description": "d", "instructions": "i"`
	createUnknown  = `{` + requiredBeside + `, "model": "openai/gpt-4.o", "fallback_models": ["openai/gpt-4o-mini"],
		"tools": [{"type": "current_date"}, {"type": "http", "key": "wether"}], "memory_stores": ["custmers"]}`
)

// refusesWrites serves blockLists, and answers every other request but reads with an error.
func refusesWrites(t *testing.T, status int, message string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case isLookup(r.URL.Path):
			serveBlocks(w, r)
		case r.Method == http.MethodGet:
			answer(w, http.StatusOK, agentJSON(t, nil))
		default:
			answer(w, status, encode(t, fields{"message": message}))
		}
	}
}

func TestUnknownNamesGetTheNearestExistingOnes(t *testing.T) {
	t.Parallel()
	const (
		correct = " Correct what it names and call again."
		check   = " Check the names given and ORQ_BASE_URL."
		models  = " Closest to openai/gpt-4.o: openai/gpt-4o."
		update  = `{"key": "support", "model": "openai/gpt-4.o", "tools": [{"type": "function", "id": "T2"}]}`
		run     = `{` + requiredBeside + `, "model": "gpt-4o", "memory_stores": ["customer"], "message": "m", "mode": `
	)
	for name, each := range map[string]struct {
		tool, arguments string
		status          int
		message, want   string
		lookup          string
	}{
		"a model, named":             {"create_agent", createUnknown, 400, "Model openai/gpt-4.o not found", models + correct, "/v3/router/models"},
		"a model, 404":               {"create_agent", createUnknown, 404, "Model openai/gpt-4.o not found", models + check, "/v3/router/models"},
		"a model, not named":         {"create_agent", createUnknown, 400, "model: unknown", models + correct, "/v3/router/models"},
		"a model by its name alone":  {"create_agent", createUnknown, 400, `"openai/gpt-4.o" is invalid`, models + correct, "/v3/router/models"},
		"a tool, named":              {"create_agent", createUnknown, 400, "Tool with key 'wether' does not exist", " Closest to wether: weather." + correct, "/v2/tools"},
		"a tool, by its path":        {"create_agent", createUnknown, 400, "settings.tools[1]: invalid key", " Closest to wether: weather." + correct, "/v2/tools"},
		"a memory store":             {"create_agent", createUnknown, 404, "Memory store custmers not found", " Closest to custmers: customers." + check, "/v2/memory-stores"},
		"a model of an update":       {"update_agent", update, 400, "unknown model", models + correct, "/v3/router/models"},
		"a tool of an update, by id": {"update_agent", update, 400, "no such tool", " Nothing is similar to T2: orq.ai's list_building_blocks with kind=tools shows what there is." + correct, "/v2/tools"},
		"a run":                      {"run_agent", run + `"background"}`, 400, "unknown model gpt-4o", " Closest to gpt-4o: openai/gpt-4o, openai/gpt-4o-mini." + correct, "/v3/router/models"},
		"a streamed run":             {"run_agent", run + `"stream"}`, 404, "memory store customer: not found", " Closest to customer: customers." + check, "/v2/memory-stores"},

		"a name that exists":          {"create_agent", createUnknown, 400, "Model openai/gpt-4o-mini not found", correct, "/v3/router/models"},
		"something else":              {"create_agent", createUnknown, 400, "unknown project", correct, ""},
		"a rule about a model":        {"create_agent", createUnknown, 400, "model.parameters.temperature: must be at most 2", correct, ""},
		"another status":              {"create_agent", createUnknown, 422, "Model openai/gpt-4.o not found", correct, ""},
		"no name of that kind":        {"update_agent", `{"key": "support", "role": "r"}`, 400, "unknown model", correct, ""},
		"part of a longer name":       {"update_agent", `{"key": "support", "memory_stores": ["custom"]}`, 400, "custom-thing is unknown", correct, ""},
		"a run of an existing agent":  {"invoke_agent", `{"key": "support", "message": "m", "mode": "background"}`, 400, "unknown model", correct, ""},
		"a registration":              {"register_a2a_agent", `{` + minimalRegistration + `}`, 400, "unknown model", correct, ""},
		"a built-in tool has no name": {"update_agent", `{"key": "support", "tools": [{"type": "current_date"}]}`, 400, "unknown tool", correct, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveInBubble(t, refusesWrites(t, each.status, each.message))
			want := fmt.Sprintf("orq.ai answered %d for agent %s: %s. %s%s", each.status, keyOf(each.arguments), argumentNames(each.message), nothing(each.tool), each.want)
			if diff := cmp.Diff(want, s.refused(t, each.tool, each.arguments)); diff != "" {
				t.Errorf("error text differs (-want +got):\n%s", diff)
			}
			lookups := slices.DeleteFunc(s.lines(), func(line string) bool {
				path, _, _ := strings.Cut(strings.TrimPrefix(line, "GET "), "?")
				return !isLookup(path)
			})
			if len(lookups) > 1 || strings.Join(lookups, "") != "" != (each.lookup != "") || !strings.Contains(strings.Join(lookups, ""), each.lookup) {
				t.Errorf("look-ups = %v, want only %q", lookups, each.lookup)
			}
		})
	}
}

// keyOf returns the key in the arguments of a call.
func keyOf(arguments string) string {
	_, rest, _ := strings.Cut(arguments, `"key": "`)
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

// nothing is the sentence about a call that was refused.
func nothing(tool string) string {
	if tool == "invoke_agent" || tool == "run_agent" {
		return "Nothing was started."
	}
	return "Nothing was changed."
}

// TestUnknownNameOfAConfiguredRun runs an agent on a service of today's API, which creates it and then refuses the run.
func TestUnknownNameOfAConfiguredRun(t *testing.T) {
	t.Parallel()
	s := serveInBubble(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case isLookup(r.URL.Path):
			serveBlocks(w, r)
		case r.Method == http.MethodPost && r.URL.Path == "/v2/agents":
			answer(w, http.StatusCreated, agentJSON(t, fields{"key": "k"}))
		case r.URL.Path == "/v3/router/responses":
			answer(w, http.StatusBadRequest, `{"error": {"message": "model openai/gpt-4.o is not available"}}`)
		case r.Method == http.MethodGet:
			answer(w, http.StatusNotFound, `{"message": "no such agent"}`)
		default:
			http.NotFound(w, r)
		}
	})
	const want = "The agent k was created, but its run did not start. orq.ai answered 400 for agent k: model openai/gpt-4.o is not available. " +
		"Closest to openai/gpt-4.o: openai/gpt-4o. Correct what it names and call again. The agent stays: orq.ai's invoke_agent with key=k runs it."
	if got := s.refused(t, "run_agent", `{`+requiredBeside+`, "model": "openai/gpt-4.o", "message": "m", "mode": "background"}`); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

// TestUnknownSkills checks the names of skills in requests.
func TestUnknownSkills(t *testing.T) {
	t.Parallel()
	s := serve(t, serveBlocks)
	const message, want = "Skill tome not found", " Closest to tome: Tone."
	for name, blocks := range map[string][]blockName{
		"create": blocksOfCreate(orq.CreateAgentRequest{Skills: []string{"Tone", "tome"}}),
		"update": blocksOfUpdate(orq.UpdateAgentRequest{Skills: orq.Value([]string{"tome"})}),
	} {
		if got := nearestBlocks(t.Context(), &s.call, blocks, message); got != want {
			t.Errorf("%s: nearestBlocks = %q, want %q", name, got, want)
		}
	}
}

func TestAFailingLookupOfNamesAddsNothing(t *testing.T) {
	t.Parallel()
	for name, lookup := range map[string]http.HandlerFunc{
		"no such operation": func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
		"a failure":         func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusInternalServerError, "") },
		"no list":           func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, `{}`) },
		"no answer":         func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				s := &service{}
				refusing := refusesWrites(t, http.StatusBadRequest, "unknown model")
				s.connect(t, "http://orq.test", transportFunc(func(r *http.Request) (*http.Response, error) {
					if isLookup(r.URL.Path) {
						response, err := handlerTransport{lookup}.RoundTrip(r)
						if r.Context().Err() != nil {
							return nil, r.Context().Err()
						}
						return response, err
					}
					return handlerTransport{refusing}.RoundTrip(r)
				}))
				const want = "orq.ai answered 400 for agent k: unknown model. Nothing was changed. Correct what it names and call again."
				if got := textOf(t, s.use(t, "create_agent", createUnknown)); got != want {
					t.Errorf("error = %q, want %q", got, want)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("the call took %v, want at most 3 s", took)
				}
			})
		})
	}
}

func TestContainsName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"store": true, "the store.": true, "'store'": true, "restore the store": true,
		"": false, "stores": false, "my-store": false, "store/a": false, "storestore": false,
	} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			t.Parallel()
			if got := containsName(text, "store"); got != want {
				t.Errorf("containsName = %t, want %t", got, want)
			}
		})
	}
}
