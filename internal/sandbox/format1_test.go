package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// The tests in this file open a data file that a program with file format 1 wrote. What it holds is listed in
// testdata/format1/README.md.
const format1 = "testdata/format1"

// Tasks in the file.
const (
	format1Continued = "01M8QKS2D1NZ4N0STS5370BG0Y"
	format1Rules     = "01M8QKS2S3KV54C95PMCDB6GA8"
	format1Closed    = "01M8QKS2S8469V0X68TVVS6129"
	format1Model     = "01M8QKS34V5CVV9T115H29FQSA"
	format1Remote    = "01M8QKS38JGMESEXBZPE7CJ42T"
	format1Killed    = "01M8QKS3ASVBCR7CEYB36QNQW9"
)

// copyFormat1 copies the data file and its key, and returns the path of the copy.
func copyFormat1(t *testing.T) string {
	t.Helper()
	file := dataFile(t)
	writeFile(t, file, readFile(t, filepath.Join(format1, "workspace.db")))
	writeFile(t, file+".key", readFile(t, filepath.Join(format1, "workspace.db.key")))
	return file
}

// format1Memory is the entity whose documents the file holds.
func format1Memory() object { return object{"memory": object{"entity_id": "traveller-1"}} }

func TestFormat1AnswersAreUnchanged(t *testing.T) {
	t.Parallel()
	var answers map[string]json.RawMessage
	if err := json.Unmarshal(readFile(t, filepath.Join(format1, "answers.json")), &answers); err != nil {
		t.Fatal(err)
	}
	if len(answers) < 20 {
		t.Fatalf("answers.json has %d answers, want at least 20", len(answers))
	}
	file := copyFormat1(t)
	for _, opening := range []string{"first", "second"} {
		w := open(t, sandbox.Options{Data: file})
		for _, path := range slices.Sorted(maps.Keys(answers)) {
			status, got := w.send(w.request("GET", path, nil))
			if status != http.StatusOK {
				t.Errorf("%s opening: GET %s: status %d, want 200: %s", opening, path, status, got)
				continue
			}
			if diff := cmp.Diff(withSkills(digits(t, answers[path])), digits(t, got)); diff != "" {
				t.Errorf("%s opening: GET %s (-want +got):\n%s", opening, path, diff)
			}
		}
		w.close()
	}
}

// withSkills adds to the agents of an answer the only field that answers have gained since.
func withSkills(answer any) any {
	fields, _ := answer.(object)
	agents := append(items(fields["data"]), fields)
	for _, agent := range agents {
		if agent["workspace_id"] != nil {
			agent["skills"] = []any{}
		}
	}
	return answer
}

// digits decodes JSON and keeps numbers as they are written.
func digits(t *testing.T, raw []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return value
}

func TestFormat1AgentsCanBeChanged(t *testing.T) {
	t.Parallel()
	file := copyFormat1(t)
	w := open(t, sandbox.Options{Data: file})
	before := call[orq.Agent](w, 200, "GET", "/v2/agents/planner@2.0.0", nil)
	changed := call[orq.Agent](w, 200, "PATCH", "/v2/agents/planner", object{"key": "organizer", "role": "Organizer", "versionIncrement": "minor"})
	if changed.Version != "2.1.0" || changed.VersionHash == before.VersionHash || changed.ID != before.ID {
		t.Errorf("changed agent: version %s with hash %s, want 2.1.0 with another hash than %s: %s", changed.Version, changed.VersionHash, before.VersionHash, changed.Raw)
	}
	w.refused(409, "POST", "/v2/agents", agentBody("scribe"))
	fresh := w.create("writer") // the former key of scribe
	if newest := call[orq.Agent](w, 200, "GET", "/v2/agents/forecaster", nil); fresh.ID <= newest.ID {
		t.Errorf("id of a new agent = %s, want one after %s", fresh.ID, newest.ID)
	}
	call[struct{}](w, 204, "DELETE", "/v2/agents/guide", nil)
	w.close()

	w = open(t, sandbox.Options{Data: file})
	for path, want := range map[string]orq.Agent{"organizer": changed, "organizer@2.1.0": changed, "writer": fresh} {
		if diff := cmp.Diff(want, call[orq.Agent](w, 200, "GET", "/v2/agents/"+path, nil), ignoreRaw); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if got := call[orq.Agent](w, 200, "GET", "/v2/agents/organizer@1.0.0", nil); got.Key != "planner" || got.Instructions != "Plan." {
		t.Errorf("version 1.0.0: key %q, instructions %q, want %q, %q", got.Key, got.Instructions, "planner", "Plan.")
	}
	w.refused(404, "GET", "/v2/agents/guide", nil)
	w.refused(404, "GET", "/v2/agents/guide@1.0.0", nil)
}

func TestFormat1MemoryIsKept(t *testing.T) {
	t.Parallel()
	file := copyFormat1(t)
	w := open(t, sandbox.Options{Data: file})
	const (
		home = `{"document_id":"01M8QKS2CV0F30YT2TJJ3CF2NP","memory_store":"facts","text":"The traveller lives in Ghent.","created":"2026-12-01T01:33:46.267Z"}`
		boat = `{"document_id":"01M8QKS2CV0F30YT2TJJ3CF2NV","memory_store":"facts","text":"The boat leaves Ostend at noon.","created":"2026-12-01T01:33:46.267Z"}`
	)
	for _, test := range []struct{ command, want string }{
		{"retrieve_memory_stores", `{"memory_stores":[{"memory_store":"facts","documents":2},{"memory_store":"tastes","documents":1}]}`},
		{`query_memory_store {"memory_store":"facts","query":"Where does the traveller live?"}`, `{"documents":[` + home + "," + boat + "]}"},
		{`query_memory_store {"memory_store":"facts","query":"boat"}`, `{"documents":[` + boat + "]}"},
		{`delete_memory_document {"document_id":"01M8QKS2CV0F30YT2TJJ3CF2NP"}`, `{"deleted":"01M8QKS2CV0F30YT2TJJ3CF2NP"}`},
	} {
		if got := w.callTool("planner", "traveller-1", test.command); got != test.want {
			t.Errorf("%s = %s, want %s", test.command, got, test.want)
		}
	}
	w.callTool("planner", "traveller-1", `write_memory_store {"memory_store":"tastes","text":"Likes trains."}`)
	w.close()

	w = open(t, sandbox.Options{Data: file})
	got, want := w.callTool("planner", "traveller-1", "retrieve_memory_stores"), `{"memory_stores":[{"memory_store":"facts","documents":1},{"memory_store":"tastes","documents":2}]}`
	if got != want {
		t.Errorf("stores after a deletion and an addition = %s, want %s", got, want)
	}
}

func TestFormat1InterruptedTasksFailed(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{Data: copyFormat1(t)})
	for task, want := range map[string]string{
		format1Killed: "the sandbox stopped while the task was running",
		format1Closed: "the sandbox was closed",
	} {
		if got := w.response("scribe", task); got.Status != "failed" || got.Error != want {
			t.Errorf("task %s: status %q, error %q, want failed, %q", task, got.Status, got.Error, want)
		}
		last := data[*orq.Inactive](t, w.play("scribe", say("Go on.", object{"task_id": task})))
		if got := w.response("scribe", task); got.Status != "completed" || !strings.HasSuffix(last.LastMessage, "You wrote: Go on.") {
			t.Errorf("task %s continued: status %q, last message %q, want completed with %q", task, got.Status, last.LastMessage, "You wrote: Go on.")
		}
	}
	if got := w.response("planner", format1Continued); got.Status != "completed" || got.Error != "" {
		t.Errorf("the task that was continued: status %q, error %q, want completed without one", got.Status, got.Error)
	}
}

func TestFormat1TaskOfTheRuleEngineResumes(t *testing.T) {
	t.Parallel()
	file := copyFormat1(t)
	w := open(t, sandbox.Options{Data: file})
	const lookup, price = "call_01M8QKS2S4CYC2HR0XX8HHT6KH", "call_01M8QKS2S4CYC2HR0XX8HHT6KK"
	if got, want := w.refused(400, "POST", "/v2/agents/planner/task", say("Well?", format1Memory(), object{"task_id": format1Rules})),
		"message: the task waits for tool results: lookup ("+lookup+"), price ("+price+")"; got != want {
		t.Errorf("message of a refused question = %q, want %q", got, want)
	}
	partly := data[*orq.Inactive](t, w.play("planner", with(results(format1Rules, map[string]any{lookup: object{"rooms": 2}}), format1Memory())))
	if want := "[sandbox] I still need the result of price (" + price + ")."; partly.LastMessage != want || len(partly.PendingToolCalls) != 1 {
		t.Errorf("after one result: %q with %d calls pending, want %q with 1", partly.LastMessage, len(partly.PendingToolCalls), want)
	}
	w.close()

	w = open(t, sandbox.Options{Data: file}) // between the two results
	events := w.play("planner", with(results(format1Rules, map[string]any{price: "240"}), format1Memory()))
	want := []string{
		execStarted, started, created, thought, thought, thought, reviewRequired, executionReviewed,
		thought, toolStarted, toolDone, thought, toolStarted, handedOff, toolDone, thought, inactive,
	}
	if diff := cmp.Diff(want, types(events)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	const final = `1 2 3 [sandbox] This is the sandbox's rule engine, not a language model.
Agent: planner (Chief planner)
Instructions: Plan the spring trip of Ann Example.
You wrote: Find a SPRING bed for Ann Example.
- I left out "/count 0": it needs a whole number from 1 to 100000.
- retrieve_memory_stores returned {"memory_stores":[{"memory_store":"facts","documents":2},{"memory_store":"tastes","documents":1}]}
- lookup returned {"rooms":2}
- price returned "240"
- hammer is not one of my tools; I have current_date, query_memory_store, write_memory_store, retrieve_memory_stores, delete_memory_document, call_sub_agent, lookup, price.
- query_memory_store returned {"documents":[{"document_id":"01M8QKS2CV0F30YT2TJJ3CF2NV","memory_store":"facts","text":"The boat leaves Ostend at noon.","created":"2026-12-01T01:33:46.267Z"}]}
- call_sub_agent returned {"agent_key":"guide","answer":"[sandbox] This is the sandbox's rule engine, not a language model.\nAgent: guide (Guide)\nInstructions: Guide ANN EXAMPLE.\nYou wrote: Show the way."}`
	if diff := cmp.Diff(final, data[*orq.Inactive](t, events).LastMessage); diff != "" {
		t.Errorf("last message (-want +got):\n%s", diff)
	}
	after := w.response("planner", format1Rules)
	if after.Status != "completed" || len(after.PendingToolCalls) != 0 {
		t.Errorf("status %q with %d calls pending, want completed with 0", after.Status, len(after.PendingToolCalls))
	}
	w.close()
	if diff := cmp.Diff(after, open(t, sandbox.Options{Data: file}).response("planner", format1Rules)); diff != "" {
		t.Errorf("response after another start (-want +got):\n%s", diff)
	}
}

func TestFormat1TaskOfAModelResumes(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyText("Rain, and high water at noon."))
	w := open(t, sandbox.Options{Data: copyFormat1(t), Model: sandbox.ModelOptions{URL: f.url}})
	events := w.play("forecaster", results(format1Model, map[string]any{"call-weather": object{"sky": "grey", "station": json.Number("12345678901234567890")}}))
	if got, want := data[*orq.Inactive](t, events).LastMessage, "Rain, and high water at noon."; got != want {
		t.Errorf("last message = %q, want %q", got, want)
	}
	if got := w.response("forecaster", format1Model); got.Status != "completed" || len(got.PendingToolCalls) != 0 {
		t.Errorf("status %q with %d calls pending, want completed with 0", got.Status, len(got.PendingToolCalls))
	}
	asked := f.requests(1)[0]
	want := []string{
		"system: Forecast for Ghent.", "user: Hello from Ghent.", "assistant: Good morning.", "user: Weather and tide?",
		`assistant: I look. [call-weather get_weather{"city":"Ghent","station":12345678901234567890}] [call-date current_date{}] [call-tide get_tide{"coast":"north"}]`,
		`tool: {"sky":"grey","station":12345678901234567890} <call-weather>`,
		`tool: {"date":"2026-12-01T01:33:47Z"} <call-date>`,
		`tool: {"high":"noon"} <call-tide>`,
	}
	if diff := cmp.Diff(want, transcript(asked.Messages)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
	if asked.Body["model"] != "gpt-4o" || asked.Body["temperature"] != 0.0 || asked.Body["seed"] != 7.0 {
		t.Errorf("model %v, temperature %v, seed %v, want gpt-4o, 0, 7", asked.Body["model"], asked.Body["temperature"], asked.Body["seed"])
	}
	tools := map[string]chatFunction{
		"get_weather": {Description: "Weather of a city", Strict: true, Parameters: map[string]any{
			"type": "object", "required": []any{"city"},
			"properties": map[string]any{"city": map[string]any{"type": "string"}, "station": map[string]any{"type": "integer"}},
		}},
		"get_tide": {Description: "Tide of a coast", Parameters: map[string]any{
			"type": "object", "required": []any{"coast"},
			"properties": map[string]any{"coast": map[string]any{"type": "string", "enum": []any{"north", "south"}}},
		}},
	}
	for name, want := range tools {
		want.Name = name
		if diff := cmp.Diff(want, asked.Tools[name]); diff != "" {
			t.Errorf("tool %s (-want +got):\n%s", name, diff)
		}
	}
}

// courier is the A2A agent of the file at another address. It answers requests to each method in the order given.
type courier struct {
	t       *testing.T
	url     string
	answers map[string][]string // results, by method

	mu      sync.Mutex
	methods []string
	asked   []orq.Message
	headers []string // X-Api-Key and X-Tenant of each request
}

func serveCourier(t *testing.T, answers map[string][]string) *courier {
	t.Helper()
	c := &courier{t: t, answers: answers}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// ServeHTTP implements http.Handler.
func (c *courier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.headers = append(c.headers, r.Header.Get("X-Api-Key")+" "+r.Header.Get("X-Tenant"))
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/card" {
		fmt.Fprintf(w, `{"name":"Courier","url":%q,"protocolVersion":"0.3.0","capabilities":{"streaming":false},"skills":[]}`, c.url+"/rpc")
		return
	}
	var request struct {
		Method string
		Params struct {
			ID      string
			Message orq.Message
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		c.t.Errorf("read the request: %v", err)
	}
	c.methods = append(c.methods, strings.TrimSpace(request.Method+" "+request.Params.ID))
	if request.Method == "message/send" {
		c.asked = append(c.asked, request.Params.Message)
	}
	left := c.answers[request.Method]
	if len(left) == 0 {
		c.t.Errorf("unexpected request %q", request.Method)
		http.Error(w, "", http.StatusTeapot)
		return
	}
	c.answers[request.Method] = left[1:]
	fmt.Fprintf(w, `{"jsonrpc":"2.0","id":"1","result":%s}`, left[0])
}

func TestFormat1TaskOfAnA2AAgentResumes(t *testing.T) {
	t.Parallel()
	task := func(state, id, text, artifact string) string {
		return `{"kind":"task","id":"far-task-1","contextId":"far-context-1","artifacts":[{"artifactId":"route","parts":[{"kind":"text","text":"` + artifact + `"}]}],` +
			`"status":{"state":"` + state + `","timestamp":"2026-01-02T03:04:05Z","message":{"kind":"message","role":"agent","messageId":"` + id + `","parts":[{"kind":"text","text":"` + text + `"}]}}}`
	}
	c := serveCourier(t, map[string][]string{
		"message/send": {
			task("input-required", "question-1", "Where to?", "From Ghent "), // as it waited
			`{"kind":"message","messageId":"m","role":"agent","contextId":"far-context-1","parts":[{"kind":"text","text":"Gladly."}]}`,
		},
		"tasks/get": {task("completed", "end", "Delivered.", "From Ghent to Bruges")},
	})
	file := copyFormat1(t)
	w := open(t, sandbox.Options{Data: file})
	call[orq.Agent](w, 200, "PATCH", "/v2/agents/courier", object{"a2a": object{"agent_url": c.url}})
	call[orq.RefreshedCard](w, 200, "POST", "/v2/agents/courier/card/refresh", nil)
	w.close()

	w = open(t, sandbox.Options{Data: file})
	events := w.play("courier", say("To Bruges.", object{"task_id": format1Remote}))
	if texts, _ := thoughtTexts(events); !slices.Equal(texts, []string{"to Bruges", "Delivered."}) {
		t.Errorf("thoughts = %q, want what is new since the pause: %q", texts, []string{"to Bruges", "Delivered."})
	}
	if got, want := data[*orq.Inactive](t, events).LastMessage, "to Bruges\nDelivered."; got != want {
		t.Errorf("last message = %q, want %q", got, want)
	}
	if got := w.response("courier", format1Remote); got.Status != "completed" || got.Error != "" {
		t.Errorf("status %q, error %q, want completed without one", got.Status, got.Error)
	}
	w.play("courier", say("Thanks.", object{"task_id": format1Remote})) // another task in the same context

	c.mu.Lock()
	defer c.mu.Unlock()
	var asked []string
	for _, m := range c.asked {
		asked = append(asked, strings.Join([]string{m.ContextID, m.TaskID, m.Text()}, "|"))
	}
	if diff := cmp.Diff([]string{"far-context-1|far-task-1|To Bruges.", "far-context-1||Thanks."}, asked); diff != "" {
		t.Errorf("context, task and text of the messages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"message/send", "tasks/get far-task-1", "message/send"}, c.methods); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Repeat([]string{"invented-api-key-1 invented-tenant-2"}, 4), c.headers); diff != "" {
		t.Errorf("headers of the card's request and of the messages (-want +got):\n%s", diff)
	}
}

func TestFormat1FixtureHoldsNoHeaderValue(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(format1)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); name != "README.md" && bytes.Contains(readFile(t, filepath.Join(format1, name)), []byte("invented-")) {
			t.Errorf("%s holds the value of a header, want it encrypted", name)
		}
	}
}
