package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

const (
	noModelServer = "URL does not answer as a model server does: --model-url is the base of its API, and often ends in /v1"
	tooLong       = "the answer of the model gpt-4o is too long: at most 64 MiB are read, and 8 of one object"
)

func TestModelErrorsEndTheRunInOneSentence(t *testing.T) {
	t.Parallel()
	const key = "sk-secret"
	plain := func(o *sandbox.ModelOptions) { o.Key = key }
	for name, test := range map[string]struct {
		reply reply
		code  float64
		want  string
	}{
		"key":             {replyBody(401, `{"error":{"message":"Incorrect API key provided: `+key+`.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`), 401, "the model server refuses the key in ORQ_SANDBOX_MODEL_KEY (401): Incorrect API key provided: ***."},
		"unknown model":   {replyBody(404, `{"error":{"message":"model \"gpt-4o\" not found, try pulling it first","type":"api_error","param":null,"code":null}}`), 404, `the model server does not know the model gpt-4o: give the agent one that URL/models lists, or send openai/gpt-4o with --model-keep-prefix (404): model "gpt-4o" not found, try pulling it first`},
		"context length":  {replyBody(400, `{"error":{"message":"This model's maximum is 8192 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}`), 400, "the conversation is too long for the model gpt-4o (400): This model's maximum is 8192 tokens."},
		"other refusal":   {replyBody(500, `oops`), 500, "the model server refused the request for gpt-4o (500): oops"},
		"flat error":      {replyBody(422, `{"detail":"no"}`), 422, "the model server refused the request for gpt-4o (422): no"},
		"number as code":  {replyBody(400, `{"object":"error","error":{"message":"bad","code":400}}`), 400, "the model server refused the request for gpt-4o (400): bad"},
		"error in stream": {replyChunks(delta(`{"content":"So"}`), `{"error":{"message":"overloaded","type":"server_error"}}`), 502, "the model gpt-4o failed: overloaded"},
		"broken stream":   {replyChunks(`{"choices":[{`), 502, "the answer of the model gpt-4o cannot be read: a chunk is not what it should be: it ends too early"},
		"broken object":   {replyBody(200, `{"choices" 1}`), 502, "the answer of the model gpt-4o cannot be read: a chunk is not what it should be: character 12 is wrong"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"So"}`))
		}, 502, "the answer of the model gpt-4o was cut off"},
		"done too early": {replyChunks(delta(`{"reasoning":"So"}`)), 502, "the answer of the model gpt-4o was cut off"},
		"page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html></html>")
		}, 502, noModelServer},
		"other page":    {replyBody(200, "Ollama is running", "Content-Type", "text/plain"), 502, noModelServer},
		"other object":  {replyBody(200, `{"status":"ok"}`), 502, noModelServer},
		"no such path":  {replyBody(404, "404 page not found", "Content-Type", "text/plain"), 404, noModelServer + " (404): 404 page not found"},
		"moved":         {replyBody(308, "", "Location", "https://u:p@elsewhere.example/v1?token=t"), 502, "the model server sends its callers elsewhere; let --model-url lead there: https://elsewhere.example/v1 (308): Permanent Redirect"},
		"moved away":    {replyBody(302, ""), 502, "the model server sends its callers elsewhere; let --model-url lead there: it does not say where (302): Found"},
		"error as JSON": {replyBody(200, `{"error":"Unexpected endpoint or method. (POST /chat/completions)"}`), 502, "the model gpt-4o failed: Unexpected endpoint or method. (POST /chat/completions)"},
		"silence":       {replyChunks(), 502, "the answer of the model gpt-4o was cut off"},
		"long event":    {replyChunks(delta(`{"content":"` + strings.Repeat("x", 8<<20) + `"}`)), 502, tooLong},
		"long object":   {replyBody(200, `{"choices":[{"message":{"content":"`+strings.Repeat("x", 8<<20)), 502, tooLong},
		"endless":       {replyEndlessly("", "text/event-stream"), 502, tooLong},
		"many calls":    {replyCalls(make([]modelCall, 129)...), 502, "the answer of the model gpt-4o cannot be read: it has more than 128 tool calls"},

		"aborted": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"So"}`))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, 502, "the answer of the model gpt-4o was cut off"},
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
				t.Errorf("error = %q with code %v, want %q with %v", got.Error, got.Code, want, test.code)
			}
			if response := w.response("helper", taskOf(t, events)); response.Status != "failed" || response.Error != want {
				t.Errorf("response = %+v, want status failed with the error %q", response, want)
			}
		})
	}
}

func TestUnreachableModelServer(t *testing.T) {
	t.Parallel()
	f := serveModel(t)
	w := open(t, sandbox.Options{Model: sandbox.ModelOptions{URL: "http://127.0.0.1:1/v1"}})
	w.create("helper", object{"fallback_models": []string{"openai/small"}})
	got := data[*orq.Errored](t, w.play("helper", say("Hi")))
	want := "the model server at http://127.0.0.1:1/v1 cannot be reached; start it, or correct --model-url: the connection was refused"
	if got.Error != want || got.Code != 502 {
		t.Errorf("error = %q with code %v, want %q with 502", got.Error, got.Code, want)
	}
	f.requests(0)
}

func TestMissingModelKey(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyBody(401, `{"error":{"message":"You didn't provide an API key."}}`))
	w := openWith(t, f)
	w.create("helper")
	got := data[*orq.Errored](t, w.play("helper", say("Hi"))).Error
	if got != "the model server wants a key, and ORQ_SANDBOX_MODEL_KEY is not set (401): You didn't provide an API key." {
		t.Errorf("error = %q, want that ORQ_SANDBOX_MODEL_KEY is not set", got)
	}
}
