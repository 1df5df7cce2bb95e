package a2a

import (
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// FuzzAnswer decodes answers that an agent of any version may send.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","result":{"kind":"task","id":"t","contextId":"c","status":{"state":"completed","message":{"role":"agent","parts":[{"kind":"text","text":"hi"}]}},"artifacts":[{"artifactId":"a","parts":[{"kind":"data","data":{"n":1}}]}],"history":[{"role":"user","parts":[]}]}}`,
		`{"jsonrpc":"2.0","result":{"kind":"artifact-update","taskId":"t","append":true,"artifact":{"artifactId":"a","parts":[{"kind":"file","file":{"bytes":"aGk="}}]}}}`,
		`{"jsonrpc":"2.0","error":{"code":-32601,"message":""}}`, `{"result":null}`, `[]`, `{"result":{"history":[null],"parts":[null]}}`,
		`{"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_COMPLETED","message":{"role":"ROLE_AGENT","parts":[null,{"text":"hi"}]}},"artifacts":[{"artifactId":"a","parts":[null,{"data":1}]}],"history":[null]}}`,
		`{"artifactUpdate":{"taskId":"t","append":true,"artifact":{"artifactId":"a","parts":[{"raw":"aGk="}]}}}`,
		`{"artifactUpdate":{"artifact":null}}`, `{"message":{"parts":[{"url":"x"}]}}`, `{"statusUpdate":{"status":{"state":"?","message":null}}}`,
		`{"result":{"id":"t","status":"COMPLETED","artifacts":[{"parts":"one"},{"parts":[{"data":null},{"data":[1,2]},{"kind":"widget"}]},{"artifactId":1},{"artifactId":1}]}}`,
		`{"result":[{"message":{"message_id":"m","role":"ROLE_AGENT","content":[{"text":5}]}},{"status_update":{"task_id":7,"status":{"state":"paused","timestamp":1e400},"final":"true"}}]}`,
		`{"result":"pong"}`, `{"error":["no",{"loc":["params",0],"msg":"wrong"}]}`, `{"result":{"task":{"result":{"task":{}}}}}`,
		`{"error":{"code":400,"message":"no","details":[{"@type":"t","reason":"UNSUPPORTED_OPERATION"}]}}`, `{"title":"no","detail":"never","status":501}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := decodeAnswer(body)
		if err == nil && len(events) == 0 {
			t.Error("neither an event nor an error")
		}
		for _, event := range events {
			checkSnapshot(t, event)
		}
	})
}

// FuzzCard reads agent cards of any version.
func FuzzCard(f *testing.F) {
	for _, seed := range []string{
		`{"name":"n","url":"https://far.example","protocolVersion":"0.3.0","preferredTransport":"jsonrpc","additionalInterfaces":[{"url":"x","transport":"GRPC"}]}`,
		`{"name":"n","supportedInterfaces":[null,"x",{"url":"/rpc","protocolBinding":"http+json","protocolVersion":1.0,"tenant":"t"}],"capabilities":[]}`,
		`{"name":1,"url":"//far.example/rpc","protocolVersion":0.3,"capabilities":{"streaming":"false"},"defaultOutputModes":"text"}`,
		`{"name":"n","url":"./rpc","protocolVersion":"v1","supportedInterfaces":{"url":"http://[::1"}}`, `[]`, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, card []byte) {
		agent := Agent{Card: card, CardURL: "https://far.example/.well-known/agent-card.json"}
		if _, ok := Choose(agent); !ok && Check(agent) == nil {
			t.Error("no interface is chosen from a card that can be called")
		}
		if client, err := Dial(agent, nil); err == nil && client.connection.at.Host == "" {
			t.Errorf("the agent is called at %s", client.connection.at)
		}
	})
}

// checkSnapshot adds an event twice; a snapshot must emit nothing the second time.
func checkSnapshot(t *testing.T, event Event) {
	t.Helper()
	emitted := 0
	x := newExchange(Message{}, func([]orq.Part) error { emitted++; return nil })
	if err := x.add(event); err != nil {
		t.Fatal(err)
	}
	ids, first := map[string]bool{}, emitted
	for _, message := range append(event.History, event.Message) {
		if ids["message "+message.MessageID] {
			return
		}
		ids["message "+message.MessageID] = true
	}
	if err := x.add(event); err != nil {
		t.Fatal(err)
	}
	if event.Snapshot && emitted != first {
		t.Errorf("emitted %d times after the second snapshot, want %d as after the first", emitted, first)
	}
	x.answer()
}
