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
		"OpenAI":                   {`{"error":{"message":"because","type":"x","param":null,"code":null}}`, "because"},
		"OpenAI, on two lines":     {`{"error":{"message":"because\nof that"}}`, "because of that"},
		"an event after another":   {"data: {}\n\ndata: because\n\n", "because"},
		"an event without JSON":    {"event: error\ndata: because\n\n", "because"},
		"plain text":               {"because\n", "because"},
		"a text in JSON":           {`"because"`, "because"},
		"an event":                 {"event: error\ndata: {\"error\":{\"message\":\"because\"}}\n\n", "because"},
		"a page":                   {"<!doctype html><html><head><title>502 Bad\nGateway</title></head><body><h1>no</h1></body></html>", "502 Bad Gateway"},
		"a page without a title":   {"<html><style>p{}</style><body><p>because &amp; so</p></body></html>", "because & so"},
		"characters of a terminal": {"\x1b[31mbecause\x07\u202e", "[31mbecause"},
		"nothing":                  {"", ""},
		"a number":                 {"17", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wordsOf([]byte(test.body)).Text; got != test.want {
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
		e := c.asError(reportedError(wordsOf([]byte(strings.Repeat("x", n)+key)).Text), orq.FallbackModel{ID: "m"})
		if strings.Contains(e.Message, key[:8]) || utf8.RuneCountInString(e.Message) > 1000 {
			t.Fatalf("error after %d characters = %q, want at most 1000 characters without the key", n, e.Message)
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
		"statusCode":      "data: {\"statusCode\":500,\"message\":\"because\"}\n\n",
		"a failed status": "data: {\"status\":\"FAILED\",\"message\":\"because\"}\n\n",
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
