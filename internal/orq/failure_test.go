package orq_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestErrorObjectsInAStream(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 5000)
	for name, c := range map[string]struct {
		message string // with its SSE fields
		typ     orq.EventType
		want    string
		code    string
	}{
		"error with a message":      {`data: {"error":{"message":"down","code":"overloaded","type":"server_error"}}`, "error", "down", "overloaded"},
		"error that is a text":      {`data: {"error":"down"}`, "error", "down", ""},
		"error in an error":         {`data: {"error":{"error":{"message":"down"}}}`, "error", "down", ""},
		"error without words":       {`data: {"error":{"status":503}}`, "error", `{"error":{"status":503}}`, ""},
		"error that is a number":    {`data: {"error":503}`, "error", "503", ""},
		"list of errors":            {`data: {"errors":[{"message":"down"},{"message":"out"},"gone","more"]}`, "error", "down; out; gone; more", ""},
		"type error":                {`data: {"type":"error","message":"down","code":500}`, "error", "down", "500"},
		"type error with an error":  {`data: {"type":"error","error":{"type":"overloaded_error","message":"down"}}`, "error", "down", ""},
		"type error with data":      {`data: {"type":"error","timestamp":"t","data":{"message":"down"}}`, "error", "down", ""},
		"type error, nothing more":  {`data: {"type":"error"}`, "error", `{"type":"error"}`, ""},
		"type of an error":          {`data: {"type":"server_error","message":"down"}`, "server_error", "down", ""},
		"object error":              {`data: {"object":"error","message":"down","code":40303}`, "error", "down", "40303"},
		"message and code":          {`data: {"message":"down","code":"internal"}`, "error", "down", "internal"},
		"message and status":        {`data: {"code":500,"message":"down"}`, "error", "down", "500"},
		"detail":                    {`data: {"detail":"down"}`, "error", "down", ""},
		"list of details":           {`data: {"detail":[{"loc":["body"],"msg":"down","type":"missing"}]}`, "error", "body: down", ""},
		"event error with text":     {"event: error\ndata: the worker is down", "error", "the worker is down", ""},
		"event error, two lines":    {"event: error\ndata: down\ndata: and out", "error", "down\nand out", ""},
		"event error with JSON":     {"event: error\ndata: {\"reason\":\"down\"}", "error", "down", ""},
		"event error with no words": {"event: error\ndata: {\"status\":503}", "error", `{"status":503}`, ""},
		"event error, a JSON text":  {"event: error\ndata: \"down\"", "error", "down", ""},
		"event error with a type":   {"event: error\ndata: {\"type\":\"later\",\"message\":\"down\"}", "later", "down", ""},
		"a long text":               {`data: {"error":"` + long + `"}`, "error", strings.Repeat("é", 998) + "…", ""},
		"with the key":              {`data: {"error":"` + apiKey + ` is wrong"}`, "error", "*** is wrong", ""},
		"with a secret":             {`data: {"error":{"api_key":"s3cr3t"}}`, "error", `{"error":{"api_key":"***"}}`, ""},
		"data of agents.error":      {`data: {"type":"agents.error","data":"down"}`, orq.EventError, "down", ""},
		"object for a text":         {`data: {"type":"agents.error","data":{"error":{"message":"down"},"code":"x"}}`, orq.EventError, "down", "x"},
		"agents.error, no data":     {`data: {"type":"agents.error","message":"down"}`, orq.EventError, "down", ""},
	} {
		for _, api := range []orq.API{orq.APIAgents, orq.APIResponses} {
			t.Run(name+" "+string(api), func(t *testing.T) {
				t.Parallel()
				client := serveGeneration(t, api, streaming(c.message+"\n\n"+`data: {"type":"response.after"}`+"\n\ndata: [DONE]\n\n"))
				events, err := collect(client.StreamAgent(t.Context(), "a1", orq.InvokeRequest{}))
				if err != nil || len(events) != 2 || events[1].Type != "response.after" {
					t.Fatalf("events %+v, error %v, want the error and what follows it", events, err)
				}
				got, _ := events[0].Data.(*orq.StreamError)
				if diff := cmp.Diff(&orq.StreamError{Error: c.want, Code: c.code}, got); diff != "" || events[0].Type != c.typ {
					t.Errorf("event of type %s, want %s (-want +got):\n%s", events[0].Type, c.typ, diff)
				}
				if raw := events[0].Raw; raw != "" && !json.Valid([]byte(raw)) {
					t.Errorf("Raw = %.200s, want JSON", raw)
				}
			})
		}
	}
}

func TestEndsOfARunAreReadFromAnyForm(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]orq.EventData{
		`{"type":"event.agents.errored","data":{"error":{"message":"no credit"},"code":"402"}}`:                               &orq.Errored{Error: "no credit"},
		`{"type":"event.agents.errored","data":{"error":"no credit","code":"402"}}`:                                           &orq.Errored{Error: "no credit"},
		`{"type":"event.agents.errored","data":"no credit"}`:                                                                  &orq.Errored{Error: "no credit"},
		`{"type":"event.agents.errored","data":null}`:                                                                         &orq.Errored{},
		`{"type":"event.agents.errored"}`:                                                                                     &orq.Errored{},
		`{"type":"agents.timeout","data":"too long"}`:                                                                         &orq.Timeout{Message: "too long"},
		`{"type":"agents.timeout","data":{"detail":"too long"}}`:                                                              &orq.Timeout{Message: "too long"},
		`{"type":"agents.timeout"}`:                                                                                           &orq.Timeout{},
		`{"type":"event.agents.inactive","data":{"last_message":"bye","finish_reason":7,"usage":"none","workflowRunId":"w"}}`: &orq.Inactive{LastMessage: "bye", WorkflowRunID: "w"},
		`{"type":"event.agents.inactive","data":{"last_message":"bye","finish_reason":"stop","billing":[]}}`:                  &orq.Inactive{LastMessage: "bye", FinishReason: "stop"},
		`{"type":"event.agents.inactive","data":[]}`:                                                                          &orq.Inactive{},
	} {
		client := serveGeneration(t, orq.APIAgents, streaming("data: "+data+"\n\ndata: [DONE]\n\n"))
		events, err := collect(client.StreamAgent(t.Context(), "a1", orq.InvokeRequest{}))
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: events %+v, error %v, want one", data, events, err)
		}
		if diff := cmp.Diff(want, events[0].Data); diff != "" {
			t.Errorf("%s: data (-want +got):\n%s", data, diff)
		}
	}
}
