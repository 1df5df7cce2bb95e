package a2a_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Every agent is read by one decoder, so that each form is read in each version.
func TestResultsInOddForms(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]string{
		"message without kind":            `{"messageId":"a1","role":"agent","parts":[{"kind":"text","text":"pong"}]}`,
		"message, wrapped":                pong,
		"message in snake_case":           `{"message":{"message_id":"a1","role":"ROLE_AGENT","context_id":"c1","parts":[{"text":"pong"}]}}`,
		"message with content":            `{"role":"ROLE_AGENT","content":[{"text":"pong"}]}`,
		"message with one part":           `{"kind":"message","parts":{"text":"pong"}}`,
		"message that is called a task":   `{"kind":"task","messageId":"a1","parts":[{"text":"pong"}]}`,
		"message in a task's wrapper":     `{"task":{"messageId":"a1","parts":[{"text":"pong"}]}}`,
		"text":                            `"pong"`,
		"task without kind":               `{"id":"t1","contextId":"c1","status":{"state":"completed"},"artifacts":[{"artifactId":"a","parts":[{"text":"pong"}]}]}`,
		"task, wrapped":                   `{"task":` + completed + `}`,
		"task, wrapped with nulls":        `{"message":null,"task":` + completed + `,"statusUpdate":null}`,
		"task that is called a message":   strings.Replace(completed, `"kind":"task"`, `"kind":"message"`, 1),
		"task in a message's wrapper":     `{"message":` + completed + `}`,
		"task without an id":              `{"kind":"task","status":{"state":"completed"},"artifacts":[{"parts":[{"text":"pong"}]}]}`,
		"task with an id that is no text": `{"id":17,"contextId":4,"status":{"state":"completed"},"artifacts":[{"parts":[{"text":"pong"}]}]}`,
		"state in place of the status":    `{"kind":"task","id":"t1","status":"completed","artifacts":[{"parts":["pong"]}]}`,
		"artifacts with a null":           `{"kind":"task","id":"t1","status":{"state":"completed"},"artifacts":[null,{"parts":[null,{"text":"pong"}]}],"history":[null]}`,
		"words as the status message":     `{"kind":"task","id":"t1","status":{"state":"completed","message":"pong"}}`,
		"status update, wrapped":          `{"statusUpdate":{"taskId":"t1","status":{"state":"TASK_STATE_COMPLETED","message":{"parts":[{"text":"pong"}]}}}}`,
		"status update without kind":      `{"taskId":"t1","status":{"state":"completed","message":{"parts":[{"text":"pong"}]}}}`,
		"status update of A2A 0.1":        `{"id":"t1","final":true,"status":{"state":"completed","message":{"parts":[{"type":"text","text":"pong"}]}}}`,
		"two results":                     `[{"statusUpdate":{"taskId":"t1","status":{"state":"completed"}}},{"artifactUpdate":{"taskId":"t1","artifact":{"parts":[{"text":"pong"}]}}}]`,
		"answer in the history alone":     `{"kind":"task","id":"t1","status":{"state":"completed"},"history":[{"role":"user","parts":[{"text":"ping"}]},{"role":"agent","parts":[{"text":"pong"}]}]}`,
		"time without a zone":             `{"kind":"task","id":"t1","status":{"state":"completed","timestamp":"2026-03-01T12:00:00","message":{"parts":[{"text":"pong"}]}}}`,
		"time with blanks":                `{"kind":"task","id":"t1","status":{"state":"completed","timestamp":"2026-03-01 12:00:00","message":{"parts":[{"text":"pong"}]}}}`,
		"time as a number":                `{"kind":"task","id":"t1","status":{"state":"completed","timestamp":1772366400.25,"message":{"parts":[{"text":"pong"}]}}}`,
		"no time":                         `{"kind":"task","id":"t1","status":{"state":"completed","timestamp":"","message":{"parts":[{"text":"pong"}]}}}`,
		"fields of other types":           `{"kind":"task","id":"t1","contextId":["c"],"metadata":"x","status":{"state":"completed","timestamp":{},"message":{"messageId":{},"role":7,"parts":[{"text":"pong","metadata":[]}]}},"artifacts":"","history":{}}`,
	} {
		for dialect := range dialects {
			t.Run(dialect+" "+name, func(t *testing.T) {
				t.Parallel()
				got := askAgent(t, dialect, false, func(w http.ResponseWriter, _ request) {
					reply(w, 200, "application/json", rpcResult(dialect, result))
				})
				if got.text != "pong" || got.state != "completed" || got.calls != "send" {
					t.Errorf("outcome = %+v, want pong after one call", got)
				}
			})
		}
	}
	t.Run("without an envelope", func(t *testing.T) {
		t.Parallel()
		got := askAgent(t, "0.3", false, func(w http.ResponseWriter, _ request) { reply(w, 200, "application/json", completed) })
		if got.text != "pong" {
			t.Errorf("outcome = %+v, want pong", got)
		}
	})
}

// What a lookup of a task returns has the same forms as what sending a message returns.
func TestLookupsInOddForms(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]string{
		"bare": completed, "wrapped": `{"task":` + completed + `}`, "a message": pong,
		"a status update": `{"kind":"status-update","taskId":"t1","status":{"state":"completed","message":{"parts":[{"text":"pong"}]}}}`,
	} {
		for dialect := range dialects {
			t.Run(dialect+" "+name, func(t *testing.T) {
				t.Parallel()
				got := askAgent(t, dialect, false, func(w http.ResponseWriter, r request) {
					if r.call == "get" {
						reply(w, 200, "application/json", rpcResult(dialect, result))
						return
					}
					reply(w, 200, "application/json", rpcResult(dialect, begun))
				})
				if got.text != "pong" || got.state != "completed" || got.calls != "send get" {
					t.Errorf("outcome = %+v, want pong after send and get", got)
				}
			})
		}
	}
}

func TestPartsAreKept(t *testing.T) {
	t.Parallel()
	text := orq.TextPart
	data := func(value any) orq.Part {
		object, ok := value.(map[string]any)
		if !ok {
			object = map[string]any{"value": value}
		}
		return orq.Part{Kind: orq.KindData, Data: object}
	}
	file := orq.Part{Kind: orq.KindFile, File: &orq.File{URI: "https://far.example/x", MIMEType: "text/csv", Name: "x.csv"}}
	bytes := orq.Part{Kind: orq.KindFile, File: &orq.File{Bytes: "aGk="}}
	for parts, want := range map[string][]orq.Part{
		`[{"data":null},{"text":"beside"}]`:                    {data(nil), text("beside")},
		`[{"kind":"data","data":[1,"two"]}]`:                   {data([]any{number("1"), "two"})},
		`[{"data":"words"}]`:                                   {data("words")},
		`[{"data":12345678901234567890}]`:                      {data(number("12345678901234567890"))},
		`[{"kind":"data","data":false}]`:                       {data(false)},
		`[{"data":{"n":1},"text":null,"raw":null,"url":null}]`: {data(map[string]any{"n": number("1")})},
		`[{"text":"one","data":null}]`:                         {text("one")},
		`[{"text":5}]`:                                         {text("5")},
		`["bare"]`:                                             {text("bare")},
		`[7]`:                                                  {data(number("7"))},
		`[{"text":""},null]`:                                   {text("")},
		`[{"kind":"widget","size":2},{"text":"beside"}]`:       {data(map[string]any{"kind": "widget", "size": number("2")}), text("beside")},
		`[{"kind":"text"},{"text":"beside"}]`:                  {data(map[string]any{"kind": "text"}), text("beside")},
		`[{"kind":"file","file":{"name":"x"}}]`:                {data(map[string]any{"kind": "file", "file": map[string]any{"name": "x"}})},
		`[{"kind":"file","file":{"uri":"https://far.example/x","mimeType":"text/csv","name":"x.csv"}}]`: {file},
		`[{"url":"https://far.example/x","mediaType":"text/csv","filename":"x.csv"}]`:                   {file},
		`[{"file":{"fileWithUri":"https://far.example/x","mediaType":"text/csv","filename":"x.csv"}}]`:  {file},
		`[{"raw":"aGk=","text":""}]`:                        {bytes},
		`[{"kind":"file","file":{"bytes":"aGk="}}]`:         {bytes},
		`[{"kind":"file","file":{"fileWithBytes":"aGk="}}]`: {bytes},
	} {
		for dialect := range dialects {
			result := `{"kind":"task","id":"t1","status":{"state":"completed"},"artifacts":[{"artifactId":"a","parts":` + parts + `}]}`
			got := askAgent(t, dialect, false, func(w http.ResponseWriter, _ request) {
				reply(w, 200, "application/json", rpcResult(dialect, result))
			})
			if diff := cmp.Diff(want, got.parts); diff != "" || got.state != "completed" {
				t.Errorf("%s: %s: state %s, parts (-want +got):\n%s", dialect, parts, got.state, diff)
			}
		}
	}
}

func TestStatesInOtherSpellings(t *testing.T) {
	t.Parallel()
	for want, spellings := range map[string][]string{
		"completed":      {"completed", "COMPLETED", "Completed", "TASK_STATE_COMPLETED", "task_state_completed", "TaskState.completed", " completed "},
		"failed":         {"FAILED", "TASK_STATE_FAILED"},
		"canceled":       {"canceled", "cancelled", "CANCELLED", "TASK_STATE_CANCELED", "TASK_STATE_CANCELLED"},
		"rejected":       {"Rejected", "TASK_STATE_REJECTED"},
		"input-required": {"input-required", "input_required", "INPUT_REQUIRED", "inputRequired", "TASK_STATE_INPUT_REQUIRED", "input required"},
		"auth-required":  {"auth_required", "TASK_STATE_AUTH_REQUIRED"},
	} {
		for _, spelling := range spellings {
			for dialect := range dialects {
				got := askAgent(t, dialect, false, func(w http.ResponseWriter, _ request) {
					reply(w, 200, "application/json", rpcResult(dialect, `{"kind":"task","id":"t1","status":{"state":"`+spelling+`"}}`))
				})
				if got.state != want || got.calls != "send" {
					t.Errorf("%s: state %q: outcome = %+v, want %s after one call", dialect, spelling, got, want)
				}
			}
		}
	}
}

// A task without an id can be an answer, but cannot be asked about.
func TestTaskWithoutAnIDIsNotLookedUp(t *testing.T) {
	t.Parallel()
	for _, streams := range []bool{false, true} {
		for dialect := range dialects {
			got := askAgent(t, dialect, streams, func(w http.ResponseWriter, _ request) {
				reply(w, 200, "application/json", rpcResult(dialect, `{"kind":"task","status":{"state":"working","message":{"parts":[{"text":"on it"}]}}}`))
			})
			want := "began a task without an id, so that its outcome cannot be asked for"
			if got.err != want || got.text != "on it" || strings.Contains(got.calls, " ") {
				t.Errorf("%s: outcome = %+v, want the words and error %q after one call", dialect, got, want)
			}
		}
	}
}
