package crash_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// object is a JSON object.
type object = map[string]any

// agentStates maps the key of an agent to its role and version.
type agentStates map[string]string

// filter returns the states of the agents that are in one of the others.
func (f agentStates) filter(others ...agentStates) agentStates {
	found := agentStates{}
	for key, state := range f {
		if slices.ContainsFunc(others, func(other agentStates) bool { return other[key] != "" }) {
			found[key] = state
		}
	}
	return found
}

// crashWriter makes one change after the other to agents of its own.
type crashWriter struct {
	t            *testing.T
	prefix       string
	number       int
	acknowledged int
	agents       agentStates
	// before and after are the states of the changed agents around a change that was not acknowledged. Either is correct.
	before, after agentStates
	// tasks maps the path of a task to its expected status after a crash.
	tasks map[string]string
}

// change makes one change and reports whether it was acknowledged.
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
		return w.update(v, key, w.newKey())
	case choice < 9 && len(keys) < 20:
		return w.run(v, key)
	}
	w.before, w.after = agentStates{key: w.agents[key]}, agentStates{}
	return w.record(v.do("DELETE", "/v2/agents/"+key, nil, nil))
}

func (w *crashWriter) newKey() string { return fmt.Sprintf("%s%d", w.prefix, w.number) }

func (w *crashWriter) create(v *victim) bool {
	key, role := w.newKey(), fmt.Sprintf("role %d", w.number)
	agent := object{
		"key": key, "role": role, "description": "Tests things", "instructions": "Be exact.", "path": "Default/tests",
		"model": "openai/gpt-4o", "settings": object{},
	}
	w.before, w.after = agentStates{}, agentStates{key: role + " 1.0.0"}
	return w.record(v.do("POST", "/v2/agents", agent, &orq.Agent{}))
}

func (w *crashWriter) update(v *victim, key, to string) bool {
	var role string
	var version int
	if _, err := fmt.Sscanf(w.agents[key], "role %s 1.0.%d", &role, &version); err != nil {
		w.t.Error(err)
		return false
	}
	role = fmt.Sprintf("role %d", w.number)
	w.before, w.after = agentStates{key: w.agents[key]}, agentStates{to: fmt.Sprintf("%s 1.0.%d", role, version+1)}
	return w.record(v.do("PATCH", "/v2/agents/"+key, object{"key": to, "role": role, "versionIncrement": "patch"}, &orq.Agent{}))
}

// run runs a task to its end, or starts one that is still running when the process is killed.
func (w *crashWriter) run(v *victim, key string) bool {
	text, blocking, status := "hi", true, "completed"
	if w.number%2 == 0 {
		text, blocking, status = "/slow 10m", false, "failed: the sandbox stopped while the task was running"
	}
	message := object{"role": "user", "parts": []object{{"kind": "text", "text": text}}}
	var task orq.Task
	ok := w.record(v.do("POST", "/v2/agents/"+key+"/task", object{"message": message, "configuration": object{"blocking": blocking}}, &task))
	if ok {
		w.tasks[key+"/responses/"+task.ID] = status
	}
	return ok
}

// record updates the expected agents after a response. Without one the change stays uncertain.
func (w *crashWriter) record(status int, err error) bool {
	if err != nil {
		return false
	}
	if status >= 300 {
		w.t.Errorf("status of the change from %v to %v = %d, want 2xx", w.before, w.after, status)
		return false
	}
	for key := range w.before {
		delete(w.agents, key)
	}
	maps.Copy(w.agents, w.after)
	w.before, w.after = nil, nil
	return true
}
