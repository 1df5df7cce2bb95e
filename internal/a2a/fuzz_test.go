package a2a

import (
	"encoding/json"
	"testing"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// FuzzLegacyAnswer decodes answers that an agent of A2A 0.3 may send.
func FuzzLegacyAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","result":{"kind":"task","id":"t","contextId":"c","status":{"state":"completed","message":{"role":"agent","parts":[{"kind":"text","text":"hi"}]}},"artifacts":[{"artifactId":"a","parts":[{"kind":"data","data":{"n":1}}]}],"history":[{"role":"user","parts":[]}]}}`,
		`{"jsonrpc":"2.0","result":{"kind":"artifact-update","taskId":"t","append":true,"artifact":{"artifactId":"a","parts":[{"kind":"file","file":{"bytes":"aGk="}}]}}}`,
		`{"jsonrpc":"2.0","error":{"code":-32601,"message":""}}`, `{"result":null}`, `[]`, `{"result":{"history":[null],"parts":[null]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if event, err := decodeLegacy(body); err == nil {
			checkSnapshot(t, event)
		}
	})
}

// FuzzCurrentAnswer decodes answers that an agent of A2A 1.0 may send.
func FuzzCurrentAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_COMPLETED","message":{"role":"ROLE_AGENT","parts":[null,{"text":"hi"}]}},"artifacts":[{"artifactId":"a","parts":[null,{"data":1}]}],"history":[null]}}`,
		`{"artifactUpdate":{"taskId":"t","append":true,"artifact":{"artifactId":"a","parts":[{"raw":"aGk="}]}}}`,
		`{"artifactUpdate":{"artifact":null}}`, `{"message":{"parts":[{"url":"x"}]}}`, `{"statusUpdate":{"status":{"state":"?","message":null}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var answer spec.StreamResponse
		if json.Unmarshal(body, &answer) == nil && answer.Event != nil {
			checkSnapshot(t, fromCurrent(answer.Event))
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
	for _, artifact := range event.Artifacts {
		if ids[artifact.ID] {
			return // two artifacts of one id replace each other
		}
		ids[artifact.ID] = true
	}
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
