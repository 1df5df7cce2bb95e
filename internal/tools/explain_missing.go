package tools

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// explainMissing tells what does not exist, and for an agent which keys are like the one given.
func explainMissing(ctx context.Context, call *Call, subject *subjectError, message, what string) string {
	missing := missingThing(message, subject)
	switch {
	case missing == theTask:
		return fmt.Sprintf("There is no task %s of agent %s: %s Check both; invoke_agent returns the task_id.", subject.taskID, subject.key, what)
	case missing != theAgent:
		return what + " Check the names given and ORQ_BASE_URL."
	}
	text := fmt.Sprintf("No agent has the key %s.", subject.key)
	if near := nearestKeys(ctx, call, subject.key); len(near) > 0 {
		return text + " Closest: " + strings.Join(near, ", ") + "."
	}
	return text + " list_agents shows the agents there are."
}

// thing is what an answer of 404 speaks of.
type thing int

const (
	somethingElse thing = iota
	theAgent
	theTask
)

// missingThing finds out what a message of 404 speaks of. The service has no codes for that, and one answer for an agent
// and for a task that it does not have: then it is the task, because who has its id has had the agent.
func missingThing(message string, subject *subjectError) thing {
	if subject.key == "" {
		return somethingElse
	}
	message = strings.ToLower(message)
	for _, name := range []string{subject.key, subject.taskID} { // which may hold any word
		if name != "" {
			message = strings.ReplaceAll(message, strings.ToLower(name), "")
		}
	}
	words := strings.FieldsFunc(message, func(r rune) bool { return r < 'a' || r > 'z' })
	speaksOf := func(names ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(names, word) })
	}
	nothing := slices.Equal(words, []string{"not", "found"})
	switch {
	case subject.taskID != "" && (nothing || speaksOf("task", "response")):
		return theTask
	case subject.made || speaksOf("model", "project", "tool", "knowledge", "memory", "evaluator", "guardrail", "workspace", "version"):
		return somethingElse
	case nothing || speaksOf("agent"):
		return theAgent
	}
	return somethingElse
}

// askingNearest is how long it may take to find out what agents there are.
const askingNearest = 3 * time.Second

// nearestKeys asks for one page of agents and returns the keys most like the given one.
func nearestKeys(ctx context.Context, call *Call, key string) []string {
	ctx, cancel := context.WithTimeout(ctx, askingNearest)
	defer cancel()
	list, err := call.Orq.ListAgents(ctx, orq.ListOptions{Limit: 200})
	if err != nil {
		return nil
	}
	keys := make([]string, len(list.Data))
	for i, agent := range list.Data {
		keys[i] = agent.Key
	}
	return schema.Nearest(key, keys, 3)
}
