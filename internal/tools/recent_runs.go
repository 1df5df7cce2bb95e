package tools

import (
	linked "container/list"
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// Bounds of RecentRuns. An entry takes about 1 kB at most, so that all of them take 8 MB at most.
const (
	recentRunsFor       = time.Hour
	maxRecentRuns       = 8192
	maxRecentPerCaller  = 64
	maxRecentNameLength = 256 // bytes of a key or a task id
)

// Caller identifies who calls, by an MCP session and the API key of the request. The zero Caller is nobody known.
type Caller struct{ Session, Key string }

// RecentRuns remembers the newest run that each caller started on each agent, for an hour. A caller that gave up before the result
// can so look the run up without its task id. Its methods may be called by several goroutines, and on nil, which remembers nothing.
type RecentRuns struct {
	mu       sync.Mutex
	byCaller map[callerHash]map[string]*recentRun
	// order has the runs in byCaller, the oldest first.
	order linked.List
}

// callerHash stands for a Caller, so that no API key is kept.
type callerHash [sha256.Size]byte

// recentRun is a run that was started; a nil one is not remembered.
type recentRun struct {
	runs    *RecentRuns
	caller  callerHash
	agent   string
	started time.Time
	element *linked.Element
	// task is the id of its task; "" until orq.ai has named it.
	task string
	// before is the run of the same caller and agent that this one replaced; it has none before it.
	before *recentRun
}

// NewRecentRuns returns an empty memory.
func NewRecentRuns() *RecentRuns {
	return &RecentRuns{byCaller: map[callerHash]map[string]*recentRun{}}
}

// start remembers that caller starts a run of an agent, whose task is not known yet. key may name a version.
func (r *RecentRuns) start(caller Caller, key string) *recentRun {
	agent, _, _ := strings.Cut(key, "@")
	if r == nil || caller == (Caller{}) || len(agent) > maxRecentNameLength {
		return nil
	}
	run := &recentRun{runs: r, caller: hashOf(caller), agent: agent, started: time.Now()}
	r.mu.Lock()
	defer r.mu.Unlock()
	for front := r.order.Front(); front != nil; front = r.order.Front() {
		oldest := front.Value.(*recentRun) //nolint:forcetypeassert // the list holds nothing else
		if r.order.Len() < maxRecentRuns && time.Since(oldest.started) < recentRunsFor {
			break
		}
		r.remove(oldest)
	}
	if replaced := r.byCaller[run.caller][agent]; replaced != nil {
		if run.before = replaced; replaced.task == "" {
			run.before = replaced.before
		}
		r.remove(replaced)
		replaced.before = nil
	} else if own := r.byCaller[run.caller]; len(own) >= maxRecentPerCaller {
		r.remove(oldestOf(own))
	}
	r.add(run)
	return run
}

// add makes run the newest of its caller and agent. The caller of add holds the lock.
func (r *RecentRuns) add(run *recentRun) {
	if r.byCaller[run.caller] == nil {
		r.byCaller[run.caller] = map[string]*recentRun{}
	}
	r.byCaller[run.caller][run.agent] = run
	run.element = r.order.PushBack(run)
}

// remove forgets run. The caller of remove holds the lock.
func (r *RecentRuns) remove(run *recentRun) {
	r.order.Remove(run.element)
	delete(r.byCaller[run.caller], run.agent)
	if len(r.byCaller[run.caller]) == 0 {
		delete(r.byCaller, run.caller)
	}
}

// named records the task of the run.
func (run *recentRun) named(task string) {
	if run == nil || len(task) > maxRecentNameLength {
		return
	}
	run.runs.mu.Lock()
	defer run.runs.mu.Unlock()
	run.task = task
}

// refused records that the run was not started: the one before it is the newest again.
func (run *recentRun) refused() {
	if run == nil {
		return
	}
	r := run.runs
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byCaller[run.caller][run.agent] != run {
		return
	}
	r.remove(run)
	if run.before != nil {
		r.add(run.before)
	}
}

// newest returns the task of the newest run that caller started on an agent, and when it started. The error states why there is
// none.
func (r *RecentRuns) newest(caller Caller, key string) (task string, started time.Time, err error) {
	agent, _, _ := strings.Cut(key, "@")
	if r == nil || caller == (Caller{}) {
		return "", started, unknownRun(agent)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	run := r.byCaller[hashOf(caller)][agent]
	switch {
	case run == nil || time.Since(run.started) >= recentRunsFor:
		return "", started, unknownRun(agent)
	case run.task == "":
		return "", started, &callerError{fmt.Sprintf("get_agent_response was not sent: orq.ai has not named the task of the newest run of agent %s, which you started %.0f s ago. "+
			"Call again in a few seconds. If it stays so, the run can be neither looked up nor continued, and may act all the same.",
			agent, time.Since(run.started).Seconds())}
	}
	return run.task, run.started, nil
}

// unknownRun is the error about an agent of which the caller started no run that is remembered.
func unknownRun(agent string) error {
	return &schema.ArgumentError{Problems: []schema.Problem{{Path: "task_id", Message: fmt.Sprintf("required, because no run of agent %s that you "+
		"started is remembered; one is for an hour, for the session or, without sessions, the API key that started it. orq.ai's invoke_agent "+
		"and run_agent return the task_id", agent)}}}
}

func hashOf(caller Caller) callerHash {
	return sha256.Sum256([]byte(caller.Session + "\x00" + caller.Key))
}

// oldestOf returns the run that was started first.
func oldestOf(runs map[string]*recentRun) *recentRun {
	var oldest *recentRun
	for _, run := range runs {
		if oldest == nil || run.started.Before(oldest.started) {
			oldest = run
		}
	}
	return oldest
}
