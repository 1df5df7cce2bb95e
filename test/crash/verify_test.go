package crash_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// verify compares what is there with what was answered.
func (v *victim) verify(writers []*crashWriter) {
	v.t.Helper()
	var list orq.AgentList
	if status, err := v.do("GET", "/v2/agents", nil, &list); err != nil || status != 200 {
		v.t.Fatalf("list: status %d, %v", status, err)
	}
	for _, w := range writers {
		there := fates{}
		for _, agent := range list.Data {
			if strings.HasPrefix(agent.Key, w.prefix) {
				there[agent.Key] = agent.Role + " " + agent.Version
			}
		}
		uncertain := there.only(w.before, w.after)
		if !cmp.Equal(uncertain, w.before) && !cmp.Equal(uncertain, w.after) && len(uncertain)+len(w.before) > 0 {
			v.t.Errorf("half done: %v is neither %v nor %v", uncertain, w.before, w.after)
		}
		for key := range w.before {
			delete(w.agents, key)
		}
		maps.Copy(w.agents, uncertain)
		if diff := cmp.Diff(w.agents, there); diff != "" {
			v.t.Errorf("lost or made up: %s", diff)
		}
		w.before, w.after = nil, nil
		v.verifyTasks(w)
	}
}

func (v *victim) verifyTasks(w *crashWriter) {
	v.t.Helper()
	for path, want := range w.tasks {
		key, _, _ := strings.Cut(path, "/")
		var response orq.AgentResponse
		status, err := v.do("GET", "/v2/agents/"+path, nil, &response)
		got := response.Status
		if response.Error != "" {
			got += ": " + response.Error
		}
		deleted := w.agents[key] == "" && got == "failed: the agent was deleted"
		if err != nil || status != 200 || got != want && !deleted {
			v.t.Errorf("task %s: status %d, %q, %v, want %q", path, status, got, err, want)
		}
	}
	w.tasks = map[string]string{} // it stays so
}

// checkFile wants every page to be whole, and every part of an agent to be there or none.
func checkFile(t *testing.T, file string) {
	t.Helper()
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		keys, versions := 0, 0
		err := tx.Bucket([]byte("agents")).ForEach(func(id, value []byte) error {
			var rec struct {
				Agent    orq.Agent
				Versions []string
			}
			if err := json.Unmarshal(value, &rec); err != nil {
				return err
			}
			if got := string(tx.Bucket([]byte("keys")).Get([]byte(rec.Agent.Key))); got != "internal "+string(id) {
				t.Errorf("key %s: %q", rec.Agent.Key, got)
			}
			for _, version := range rec.Versions {
				if tx.Bucket([]byte("versions")).Get([]byte(string(id)+"@"+version)) == nil {
					t.Errorf("agent %s: no version %s", rec.Agent.Key, version)
				}
			}
			keys, versions = keys+1, versions+len(rec.Versions)
			return nil
		})
		if got := tx.Bucket([]byte("keys")).Stats().KeyN; got != keys {
			t.Errorf("%d keys of %d agents", got, keys)
		}
		if got := tx.Bucket([]byte("versions")).Stats().KeyN; got != versions {
			t.Errorf("%d versions, want %d", got, versions)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
