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

// verify compares the stored agents and tasks with what was acknowledged.
func (v *victim) verify(writers []*crashWriter) {
	v.t.Helper()
	var list orq.AgentList
	if status, err := v.do("GET", "/v2/agents", nil, &list); err != nil || status != 200 {
		v.t.Fatalf("list agents: status = %d, error %v, want 200", status, err)
	}
	for _, w := range writers {
		got := agentStates{}
		for _, agent := range list.Data {
			if strings.HasPrefix(agent.Key, w.prefix) {
				got[agent.Key] = agent.Role + " " + agent.Version
			}
		}
		uncertain := got.filter(w.before, w.after)
		if !cmp.Equal(uncertain, w.before) && !cmp.Equal(uncertain, w.after) && len(uncertain)+len(w.before) > 0 {
			v.t.Errorf("unacknowledged change left %v, want %v or %v", uncertain, w.before, w.after)
		}
		for key := range w.before {
			delete(w.agents, key)
		}
		maps.Copy(w.agents, uncertain)
		if diff := cmp.Diff(w.agents, got); diff != "" {
			v.t.Errorf("agents (-want +got):\n%s", diff)
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
			v.t.Errorf("task %s = %q, HTTP status %d, error %v, want %q", path, got, status, err, want)
		}
	}
	w.tasks = map[string]string{} // ended tasks do not change
}

// checkFile checks the pages of the file, and that each agent has all of its records.
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
				t.Errorf("record of key %s = %q, want %q", rec.Agent.Key, got, "internal "+string(id))
			}
			for _, version := range rec.Versions {
				if tx.Bucket([]byte("versions")).Get([]byte(string(id)+"@"+version)) == nil {
					t.Errorf("agent %s has no record of version %s", rec.Agent.Key, version)
				}
			}
			keys, versions = keys+1, versions+len(rec.Versions)
			return nil
		})
		if got := tx.Bucket([]byte("keys")).Stats().KeyN; got != keys {
			t.Errorf("file has %d keys, want %d", got, keys)
		}
		if got := tx.Bucket([]byte("versions")).Stats().KeyN; got != versions {
			t.Errorf("file has %d versions, want %d", got, versions)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
