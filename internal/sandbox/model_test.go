package sandbox_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestModelAnswers(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyText("Hello there, Ann."))
	w := openWith(t, f, func(o *sandbox.ModelOptions) { o.Key = "sk-secret" })
	w.create("helper", object{"instructions": "Greet {{name}}.", "system_prompt": "You are kind."})
	events := w.play("helper", say("I am {{name}}.\n/fail", object{"variables": object{"name": "Ann"}}))
	checkTypes(t, events, []string{execStarted, started, named, created, thought, inactive})
	asked := f.requests(1)[0]
	want := []string{"system: You are kind.\n\nGreet Ann.", "user: I am Ann.\n/fail"}
	if diff := cmp.Diff(want, transcript(asked.Messages)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
	if asked.Authorization != "Bearer sk-secret" || asked.Path != "/v1/chat/completions" || asked.Body["model"] != "gpt-4o" {
		t.Errorf("authorization %q, path %s, model %v, want the key, /v1/chat/completions and gpt-4o", asked.Authorization, asked.Path, asked.Body["model"])
	}
	if diff := cmp.Diff(map[string]any{"include_usage": true}, asked.Body["stream_options"]); diff != "" || asked.Body["stream"] != true {
		t.Errorf("stream = %v, want true; stream_options (-want +got):\n%s", asked.Body["stream"], diff)
	}
	answered := data[*orq.Thought](t, events)
	if answered.Iteration != 1 || *answered.Choice.FinishReason != "stop" || answered.Choice.Message.Content != orq.Value("Hello there, Ann.") || answered.Usage.TotalTokens != 25 {
		t.Errorf("thought = %+v, want iteration 1 with the answer, finish reason stop and 25 tokens", answered)
	}
	last := data[*orq.Inactive](t, events)
	if last.LastMessage != "Hello there, Ann." || thoughts(events) != last.LastMessage || last.FinishReason != "stop" {
		t.Errorf("inactive event = %+v, want finish reason stop and the text of the thoughts, %q", last, "Hello there, Ann.")
	}
	if last.Usage.PromptTokens != 20 || last.Usage.CompletionTokens != 5 || last.Billing.TotalCost != 0 {
		t.Errorf("usage = %+v, billing = %+v, want 20 and 5 tokens without costs", last.Usage, last.Billing)
	}
	response := w.response("helper", taskOf(t, events))
	if len(response.Output) != 1 || response.Output[0].Text() != "Hello there, Ann." || response.Usage.TotalTokens != 25 {
		t.Errorf("response = %+v, want one message, %q, and 25 tokens", response, "Hello there, Ann.")
	}
}

func TestNoAuthorizationWithoutAKey(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyText("Hi"))
	w := openWith(t, f, func(o *sandbox.ModelOptions) { o.KeepPrefix = true })
	w.create("helper")
	w.play("helper", say("Hi"))
	if asked := f.requests(1)[0]; asked.Authorization != "" || asked.Body["model"] != "openai/gpt-4o" {
		t.Errorf("authorization = %q, model = %v, want none and openai/gpt-4o", asked.Authorization, asked.Body["model"])
	}
}

func TestProviderPrefixIsRemovedFromModelIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{"ollama/llama3.2": "llama3.2", "llama3.2": "llama3.2", "vllm/meta-llama/Llama-3.1": "meta-llama/Llama-3.1", "odd/": "odd/"} {
		f := serveModel(t, replyText("Hi"))
		w := openWith(t, f)
		w.create("helper", object{"model": id})
		w.play("helper", say("Hi"))
		if got := f.requests(1)[0].Body["model"]; got != want {
			t.Errorf("model %s is sent as %v, want %s", id, got, want)
		}
	}
}

func TestOneModelPlaysEveryAgent(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyBody(404, `{"error": {"message": "no such model"}}`), replyText("Hi"), replyText("Hi"))
	w := openWith(t, f, func(o *sandbox.ModelOptions) { o.Model = "mine/llama3.2" })
	w.create("one", object{"model": "openai/gpt-4o", "fallback_models": []any{"openai/gpt-4o-mini"}})
	w.create("other", object{"model": "anthropic/claude"})
	w.play("one", say("Hi"))
	w.play("other", say("Hi"))
	for i, asked := range f.requests(3) {
		if got := asked.Body["model"]; got != "mine/llama3.2" {
			t.Errorf("request %d asks %v, want mine/llama3.2", i+1, got)
		}
	}
}

func TestParametersReachTheModel(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyText("{}"))
	w := openWith(t, f)
	sent := object{
		"temperature": 0, "top_p": 0.5, "max_completion_tokens": 100, "reasoning_effort": "low", "seed": 7, "stop": []string{"END"},
		"frequency_penalty": 0.25, "presence_penalty": -0.5, "verbosity": "low", "top_k": 40, "thinking": object{"type": "disabled"}, "max_tokens": 200, "modalities": []string{"text"},
		"prompt_cache_key": "k",
		"response_format": object{"type": "json_schema", "json_schema": object{
			"name": "answer", "strict": true, "schema": object{"type": "object", "title": "kept", "properties": object{}},
		}},
	}
	kept := object{
		"name": "mine", "timeout": object{"call_timeout": 60000}, "cache": object{"type": "exact_match"}, "fallbacks": []object{{"model": "other"}},
		"guardrails": []object{{"id": "pii", "execute_on": "input"}}, "tool_choice": "auto", "parallel_tool_calls": false,
		"load_balancer": object{"type": "weight_based", "models": []object{{"model": "other"}}},
		"cache_control": object{"type": "ephemeral"}, "plugins": []object{{"id": "response_healing"}},
	}
	w.create("helper", object{"model": object{"id": "openai/gpt-5", "parameters": with(object{}, sent, kept)}})
	w.play("helper", say("Hi"))
	body := f.requests(1)[0].Body
	for _, name := range []string{"model", "messages", "stream", "stream_options"} {
		delete(body, name)
	}
	encoded, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(encoded, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("request body (-want +got):\n%s", diff)
	}
}

func TestForcedToolAppliesToTheFirstRequest(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyCalls(modelCall{"c1", "current_date", "{}"}), replyText("Done"))
	w := openWith(t, f)
	w.create("helper", with(toolSettings(object{"type": "current_date"}), object{
		"model": object{"id": "m", "parameters": object{"tool_choice": "required", "parallel_tool_calls": false}},
	}))
	w.play("helper", say("Hi"))
	asked := f.requests(2)
	if asked[0].Body["tool_choice"] != "required" || asked[0].Body["parallel_tool_calls"] != false || asked[1].Body["tool_choice"] != nil {
		t.Errorf("tool_choice = %v, then %v, want required, then none; parallel_tool_calls = %v, want false", asked[0].Body["tool_choice"], asked[1].Body["tool_choice"], asked[0].Body["parallel_tool_calls"])
	}
}

func TestForcedToolAppliesOncePerUserMessage(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyCalls(modelCall{"c1", "ask", "{}"}), replyText("Done"), replyText("Again"))
	w := openWith(t, f)
	force := object{"type": "function", "function": object{"name": "ask"}}
	w.create("helper", with(toolSettings(object{"type": "function", "key": "ask"}), object{
		"model": object{"id": "m", "parameters": object{"tool_choice": force}},
	}))
	task := taskOf(t, w.play("helper", say("Hi")))
	w.play("helper", results(task, map[string]any{"c1": "yes"}))
	w.play("helper", say("And now?", object{"task_id": task}))
	var got []any
	for _, asked := range f.requests(3) {
		got = append(got, asked.Body["tool_choice"])
	}
	if diff := cmp.Diff([]any{force, nil, force}, got); diff != "" {
		t.Errorf("tool_choice of the requests (-want +got):\n%s", diff)
	}
}

func TestFinishReasonsOfTheModel(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{"stop": "stop", "length": "length", "content_filter": "content_filter", "end_turn": "stop"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			f := serveModel(t, replyChunks(delta(`{"content":"As far as"}`), strings.Replace(delta(`{"content":"another choice"}`), `"index":0`, `"index":1`, 1), finishChunk(reason)))
			w := openWith(t, f)
			w.create("helper")
			events := w.play("helper", say("Hi"))
			last := data[*orq.Inactive](t, events)
			if last.FinishReason != want || last.LastMessage != "As far as" || last.Usage == nil || last.Usage.TotalTokens != 0 {
				t.Errorf("inactive event = %+v with usage %+v, want finish reason %s, last message %q and no tokens", last, last.Usage, want, "As far as")
			}
			if got := data[*orq.Thought](t, events); *got.Choice.FinishReason != want || got.Usage != nil {
				t.Errorf("thought = %+v, want finish reason %s without usage", got, want)
			}
		})
	}
}

func TestReasoningAndRefusalAreSent(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"reasoning", "reasoning_content"} {
		f := serveModel(t, replyChunks(delta(`{"`+name+`":"Let me "}`), delta(`{"`+name+`":"think."}`), delta(`{"refusal":"No."}`), finishChunk("stop")))
		w := openWith(t, f)
		w.create("helper")
		events := w.play("helper", say("Hi"))
		choice := data[*orq.Thought](t, events).Choice.Message
		if choice.Reasoning != orq.Value("Let me think.") || choice.Refusal != orq.Value("No.") || choice.Content != orq.Null[string]() {
			t.Errorf("%s: message = %+v, want the reasoning and the refusal without content", name, choice)
		}
		checkLastMessage(t, events, "No.")
	}
}

func TestToolResultsReachTheModel(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		replyCalls(modelCall{"c1", "current_date", ""}, modelCall{"c2", "google_search", `{"query":"tides"}`}),
		replyCalls(modelCall{"c3", "hammer", `{}`}, modelCall{"c4", "current_date", `{"broken`}, modelCall{"c1", "current_date", `{}`}),
		replyText("It is late."))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "current_date"}, object{"type": "google_search"}))
	events := w.play("helper", say("What time is it?"))
	want := []string{execStarted, started, named, created, thought, toolStarted, toolDone, toolStarted, toolFailed, thought, toolStarted, toolDone, thought, inactive}
	checkTypes(t, events, want)
	first := data[*orq.Thought](t, events)
	if got := first.Choice.Message.ToolCalls; *first.Choice.FinishReason != "tool_calls" || len(got) != 2 || got[1].ID != "c2" || got[1].Function.Arguments != `{"query":"tides"}` {
		t.Errorf("choice = %+v, want finish reason tool_calls and two calls", first.Choice)
	}
	asked := f.requests(3)
	if got := asked[0].Tools["google_search"].Parameters["required"]; !cmp.Equal(got, []any{"query"}) {
		t.Errorf("google_search requires %v, want query", got)
	}
	lines := transcript(asked[2].Messages)
	again := asked[2].Messages[5].ToolCalls[2].ID
	if again == "c1" || !strings.HasPrefix(again, "call_") {
		t.Errorf("id of a call with an id of before = %q, want a new one", again)
	}
	for i, want := range []string{
		"system: Be exact.", "user: What time is it?",
		`assistant: [c1 current_date{}] [c2 google_search{"query":"tides"}]`, `tool: {"date":"`, `tool: {"error":"the sandbox does not reach outside itself"} <c2>`,
		`assistant: [c3 hammer{}] [c4 current_date{}] [` + again, `tool: {"error":"there is no such tool; there are: current_date, google_search"} <c3>`,
		`tool: {"error":"the arguments must be a JSON object: it ends too early"} <c4>`, `tool: {"date":"`,
	} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("message %d = %q, want it to begin with %q", i, lines[i], want)
		}
	}
	if last := data[*orq.Inactive](t, events); last.LastMessage != "It is late." || last.Usage.TotalTokens != 75 {
		t.Errorf("inactive event = %+v with usage %+v, want last message %q and 75 tokens", last, last.Usage, "It is late.")
	}
}

func TestFunctionCallsOfAModelPauseTheRun(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		replyCalls(modelCall{"c1", "get_weather", `{"id":12345678901234567890}`}, modelCall{"c2", "current_date", "{}"}, modelCall{"c3", "get_time", ""}),
		replyText("Grey, and noon."), replyText("You are welcome."))
	w := openWith(t, f)
	w.create("helper", allTools(), object{"team_of_agents": []object{}})
	events := w.play("helper", say("Weather and time?"))
	task, paused := taskOf(t, events), data[*orq.Inactive](t, events)
	if diff := cmp.Diff([]orq.PendingToolCall{
		{ID: "c1", Type: "function", Function: orq.FunctionCall{Name: "get_weather", Arguments: `{"id":12345678901234567890}`}},
		{ID: "c3", Type: "function", Function: orq.FunctionCall{Name: "get_time", Arguments: "{}"}},
	}, paused.PendingToolCalls); diff != "" || paused.FinishReason != "function_call" || paused.Usage.TotalTokens != 25 {
		t.Errorf("inactive event = %+v, want finish reason function_call and 25 tokens; pending calls (-want +got):\n%s", paused, diff)
	}
	partly := data[*orq.Inactive](t, w.play("helper", results(task, map[string]any{"c3": "noon"})))
	if len(partly.PendingToolCalls) != 1 || !strings.Contains(partly.LastMessage, "still need the result of get_weather (c1)") {
		t.Errorf("inactive event after one result = %+v, want one pending call, get_weather", partly)
	}
	f.requests(1)
	rest := w.play("helper", results(task, map[string]any{"c1": object{"sky": "grey"}}))
	checkTypes(t, rest, []string{execStarted, started, created, thought, inactive})
	w.play("helper", say("Thanks", object{"task_id": task}))
	lines := transcript(f.requests(3)[2].Messages)
	if !strings.HasPrefix(lines[4], `tool: {"date":`) || !strings.HasSuffix(lines[4], "<c2>") {
		t.Errorf("result of current_date = %q, want a date for c2", lines[4])
	}
	want := []string{
		"system: Be exact.", "user: Weather and time?", `assistant: [c1 get_weather{"id":12345678901234567890}] [c2 current_date{}] [c3 get_time{}]`,
		`tool: {"sky":"grey"} <c1>`, `tool: "noon" <c3>`, "assistant: Grey, and noon.", "user: Thanks",
	}
	if diff := cmp.Diff(want, slices.Delete(lines, 4, 5)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func TestApprovalsAreDecidedByTheMessage(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]struct{ review, result string }{
		"Go":            {"approved", `tool: {"date":"`},
		"Go\n/reject\n": {"rejected", `tool: {"error":"the review rejected the call"} <c1>`},
	} {
		f := serveModel(t, replyCalls(modelCall{"c1", "current_date", "{}"}), replyText("Done"))
		w := openWith(t, f)
		w.create("helper", toolSettings(object{"type": "current_date", "requires_approval": true}))
		events := w.play("helper", say(message))
		if got := data[*orq.ActionReviewed](t, events); got.Review != want.review || got.ReviewSource != "sandbox" {
			t.Errorf("%q: review = %+v, want %s by the sandbox", message, got, want.review)
		}
		lines := transcript(f.requests(2)[1].Messages)
		if lines[1] != "user: Go" || !strings.HasPrefix(lines[3], want.result) {
			t.Errorf("%q: conversation = %q, want the message without commands and the result %q", message, lines, want.result)
		}
	}
}

func TestRunDefinedToolsKeepTheirSchemas(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyText("One"), replyText("Two"), replyText("Three"))
	file := dataFile(t)
	o := sandbox.Options{Data: file, Model: sandbox.ModelOptions{URL: f.url}}
	w := open(t, o)
	tools := func(required string) object {
		parameters := object{"type": "object", "properties": object{"city": object{"type": "string"}}, "required": []string{required}}
		return toolSettings(object{"type": "function", "key": "get_weather", "function": object{
			"name": "get_weather", "description": "Weather of a city", "strict": true, "parameters": parameters,
		}}, object{"type": "http", "key": "fetch", "description": "Fetches", "http": object{
			"blueprint": object{"url": "https://x.example", "method": "GET", "headers": object{"X-Key": "hidden-header"}},
			"arguments": object{"page": object{"type": "number", "description": "Page"}, "secret": object{"type": "string", "description": "s", "send_to_model": false}},
		}})
	}
	w.stream("/v2/agents/stream-run", runBody("fresh", "Hi", tools("city"))).rest()
	w.stream("/v2/agents/stream-run", runBody("fresh", "Hi", tools("town"))).rest()
	w.close()
	open(t, o).play("fresh", say("Hi"))
	asked := f.requests(3)
	for i, required := range []string{"city", "town", "town"} {
		got := asked[i].Tools["get_weather"]
		if !got.Strict || got.Description != "Weather of a city" || !cmp.Equal(got.Parameters["required"], []any{required}) {
			t.Errorf("request %d: tool = %+v, want a strict one that requires %s", i+1, got, required)
		}
		want := map[string]any{"page": map[string]any{"type": "number", "description": "Page"}}
		if diff := cmp.Diff(want, asked[i].Tools["fetch"].Parameters["properties"]); diff != "" {
			t.Errorf("request %d: arguments of the HTTP tool (-want +got):\n%s", i+1, diff)
		}
	}
	raw, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(raw), "hidden-header") {
		t.Errorf("read the file: %v; want it without the header of an HTTP tool", err)
	}
}

func TestImagesAreSentAndOtherFilesNamed(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyText("A cat."))
	w := openWith(t, f)
	w.create("helper")
	w.play("helper", object{"message": object{"role": "user", "parts": []object{
		{"kind": "text", "text": "What is this?"},
		{"kind": "file", "file": object{"bytes": "AAAA", "mimeType": "image/png"}},
		{"kind": "file", "file": object{"uri": "https://x.example/a.jpg", "mimeType": "image/jpeg"}},
		{"kind": "file", "file": object{"bytes": "AAAA", "mimeType": "application/pdf", "name": "a.pdf"}},
	}}})
	image := func(url string) any {
		return map[string]any{"type": "image_url", "image_url": map[string]any{"url": url}}
	}
	want := []any{
		map[string]any{"type": "text", "text": "What is this?\n[The file a.pdf cannot be shown to you.]"},
		image("data:image/png;base64,AAAA"), image("https://x.example/a.jpg"),
	}
	if diff := cmp.Diff(want, f.requests(1)[0].Messages[1].Content); diff != "" {
		t.Errorf("content of the user's message (-want +got):\n%s", diff)
	}
}

func TestModelOptionsAreChecked(t *testing.T) {
	t.Parallel()
	if err := (sandbox.ModelOptions{URL: "http://127.0.0.1:11434/v1", Key: "sk-se\ncret"}).Check(); err == nil || strings.Contains(err.Error(), "sk-se") {
		t.Errorf("Check of a key with a line break = %v, want an error without the key", err)
	}
	for url, ok := range map[string]bool{
		"http://127.0.0.1:11434/v1": true, "https://api.openai.com/v1/": true, "127.0.0.1:11434": false, "ftp://x.example": false,
		"http://user:secret@x.example/v1": false, "https://x.example/v1?key=secret": false, "http://": false,
	} {
		err := sandbox.ModelOptions{URL: url}.Check()
		if (err == nil) != ok || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: Check() = %v, want success %t and no secret", url, err, ok)
		}
		if box, err := sandbox.Open(sandbox.Options{Model: sandbox.ModelOptions{URL: url}}); err == nil {
			box.Close()
		} else if ok {
			t.Errorf("%s: Open: %v, want success", url, err)
		}
	}
}
