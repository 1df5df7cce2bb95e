package sandbox_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// messagesOf are the messages of a request as they came.
func messagesOf(asked chatRequest) []map[string]any {
	var messages []map[string]any
	for _, message := range asked.Body["messages"].([]any) {
		messages = append(messages, message.(map[string]any))
	}
	return messages
}

// signedCall is a call of the function ask, with members of its own and of its message.
func signedCall(id, call, message string) reply {
	return replyChunks(delta(`{"role":"assistant",`+message+`"tool_calls":[{"index":0,"id":"`+id+`","type":"function",`+call+`"function":{"name":"ask","arguments":"{}"}}]}`), finishChunk("tool_calls"))
}

func TestSignaturesGoBackAcrossARestart(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		signedCall("c1", `"extra_content":{"google":{"thought_signature":"sig"}},`, `"content":"Let me ask.","extra_content":{"google":{"k":"v"}},"reasoning_details":[{"type":"reasoning.encrypted","data":"d","id":"c1","index":0}],`),
		replyText("Done."), replyText("Bye."))
	o := sandbox.Options{Data: dataFile(t), Model: sandbox.ModelOptions{URL: f.url}}
	w := open(t, o)
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	task := taskOf(t, w.play("helper", say("Hi")))
	w.close()
	w = open(t, o)
	w.play("helper", results(task, map[string]any{"c1": "yes"}))
	w.play("helper", object{"task_id": task, "message": object{"role": "user", "parts": []object{{"kind": "text", "text": "Bye"}}}})
	want := map[string]any{
		"role": "assistant", "content": "Let me ask.", "extra_content": map[string]any{"google": map[string]any{"k": "v"}},
		"reasoning_details": []any{map[string]any{"type": "reasoning.encrypted", "data": "d", "id": "c1", "index": 0.0}},
		"tool_calls": []any{map[string]any{
			"id": "c1", "type": "function", "function": map[string]any{"name": "ask", "arguments": "{}"},
			"extra_content": map[string]any{"google": map[string]any{"thought_signature": "sig"}},
		}},
	}
	for i, asked := range f.requests(3)[1:] {
		if diff := cmp.Diff(want, messagesOf(asked)[2]); diff != "" {
			t.Errorf("request %d: the message with the call (-want +got):\n%s", i+2, diff)
		}
	}
}

func TestReasoningGoesBackInTurnsWithTools(t *testing.T) {
	t.Parallel()
	thinking := func(text string) reply {
		return replyChunks(delta(`{"reasoning_content":"Why `+text+`","content":"`+text+`"}`), finishChunk("stop"))
	}
	f := serveModel(t, thinking("one"), signedCall("c1", "", `"reasoning_content":"Why ask",`), thinking("two"), thinking("three"))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	task := taskOf(t, w.play("helper", say("A")))
	more := func(text string) object {
		return object{"task_id": task, "message": object{"role": "user", "parts": []object{{"kind": "text", "text": text}}}}
	}
	w.play("helper", more("B"))
	w.play("helper", results(task, map[string]any{"c1": "yes"}))
	w.play("helper", more("C"))
	var got []string
	for _, message := range messagesOf(f.requests(4)[3]) {
		if message["role"] == "assistant" {
			reasoning, _ := message["reasoning_content"].(string)
			content, _ := message["content"].(string)
			got = append(got, content+"|"+reasoning)
		}
	}
	// The first turn had no tools.
	if diff := cmp.Diff([]string{"one|", "|Why ask", "two|Why two"}, got); diff != "" {
		t.Errorf("content and reasoning of the agent's messages (-want +got):\n%s", diff)
	}
	if called := messagesOf(f.requests(4)[3])[4]; called["content"] != nil || len(called) != 4 {
		t.Errorf("message with the call = %v, want content null beside role, tool_calls and reasoning_content", called)
	}
}

func TestReasoningGoesToItsModelAlone(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		signedCall("c1", `"extra_content":{"google":{"thought_signature":"sig"}},`, `"reasoning":"Why",`),
		replyBody(500, ""), replyText("Done."))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}), object{"fallback_models": []string{"openai/small"}})
	task := taskOf(t, w.play("helper", say("Hi")))
	w.play("helper", results(task, map[string]any{"c1": "yes"}))
	asked := f.requests(3)
	if own := messagesOf(asked[1])[2]; own["reasoning"] != "Why" {
		t.Errorf("message to the same model = %v, want its reasoning in it", own)
	}
	other := messagesOf(asked[2])[2]
	if call := other["tool_calls"].([]any)[0].(map[string]any); other["reasoning"] != nil || call["extra_content"] != nil {
		t.Errorf("message to the fallback = %v, want neither reasoning nor signature", other)
	}
}

func TestRolesAlternate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		replies []reply
		want    []string
	}{
		"after a turn that failed":    {[]reply{replyBody(500, "")}, []string{"user: A\n\nB"}},
		"after a turn that broke off": {[]reply{replyChunks(delta(`{"content":"So"}`), `{"error":"overloaded"}`)}, []string{"user: A", "assistant: So", "user: B"}},
		"after an empty answer":       {[]reply{replyChunks(delta(`{"content":""}`), finishChunk("stop"))}, []string{"user: A\n\nB"}},
		"after blanks":                {[]reply{replyChunks(delta(`{"content":" \n"}`), finishChunk("stop"))}, []string{"user: A\n\nB"}},
		"after tools":                 {[]reply{replyCalls(modelCall{"c1", "script", "{}"}), replyBody(500, "")}, []string{"user: A", "assistant: [c1 script{}]", `tool: {"error":"the sandbox does not run code"} <c1>`, "assistant: (no answer)", "user: B"}},
		"after a cut call":            {[]reply{replyChunks(delta(`{"tool_calls":[{"index":0,"id":"c1","function":{"name":"script","arguments":""}}]}`), finishChunk("length"))}, []string{"user: A\n\nB"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := serveModel(t, append(test.replies, replyText("Fine."))...)
			w := openWith(t, f)
			w.create("helper", toolSettings(object{"type": "code", "key": "script"}))
			task := taskOf(t, w.play("helper", say("A")))
			w.play("helper", object{"task_id": task, "message": object{"role": "user", "parts": []object{{"kind": "text", "text": "B"}}}})
			asked := f.requests(len(test.replies) + 1)
			if diff := cmp.Diff(test.want, transcript(asked[len(test.replies)].Messages)[1:]); diff != "" {
				t.Errorf("conversation (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUserMessagesInOneKeepTheirImages(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyBody(500, ""), replyText("Fine."))
	w := openWith(t, f)
	w.create("helper")
	task := taskOf(t, w.play("helper", object{"message": object{"role": "user", "parts": []object{{"kind": "file", "file": object{"uri": "https://example.com/a.png", "mimeType": "image/png"}}}}}))
	w.play("helper", object{"task_id": task, "message": object{"role": "user", "parts": []object{{"kind": "text", "text": "B"}}}})
	want := []any{
		map[string]any{"type": "text", "text": "(nothing)"}, map[string]any{"type": "image_url", "image_url": map[string]any{"url": "https://example.com/a.png"}},
		map[string]any{"type": "text", "text": "B"},
	}
	if diff := cmp.Diff(want, messagesOf(f.requests(2)[1])[1]["content"]); diff != "" {
		t.Errorf("content of the message (-want +got):\n%s", diff)
	}
}

func TestAConversationBeginsWithTheUser(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyText("Fine."))
	w := serveUnchecked(t, sandbox.Options{Model: sandbox.ModelOptions{URL: f.url}}) // the contract has no text of an assistant
	w.create("helper")
	w.askRouter(ask([]object{
		{"role": "assistant", "content": []object{{"type": "output_text", "text": "Welcome."}}},
		{"role": "user", "content": []object{{"type": "input_text", "text": "Hi"}}},
	}))
	if diff := cmp.Diff([]string{"user: (nothing)", "assistant: Welcome.", "user: Hi"}, transcript(f.requests(1)[0].Messages)[1:]); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func TestResultsOfAUserAreNoMessage(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyCalls(modelCall{"c1", "ask", "{}"}), replyText("Fine."))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	answers := results(taskOf(t, w.play("helper", say("Hi"))), map[string]any{"c1": "yes"})
	answers["message"].(object)["role"] = "user"
	w.play("helper", answers)
	if diff := cmp.Diff([]string{"user: Hi", "assistant: [c1 ask{}]", `tool: "yes" <c1>`}, transcript(f.requests(2)[1].Messages)[1:]); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func TestAKeyInReasoningIsMasked(t *testing.T) {
	t.Parallel()
	const key = "sk-secret-key"
	f := serveModel(t, signedCall("c1", `"extra_content":{"k":"`+key+`"},`, `"reasoning":"`+key+`","reasoning_details":[{"type":"reasoning.text","text":"`+key+`"}],`), replyText("Fine."))
	o := sandbox.Options{Data: dataFile(t), Model: sandbox.ModelOptions{URL: f.url, Key: key}}
	w := open(t, o)
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	task := taskOf(t, w.play("helper", say("Hi")))
	w.play("helper", results(task, map[string]any{"c1": "yes"}))
	message := messagesOf(f.requests(2)[1])[2]
	if message["reasoning"] != "***" || strings.Contains(fmt.Sprint(message), key) {
		t.Errorf("message that goes back = %v, want no key in it", message)
	}
	w.close()
	if raw, err := os.ReadFile(o.Data); err != nil || strings.Contains(string(raw), key) {
		t.Errorf("read the file: %v; want no key in it", err)
	}
}

func TestCutCallsAreNotCarriedOut(t *testing.T) {
	t.Parallel()
	half := `{"tool_calls":[{"index":0,"id":"a","function":{"name":"ask","arguments":"{\"x\":1}"}},{"index":1,"id":"b","function":{"name":"ask","arguments":""}}]}`
	for reason, want := range map[string]string{"length": "length", "MAX_TOKENS": "length", "content_filter": "content_filter"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			f := serveModel(t, replyChunks(delta(`{"content":"Let me ask."}`), delta(half), finishChunk(reason)))
			w := openWith(t, f)
			w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
			events := w.play("helper", say("Hi"))
			last := data[*orq.Inactive](t, events)
			text := "Let me ask.\n[sandbox] Not carried out, because the answer was cut off (" + want + "): ask, ask."
			if len(last.PendingToolCalls) != 0 || last.FinishReason != want || last.LastMessage != text {
				t.Errorf("inactive event = %+v, want no calls, finish reason %s and the text %q", last, want, text)
			}
			if response := w.response("helper", taskOf(t, events)); response.FinishReason != want || response.Status != "completed" {
				t.Errorf("response = %+v, want completed with finish reason %s", response, want)
			}
		})
	}
}

func TestCutCallsInAResponseStream(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyChunks(delta(`{"content":"Let me ask."}`), delta(`{"tool_calls":[{"index":0,"id":"a","function":{"name":"ask","arguments":""}}]}`), finishChunk("length")))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	events := w.streamRouter(ask("Hi"))
	want := "Let me ask.\n[sandbox] Not carried out, because the answer was cut off (length): ask."
	if last := events[len(events)-1].Response; last.Status != "incomplete" || last.text() != want || len(last.Output) != 1 {
		t.Errorf("response = %+v, want an incomplete one with the text %q alone", last, want)
	}
}

func TestFinishReasonsThatEndTheRun(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"error": `the model gpt-4o failed: it stopped with "error"`,
		"weird": `the model gpt-4o failed: it stopped for a reason that is not known: "weird"`,
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			f := serveModel(t, replyChunks(delta(`{"content":"Half"}`), delta(`{"tool_calls":[{"index":0,"id":"a","function":{"name":"ask","arguments":"{}"}}]}`), finishChunk(reason)))
			w := openWith(t, f)
			w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
			events := w.play("helper", say("Hi"))
			if got := data[*orq.Errored](t, events); got.Error != want {
				t.Errorf("error = %q, want %q", got.Error, want)
			}
			if response := w.response("helper", taskOf(t, events)); len(response.PendingToolCalls) != 0 || len(response.Output) != 1 || response.Output[0].Text() != "Half" {
				t.Errorf("response = %+v, want the text so far and no calls", response)
			}
		})
	}
}

func TestArgumentsInOtherForms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ arguments, want, problem string }{
		"an object in text":           {`"{\"x\":\"1\",\"needed\":2}"`, `{"needed":2,"x":"1"}`, ""},
		"an object":                   {`{"needed":1}`, `{"needed":1}`, ""},
		"nothing, but some is needed": {``, "", "the arguments are missing: needed"},
		"null, but some is needed":    {`null`, "", "the arguments are missing: needed"},
		"a list":                      {`[1]`, "", "the arguments must be a JSON object, and are of type array"},
		"a number":                    {`1`, "", "the arguments must be a JSON object, and are of type number"},
		"half an object":              {`{"x":`, "", "the arguments must be a JSON object: it ends too early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problem := pendingArguments(t, test.arguments, object{"type": "object", "properties": object{}, "required": []string{"needed"}})
			if got != test.want || problem != test.problem {
				t.Errorf("arguments = %q and problem %q, want %q and %q", got, problem, test.want, test.problem)
			}
		})
	}
	for _, none := range []string{"", "null", "[]", "{}", " ", `""`} {
		if got, problem := pendingArguments(t, none, object{"type": "object", "properties": object{}, "required": []string{}}); got != "{}" {
			t.Errorf("arguments %q = %q with problem %q, want an empty object", none, got, problem)
		}
	}
}

// pendingArguments are the arguments with which the caller is asked for a call or, when it is not, the error that the model gets.
func pendingArguments(t *testing.T, arguments string, schema object) (pending, problem string) {
	t.Helper()
	f := serveModel(t, replyCalls(modelCall{"c1", "ask", arguments}), replyText("Oh."))
	w := openWith(t, f)
	events := w.stream("/v2/agents/stream-run", runBody("helper", "Hi", toolSettings(object{"type": "function", "key": "ask", "function": object{"name": "ask", "description": "Asks", "parameters": schema}}))).rest()
	if calls := data[*orq.Inactive](t, events).PendingToolCalls; len(calls) == 1 {
		return calls[0].Function.Arguments, ""
	}
	result := transcript(f.requests(2)[1].Messages)[3]
	result = strings.TrimSuffix(strings.TrimPrefix(result, `tool: {"error":"`), `"} <c1>`)
	return "", result
}
