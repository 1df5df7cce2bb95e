package a2a

import (
	"encoding/json"
	"testing"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// FuzzLegacyAnswer reads answers that an agent of A2A 0.3 may send.
func FuzzLegacyAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","result":{"kind":"task","id":"t","contextId":"c","status":{"state":"completed","message":{"role":"agent","parts":[{"kind":"text","text":"hi"}]}},"artifacts":[{"artifactId":"a","parts":[{"kind":"data","data":{"n":1}}]}],"history":[{"role":"user","parts":[]}]}}`,
		`{"jsonrpc":"2.0","result":{"kind":"artifact-update","taskId":"t","append":true,"artifact":{"artifactId":"a","parts":[{"kind":"file","file":{"bytes":"aGk="}}]}}}`,
		`{"jsonrpc":"2.0","error":{"code":-32601,"message":""}}`, `{"result":null}`, `[]`, `{"result":{"history":[null],"parts":[null]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if news, err := readLegacy(body); err == nil {
			checkTalk(t, news)
		}
	})
}

// FuzzCurrentAnswer reads answers that an agent of A2A 1.0 may send.
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
			checkTalk(t, readCurrent(answer.Event))
		}
	})
}

// checkTalk wants a snapshot that is seen a second time to tell nothing.
func checkTalk(t *testing.T, news Event) {
	t.Helper()
	told := 0
	talk := newTalk(Message{}, func([]orq.Part) error { told++; return nil })
	if err := talk.absorb(news); err != nil {
		t.Fatal(err)
	}
	ids, before := map[string]bool{}, told
	for _, made := range news.Artifacts {
		if ids[made.ID] {
			return // two artifacts of one id replace each other
		}
		ids[made.ID] = true
	}
	for _, message := range append(news.History, news.Says) {
		if ids["message "+message.MessageID] {
			return
		}
		ids["message "+message.MessageID] = true
	}
	if err := talk.absorb(news); err != nil {
		t.Fatal(err)
	}
	if news.Snapshot && told != before {
		t.Errorf("told %d times, then %d", before, told)
	}
	talk.answer()
}
