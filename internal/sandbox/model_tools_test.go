package sandbox_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestUnsupportedToolsFailWithoutEndingTheRun(t *testing.T) {
	t.Parallel()
	cannot := []struct {
		tool object
		name string
		why  string
	}{
		{object{"type": "google_search"}, "google_search", "the sandbox does not reach outside itself"},
		{object{"type": "web_scraper"}, "web_scraper", "the sandbox does not reach outside itself"},
		{object{"type": "http", "key": "fetch"}, "fetch", "the sandbox does not reach outside itself"},
		{object{"type": "mcp", "id": "01JA0000000000000000000001", "tool_id": "search"}, "01JA0000000000000000000001", "the sandbox does not reach outside itself"},
		{object{"type": "code", "key": "script"}, "script", "the sandbox does not run code"},
		{object{"type": "query_knowledge_base"}, "query_knowledge_base", "the sandbox keeps no knowledge bases"},
		{object{"type": "retrieve_knowledge_bases"}, "retrieve_knowledge_bases", "the sandbox keeps no knowledge bases"},
		{object{"type": "json_schema", "key": "shape"}, "shape", "a JSON schema shapes what a model answers; the sandbox takes one in response_format only"},
		{object{"type": "openai:web_search"}, "openai_web_search", "the tool is run by a model provider, which the sandbox does not ask for it"},
	}
	var tools []object
	var asked []modelCall
	for _, c := range cannot {
		tools = append(tools, c.tool)
		asked = append(asked, modelCall{"call_" + c.name, c.name, "{}"})
	}
	f := serveModel(t, replyCalls(asked...), replyText("I cannot."))
	w := openWith(t, f)
	// Evaluators and guardrails are stored, and not run.
	guards := []object{{"id": "tone", "execute_on": "output"}}
	w.create("helper", object{"settings": object{"tools": tools, "evaluators": guards, "guardrails": guards}})
	events := w.play("helper", say("Try all"))
	var failed []string
	for _, event := range events {
		if d, ok := event.Data.(*orq.ToolFailed); ok {
			failed = append(failed, d.Error.Message)
		}
	}
	lines := transcript(f.requests(2)[1].Messages)[3:]
	for i, c := range cannot {
		if want := `tool: {"error":"` + c.why + `"} <call_` + c.name + ">"; failed[i] != c.why || lines[i] != want {
			t.Errorf("%s: error = %q, sent to the model as %q, want %q and %q", c.name, failed[i], lines[i], c.why, want)
		}
	}
	if last := data[*orq.Inactive](t, events); last.LastMessage != "I cannot." || last.FinishReason != "stop" {
		t.Errorf("inactive event = %+v, want last message %q and finish reason stop", last, "I cannot.")
	}
}

func TestModelReceivesTheAgentList(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyCalls(modelCall{"c1", "retrieve_agents", "{}"}), replyText("Two."))
	w := openWith(t, f)
	w.create("clock", object{"description": "Knows the time"})
	w.create("helper", toolSettings(object{"type": "retrieve_agents"}))
	w.play("helper", say("Who is there?"))
	result := transcript(f.requests(2)[1].Messages)[3]
	if !strings.Contains(result, `{"key":"clock","type":"internal","role":"tester","description":"Knows the time"}`) || !strings.Contains(result, `"has_more":false`) {
		t.Errorf("result of retrieve_agents = %s, want clock in it and no further page", result)
	}
}

func TestMemoryOfAModelSurvivesARestart(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		replyCalls(modelCall{"c1", "write_memory_store", `{"text":"Ann likes tea."}`}), replyText("Noted."),
		replyCalls(modelCall{"c2", "query_memory_store", `{"query":"what does Ann like"}`}), replyText("Tea."),
		replyCalls(modelCall{"c3", "query_memory_store", `{"query":"what does Ann like"}`}), replyText("I do not know."))
	o := sandbox.Options{Data: dataFile(t), Model: sandbox.ModelOptions{URL: f.url}}
	w := open(t, o)
	w.create("helper", memoryTools())
	if got := w.refused(400, "POST", "/v2/agents/helper/stream-task", say("Hi")); got != "memory.entity_id: Memory entity ID is required" {
		t.Errorf("message without an entity = %q, want that an entity is required", got)
	}
	as := func(entity string) object { return object{"memory": object{"entity_id": entity}} }
	w.play("helper", say("I like tea.", as("ann")))
	w.close()
	w = open(t, o)
	w.play("helper", say("What do I like?", as("ann")))
	w.play("helper", say("What does Ann like?", as("ben")))
	asked := f.requests(6)
	if got := transcript(asked[3].Messages)[3]; !strings.Contains(got, `"text":"Ann likes tea."`) {
		t.Errorf("result after a restart = %s, want the document in it", got)
	}
	if got := transcript(asked[5].Messages)[3]; got != `tool: {"documents":[]} <c3>` {
		t.Errorf("result for another entity = %s, want no documents", got)
	}
}
