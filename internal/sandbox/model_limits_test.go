package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestModelIterationLimit(t *testing.T) {
	t.Parallel()
	again := calls(wanted{"", "current_date", "{}"})
	f := serveModel(t, again, again)
	w := openWith(t, f)
	w.create("helper", object{"settings": object{"max_iterations": 2, "tools": []object{{"type": "current_date"}}}})
	last := data[*orq.Inactive](t, w.play("helper", say("Hi")))
	if last.FinishReason != "max_iterations" || last.LastMessage != "[sandbox] Stopped: max_iterations is reached." || last.Usage.TotalTokens != 50 {
		t.Errorf("inactive %+v", last)
	}
	f.requests(2)
}

func TestCostLimit(t *testing.T) {
	t.Parallel()
	costly := func(w http.ResponseWriter, r *http.Request) {
		chunks(delta(`{"content":"Let me see.","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"current_date","arguments":"{}"}}]}`),
			stopped("tool_calls"), `{"choices":[],"usage":{"prompt_tokens":1,"total_tokens":1,"cost":0.5}}`)(w, r)
	}
	for limit, want := range map[float64]string{0.4: "[sandbox] Stopped: max_cost is exceeded.", 0.5: "Done", 0: "Done"} {
		f := serveModel(t, costly, says("Done"))
		w := openWith(t, f)
		w.create("helper", object{"settings": object{"max_cost": limit, "tools": []object{{"type": "current_date"}}}})
		last := data[*orq.Inactive](t, w.play("helper", say("Hi")))
		if last.LastMessage != want || last.Billing.TotalCost != 0.5 || last.FinishReason != "stop" {
			t.Errorf("limit %v: inactive %+v, billing %+v", limit, last, last.Billing)
		}
	}
}

func TestWhatAMemberCostsCounts(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		calls(wanted{"c1", "call_sub_agent", `{"agent_key":"clock","input":"Hi"}`}, wanted{"c2", "current_date", "{}"}),
		chunks(delta(`{"content":"Noon."}`), stopped("stop"), `{"choices":[],"usage":{"total_tokens":1,"cost":0.5}}`))
	w := openWith(t, f)
	w.create("clock")
	w.create("boss", object{"team_of_agents": []object{{"key": "clock"}}, "settings": object{
		"max_cost": 0.4, "tools": []object{{"type": "call_sub_agent"}, {"type": "current_date"}},
	}})
	events := w.play("boss", say("Hi"))
	last := data[*orq.Inactive](t, events)
	if last.LastMessage != "[sandbox] Stopped: max_cost is exceeded." || last.Billing.TotalCost != 0.5 || last.Usage.TotalTokens != 26 {
		t.Errorf("inactive %+v, billing %+v", last, last.Billing)
	}
	want := []string{execStarted, started, named, created, thought, toolStarted, handedOff, toolDone, inactive}
	if diff := cmp.Diff(want, types(events)); diff != "" {
		t.Error(diff)
	}
}

// hanging says something, closes asked, and says no more until the client has gone; left is closed then.
func hanging(asked, left chan<- struct{}) reply {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"I was about"}`))
		w.(http.Flusher).Flush()
		close(asked)
		<-r.Context().Done()
		close(left)
	}
}

func TestWhatEndsARunEndsTheRequestToTheModel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings object
		end      func(w *workspace, s *stream)
		want     string // the error
		output   string // what was said, when that is certain
	}{
		"client leaves": {object{}, func(_ *workspace, s *stream) { s.body.Close() }, "canceled by the client", ""},
		"agent deleted": {object{}, func(w *workspace, _ *stream) { call[struct{}](w, 204, "DELETE", "/v2/agents/helper", nil) }, "the agent was deleted", ""},
		"out of time":   {object{"max_execution_time": 2}, func(*workspace, *stream) {}, "", "I was about [sandbox] Stopped: max_execution_time has passed."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, left := make(chan struct{}), make(chan struct{})
			f := serveModel(t, hanging(asked, left))
			w := openWith(t, f)
			w.create("helper", object{"settings": test.settings})
			s := w.stream("/v2/agents/helper/stream-task", say("Hi"))
			var events []orq.Event
			for range 4 {
				event, _ := s.next()
				events = append(events, event)
			}
			<-asked
			test.end(w, s)
			select {
			case <-left:
			case <-time.After(10 * time.Second):
				t.Fatal("the model is still asked")
			}
			got := w.await("helper", taskOf(t, events))
			if got.Error != test.want || test.output != "" && got.Output[0].Text() != test.output {
				t.Errorf("response %+v", got)
			}
		})
	}
}

const (
	noModelServer = "URL does not answer as a model server does: --model-url is the base of its API, and often ends in /v1"
	tooLong       = "the answer of the model gpt-4o is too long: at most 64 MiB are read, and 8 of one object"
)

// endless begins an answer and never ends it.
func endless(begin, media string) reply {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		fmt.Fprint(w, begin)
		more := []byte(": " + strings.Repeat("x", 1<<16) + "\n\ndata: " + delta(`{"content":""}`) + "\n\n")
		for r.Context().Err() == nil {
			if _, err := w.Write(more); err != nil {
				return
			}
		}
	}
}

func TestModelErrorsEndTheRunInOneSentence(t *testing.T) {
	t.Parallel()
	const key = "sk-secret"
	plain := func(o *sandbox.ModelOptions) { o.Key = key }
	for name, test := range map[string]struct {
		reply reply
		code  float64
		want  string
	}{
		"key":             {refuses(401, `{"error":{"message":"Incorrect API key provided: `+key+`.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`), 401, "the model server refuses the key in ORQ_SANDBOX_MODEL_KEY (401): Incorrect API key provided: ***."},
		"unknown model":   {refuses(404, `{"error":{"message":"model \"gpt-4o\" not found, try pulling it first","type":"api_error","param":null,"code":null}}`), 404, `the model server does not know the model gpt-4o: give the agent one that URL/models lists, or send openai/gpt-4o with --model-keep-prefix (404): model "gpt-4o" not found, try pulling it first`},
		"context length":  {refuses(400, `{"error":{"message":"This model's maximum is 8192 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}`), 400, "the conversation is too long for the model gpt-4o (400): This model's maximum is 8192 tokens."},
		"other refusal":   {refuses(500, `oops`), 500, "the model server refused the request for gpt-4o (500): Internal Server Error"},
		"flat error":      {refuses(422, `{"detail":"no"}`), 422, "the model server refused the request for gpt-4o (422): no"},
		"number as code":  {refuses(400, `{"object":"error","error":{"message":"bad","code":400}}`), 400, "the model server refused the request for gpt-4o (400): bad"},
		"error in stream": {chunks(delta(`{"content":"So"}`), `{"error":{"message":"overloaded","type":"server_error"}}`), 502, "the model gpt-4o failed: overloaded"},
		"broken stream":   {chunks(`{"choices":[{`), 502, "the answer of the model gpt-4o cannot be read: a chunk is not what it should be: unexpected end of JSON input"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"So"}`))
		}, 502, "the answer of the model gpt-4o was cut off"},
		"done too early": {chunks(delta(`{"reasoning":"So"}`)), 502, "the answer of the model gpt-4o was cut off"},
		"page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html></html>")
		}, 502, noModelServer},
		"other page":   {refuses(200, "Ollama is running", "Content-Type", "text/plain"), 502, noModelServer},
		"other object": {refuses(200, `{"status":"ok"}`), 502, noModelServer},
		"no such path": {refuses(404, "404 page not found", "Content-Type", "text/plain"), 404, noModelServer + " (404): Not Found"},
		"moved":        {refuses(308, "", "Location", "https://u:p@elsewhere.example/v1?token=t"), 502, "the model server sends its callers elsewhere; let --model-url lead there: https://elsewhere.example/v1 (308): Permanent Redirect"},
		"moved away":   {refuses(302, ""), 502, "the model server sends its callers elsewhere; let --model-url lead there: it does not say where (302): Found"},
		"said in JSON": {refuses(200, `{"error":"Unexpected endpoint or method. (POST /chat/completions)"}`), 502, "the model gpt-4o failed: Unexpected endpoint or method. (POST /chat/completions)"},
		"silence":      {chunks(), 502, "the answer of the model gpt-4o was cut off"},
		"long event":   {chunks(delta(`{"content":"` + strings.Repeat("x", 8<<20) + `"}`)), 502, tooLong},
		"long object":  {endless(`{"choices":[{"message":{"content":"`, "application/json"), 502, tooLong},
		"endless":      {endless("", "text/event-stream"), 502, tooLong},
		"many calls":   {calls(make([]wanted, 129)...), 502, "the answer of the model gpt-4o cannot be read: it has more than 128 tool calls"},

		"aborted": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"So"}`))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, 502, "the answer of the model gpt-4o cannot be read: unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := serveModel(t, test.reply)
			w := openWith(t, f, plain)
			w.create("helper")
			events := w.play("helper", say("Hi"))
			got := data[*orq.Errored](t, events)
			want := strings.Replace(test.want, "URL", f.url, 1)
			if got.Error != want || got.Code != test.code {
				t.Errorf("errored %v %q, want %v %q", got.Code, got.Error, test.code, want)
			}
			if response := w.response("helper", taskOf(t, events)); response.Status != "failed" || response.Error != want {
				t.Errorf("response %+v", response)
			}
		})
	}
}

func TestModelServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	f := serveModel(t)
	w := open(t, sandbox.Options{Model: sandbox.ModelOptions{URL: "http://127.0.0.1:1/v1"}})
	w.create("helper", object{"fallback_models": []string{"openai/small"}})
	got := data[*orq.Errored](t, w.play("helper", say("Hi")))
	want := "the model server at http://127.0.0.1:1/v1 cannot be reached; start it, or correct --model-url: dial tcp 127.0.0.1:1: connect: connection refused"
	if got.Error != want || got.Code != 502 {
		t.Errorf("errored %+v", got)
	}
	f.requests(0)
}

func TestMissingKeyIsNamed(t *testing.T) {
	t.Parallel()
	f := serveModel(t, refuses(401, `{"error":{"message":"You didn't provide an API key."}}`))
	w := openWith(t, f)
	w.create("helper")
	got := data[*orq.Errored](t, w.play("helper", say("Hi"))).Error
	if got != "the model server wants a key, and ORQ_SANDBOX_MODEL_KEY is not set (401): You didn't provide an API key." {
		t.Errorf("errored %q", got)
	}
}

func TestFallbackModelsAreAskedInOrder(t *testing.T) {
	t.Parallel()
	f := serveModel(t, refuses(500, `{}`), chunks(delta(`{"content":"half an"}`), `{"error":"overloaded"}`), says("Hi"))
	w := openWith(t, f)
	w.create("helper", object{
		"model":           object{"id": "a/first", "parameters": object{"temperature": 0.5}},
		"fallback_models": []any{object{"id": "a/second", "parameters": object{"top_p": 0.25}}, "a/third", "a/fourth"},
	})
	events := w.play("helper", say("Hi"))
	if got := data[*orq.Inactive](t, events).LastMessage; got != "Hi" {
		t.Errorf("last message %q", got)
	}
	var got []any
	for _, asked := range f.requests(3) {
		got = append(got, asked.Body["model"], asked.Body["temperature"], asked.Body["top_p"])
	}
	if diff := cmp.Diff([]any{"first", 0.5, nil, "second", nil, 0.25, "third", nil, nil}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFallbacksOfTheParametersComeFirst(t *testing.T) {
	t.Parallel()
	f := serveModel(t, refuses(500, `{}`), refuses(503, `{}`), says("Hi"))
	w := openWith(t, f)
	w.create("helper", object{
		"model":           object{"id": "a/first", "parameters": object{"temperature": 0.5, "fallbacks": []object{{"model": "a/second"}}}},
		"fallback_models": []any{"a/third"},
	})
	w.play("helper", say("Hi"))
	var got []any
	for _, asked := range f.requests(3) {
		got = append(got, asked.Body["model"], asked.Body["temperature"])
	}
	if diff := cmp.Diff([]any{"first", 0.5, "second", 0.5, "third", nil}, got); diff != "" {
		t.Error(diff)
	}
}

func TestModelOptionsAreChecked(t *testing.T) {
	t.Parallel()
	if err := (sandbox.ModelOptions{URL: "http://127.0.0.1:11434/v1", Key: "sk-se\ncret"}).Check(); err == nil || strings.Contains(err.Error(), "sk-se") {
		t.Errorf("a key with a line break: %v", err)
	}
	for url, ok := range map[string]bool{
		"http://127.0.0.1:11434/v1": true, "https://api.openai.com/v1/": true, "127.0.0.1:11434": false, "ftp://x.example": false,
		"http://user:secret@x.example/v1": false, "https://x.example/v1?key=secret": false, "http://": false,
	} {
		err := sandbox.ModelOptions{URL: url}.Check()
		if (err == nil) != ok || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
		if box, err := sandbox.Open(sandbox.Options{Model: sandbox.ModelOptions{URL: url}}); err == nil {
			box.Close()
		} else if ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}
