package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// victimData names the file of the workspace that the test binary serves, in place of running tests, until it is killed.
const victimData = "ORQ_MCP_TEST_VICTIM_DATA"

// serveVictim tells its address on stdout, and ends with its parent.
func serveVictim(file string) {
	box, err := sandbox.Open(sandbox.Options{Data: file})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("http://" + listener.Addr().String())
	go func() { _ = http.Serve(listener, box) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// TestNoAcknowledgedChangeIsLostWhenTheProcessIsKilled kills processes that others write to, again and again. It shows
// that changes are whole and are answered after they were written; what a power cut leaves is up to the disk.
func TestNoAcknowledgedChangeIsLostWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one file", "another"} { // two keep the machine busy while a process starts
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killAgainAndAgain(t, dataFile(t))
		})
	}
}

func killAgainAndAgain(t *testing.T, file string) {
	most, least := 150, 20
	if testing.Short() {
		most = least
	}
	writers := make([]*crashWriter, 4)
	for i := range writers {
		writers[i] = &crashWriter{t: t, prefix: fmt.Sprintf("w%d-", i), agents: fates{}, tasks: map[string]string{}}
	}
	kills, changes, began := 0, 0, time.Now()
	for ; kills < most && (kills < least || time.Since(began) < 12*time.Second) && !t.Failed(); kills++ {
		v := startVictim(t, file)
		v.verify(writers)
		v.killAmidst(writers)
		checkFile(t, file)
	}
	startVictim(t, file).verify(writers)
	for _, w := range writers {
		changes += w.acknowledged
	}
	t.Logf("%d kills, %d acknowledged changes", kills, changes)
	if changes < kills {
		t.Error("too little was written between the kills")
	}
}

// TestAFirstStartThatIsKilledLeavesAWholeFileOrNone kills processes while they make their file.
func TestAFirstStartThatIsKilledLeavesAWholeFileOrNone(t *testing.T) {
	t.Parallel()
	const most = 15
	made := 0
	for range most {
		file := dataFile(t)
		cmd, _ := victimOf(t, file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for limit := time.Now().Add(30 * time.Second); empty(t, filepath.Dir(file)); {
			if time.Now().After(limit) {
				t.Fatal("the process makes nothing")
			}
			time.Sleep(20 * time.Microsecond) // the process needs the time more
		}
		time.Sleep(rand.N(50 * time.Microsecond << rand.N(9))) // any moment will do, and the first ones most
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if _, err := os.Stat(file); err == nil {
			made++
			if _, err := sandbox.Export(file); err != nil {
				t.Error(err)
			}
		}
		open(t, sandbox.Options{Data: file}).close()
	}
	t.Logf("%d of %d files were there", made, most)
}

func empty(t *testing.T, folder string) bool {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries) == 0
}

// killAmidst kills the process at any moment after some changes, while more are under way.
func (v *victim) killAmidst(writers []*crashWriter) {
	var wg sync.WaitGroup
	changed, over := make(chan struct{}), make(chan struct{})
	for _, w := range writers {
		wg.Go(func() {
			for w.change(v) {
				w.acknowledged++
				select {
				case changed <- struct{}{}:
				case <-over:
				}
			}
		})
	}
	limit := time.After(30 * time.Second)
	for wanted := rand.N(10); wanted > 0; wanted-- {
		select {
		case <-changed:
		case <-limit:
			v.t.Error("nothing is written any more")
			wanted = 0
		}
	}
	close(over)
	time.Sleep(rand.N(2 * time.Millisecond)) // any moment will do
	v.kill()
	wg.Wait()
}

// victim is a process that serves the file.
type victim struct {
	t    *testing.T
	url  string
	http *http.Client
	kill func()
}

func startVictim(t *testing.T, file string) *victim {
	t.Helper()
	cmd, in := victimOf(t, file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	v := &victim{t: t, http: &http.Client{Transport: transport}, kill: sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		in.Close()
		transport.CloseIdleConnections()
	})}
	t.Cleanup(v.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if v.url = strings.TrimSpace(line); err != nil || !strings.HasPrefix(v.url, "http://") {
		t.Fatalf("the process says %q, %v", line, err)
	}
	return v
}

// victimOf is the process before it starts. It ends when in does.
func victimOf(t *testing.T, file string) (cmd *exec.Cmd, in io.Closer) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimData+"="+file)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	return cmd, in
}

// do fails when the process is killed before it has answered.
func (v *victim) do(method, path string, body, into any) (int, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(context.Background(), method, v.url+path, bytes.NewReader(encoded))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer key")
	response, err := v.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, into)
	}
	return response.StatusCode, err
}

// fates are roles and versions of agents by key.
type fates map[string]string

// only are the fates of those that are in one of the others.
func (f fates) only(others ...fates) fates {
	found := fates{}
	for key, fate := range f {
		if slices.ContainsFunc(others, func(other fates) bool { return other[key] != "" }) {
			found[key] = fate
		}
	}
	return found
}

// crashWriter changes agents of its own, one change after the other.
type crashWriter struct {
	t            *testing.T
	prefix       string
	number       int
	acknowledged int
	agents       fates
	// before and after are what the change did that nobody answered: one of them is true.
	before, after fates
	tasks         map[string]string // id -> status when it is looked at after a crash
}

// change reports whether one more change was answered.
func (w *crashWriter) change(v *victim) bool {
	w.number++
	keys := slices.Sorted(maps.Keys(w.agents))
	if len(keys) < 2 {
		return w.create(v)
	}
	key := keys[rand.N(len(keys))]
	switch choice := rand.N(10); {
	case choice < 3:
		return w.create(v)
	case choice < 6:
		return w.update(v, key, key)
	case choice < 7:
		return w.update(v, key, w.fresh())
	case choice < 9 && len(keys) < 20:
		return w.run(v, key)
	}
	w.before, w.after = fates{key: w.agents[key]}, fates{}
	return w.settle(v.do("DELETE", "/v2/agents/"+key, nil, nil))
}

func (w *crashWriter) fresh() string { return fmt.Sprintf("%s%d", w.prefix, w.number) }

func (w *crashWriter) create(v *victim) bool {
	key, role := w.fresh(), fmt.Sprintf("role %d", w.number)
	w.before, w.after = fates{}, fates{key: role + " 1.0.0"}
	return w.settle(v.do("POST", "/v2/agents", agentBody(key, object{"role": role}), &orq.Agent{}))
}

func (w *crashWriter) update(v *victim, key, to string) bool {
	var role string
	var version int
	if _, err := fmt.Sscanf(w.agents[key], "role %s 1.0.%d", &role, &version); err != nil {
		w.t.Error(err)
		return false
	}
	role = fmt.Sprintf("role %d", w.number)
	w.before, w.after = fates{key: w.agents[key]}, fates{to: fmt.Sprintf("%s 1.0.%d", role, version+1)}
	return w.settle(v.do("PATCH", "/v2/agents/"+key, object{"key": to, "role": role, "versionIncrement": "patch"}, &orq.Agent{}))
}

// run starts a task that is done, or one that is not when the process ends.
func (w *crashWriter) run(v *victim, key string) bool {
	message, status := say("hi", object{"configuration": object{"blocking": true}}), "completed"
	if w.number%2 == 0 {
		message, status = say("/slow 10m"), "failed: the sandbox stopped while the task was running"
	}
	var task orq.Task
	ok := w.settle(v.do("POST", "/v2/agents/"+key+"/task", message, &task))
	if ok {
		w.tasks[key+"/responses/"+task.ID] = status
	}
	return ok
}

// settle takes note of an answer, or of none.
func (w *crashWriter) settle(status int, err error) bool {
	if err != nil {
		return false
	}
	if status >= 300 {
		w.t.Errorf("status %d for %v -> %v", status, w.before, w.after)
		return false
	}
	for key := range w.before {
		delete(w.agents, key)
	}
	maps.Copy(w.agents, w.after)
	w.before, w.after = nil, nil
	return true
}

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
