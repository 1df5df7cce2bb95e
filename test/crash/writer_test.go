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
	agent := object{
		"key": key, "role": role, "description": "Tests things", "instructions": "Be exact.", "path": "Default/tests",
		"model": "openai/gpt-4o", "settings": object{},
	}
	w.before, w.after = fates{}, fates{key: role + " 1.0.0"}
	return w.settle(v.do("POST", "/v2/agents", agent, &orq.Agent{}))
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
	text, blocking, status := "hi", true, "completed"
	if w.number%2 == 0 {
		text, blocking, status = "/slow 10m", false, "failed: the sandbox stopped while the task was running"
	}
	message := object{"role": "user", "parts": []object{{"kind": "text", "text": text}}}
	var task orq.Task
	ok := w.settle(v.do("POST", "/v2/agents/"+key+"/task", object{"message": message, "configuration": object{"blocking": blocking}}, &task))
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
