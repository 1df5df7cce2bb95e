package chat

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestWordsOfErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"OpenAI":                        {`{"error":{"message":"because","type":"x","param":null,"code":null}}`, "because"},
		"a text":                        {`{"error":"because"}`, "because"},
		"the name of a status as error": {`{"timestamp":1,"status":400,"error":"Bad Request","message":"because"}`, "Bad Request: because"},
		"a list (Gemini)":               {`[{"error":{"code":400,"message":"because","status":"INVALID_ARGUMENT"}}]`, "because"},
		"message (vLLM)":                {`{"object":"error","message":"because","type":"BadRequestError","code":400}`, "because"},
		"detail":                        {`{"detail":"because"}`, "because"},
		"a list of details (FastAPI)":   {`{"detail":[{"type":"missing","loc":["body","messages",0],"msg":"Field required"},{"loc":["body"],"msg":"no"}]}`, "body.messages.0: Field required; body: no"},
		"details in a message":          {`{"object":"error","message":{"detail":[{"loc":["body"],"msg":"because"}]}}`, "body: because"},
		"msg":                           {`{"code":1,"msg":"because"}`, "because"},
		"errors":                        {`{"errors":[{"message":"because"}]}`, "because"},
		"errors that are texts":         {`{"errors":["because","of that"]}`, "because; of that"},
		"errors of fields":              {`{"errors":{"message":"because"}}`, "because"},
		"error_message":                 {`{"error_type":"invalid","error_message":"because"}`, "because"},
		"error_description":             {`{"error":{"error_description":"because"}}`, "because"},
		"JSON in a text":                {`{"error":{"message":"{\"error\":{\"message\":\"because\"}}"}}`, "because"},
		"JSON in JSON in a text":        {`{"message":"[{\"message\":\"{\\\"msg\\\":\\\"because\\\"}\"}]"}`, "because"},
		"the raw error of a provider":   {`{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"because\"}}"}}}`, "Provider returned error: because"},
		"the raw text of a provider":    {`{"error":{"message":"Provider returned error","metadata":{"raw":"because"}}}`, "Provider returned error: because"},
		"small and large letters":       {`{"Error":{"Message":"because"}}`, "because"},
		"a fault":                       {`{"fault":{"faultstring":"because","detail":{"errorcode":"x"}}}`, "because"},
		"base_resp (MiniMax)":           {`{"base_resp":{"status_code":1004,"status_msg":"because"}}`, "because"},
		"problem details":               {`{"status":404,"title":"Not Found","detail":"because"}`, "because"},
		"a code alone":                  {`{"error":{"code":"overloaded"}}`, "overloaded"},
		"a type alone":                  {`{"error":{"type":"server_error","message":""}}`, "server_error"},
		"plain text":                    {"because\n", "because"},
		"a text in JSON":                {`"because"`, "because"},
		"an event":                      {"event: error\ndata: {\"error\":{\"message\":\"because\"}}\n\n", "because"},
		"a page":                        {"<!doctype html><html><head><title>502 Bad\nGateway</title></head><body><h1>no</h1></body></html>", "502 Bad Gateway"},
		"a page without a title":        {"<html><style>p{}</style><body><p>because &amp; so</p></body></html>", "because & so"},
		"characters of a terminal":      {"\x1b[31mbecause\x07\u202e", "[31mbecause"},
		"nothing":                       {"", ""},
		"an object without words":       {`{"ok":false,"error":null}`, ""},
		"a number":                      {"17", ""},
		"odd types":                     {`{"error":{"message":["because"],"code":{}},"errors":null}`, "because"},
		"too deep":                      {strings.Repeat(`{"error":`, 40) + `"because"` + strings.Repeat("}", 40), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wordsOf([]byte(test.body)).text; got != test.want {
				t.Errorf("words = %q, want %q", got, test.want)
			}
		})
	}
}

// A key at the place where an error is cut is masked in whole.
func TestWordsOfErrorsAreMaskedAndBounded(t *testing.T) {
	t.Parallel()
	const key = "sk-secret-of-the-server"
	c := New(Options{URL: "http://127.0.0.1:1/v1", Key: key})
	for n := range 2000 {
		e := c.asError(reportedError(wordsOf([]byte(strings.Repeat("x", n)+key)).text), orq.FallbackModel{ID: "m"})
		if strings.Contains(e.Message, key[:8]) || utf8.RuneCountInString(e.Message) > 1000 {
			t.Fatalf("error after %d characters = %q, want at most 1000 characters without the key", n, e.Message)
		}
	}
}

func TestCodesOfErrors(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":{"message":"m","code":"model_not_found"}}`: "model_not_found",
		`{"error":{"message":"m"},"code":"top"}`:             "top",
		`{"message":"m","code":400}`:                         "400",
		`[{"error":{"code":"first"}},{"code":"second"}]`:     "first",
	} {
		if got := wordsOf([]byte(body)).code; got != want {
			t.Errorf("code of %s = %q, want %q", body, got, want)
		}
	}
}

func TestErrorsWithinAnAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"error":           "data: {\"error\":{\"message\":\"because\"}}\n\n",
		"error beside":    "data: {\"choices\":[],\"error\":{\"message\":\"because\"}}\n\n",
		"an error event":  "event: error\ndata: because\n\n",
		"object error":    "data: {\"object\":\"error\",\"message\":\"because\"}\n\n",
		"detail":          "data: {\"detail\":\"because\"}\n\n",
		"errors":          "data: {\"errors\":[{\"message\":\"because\"}]}\n\n",
		"base_resp":       "data: {\"choices\":null,\"base_resp\":{\"status_code\":1004,\"status_msg\":\"because\"}}\n\n",
		"code and msg":    "data: {\"code\":500,\"msg\":\"because\"}\n\n",
		"type error":      "data: {\"type\":\"error\",\"message\":\"because\"}\n\n",
		"within a choice": "data: {\"choices\":[{\"error\":{\"message\":\"because\"}}]}\n\n",
		"a list":          "data: [{\"error\":{\"message\":\"because\"}}]\n\n",
		"no JSON":         "data: because\n\n",
		"no stream":       "{\"error\":{\"message\":\"because\"}}",
		"a list, whole":   "[{\"error\":{\"message\":\"because\"}}]",
		"flat, whole":     "{\"code\":40,\"message\":\"because\"}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var done Completion
			if err := (answer{"text/event-stream", body}).readInto(&done); err == nil || err.Error() != "because" {
				t.Errorf("error = %v, want because", err)
			}
		})
	}
}
