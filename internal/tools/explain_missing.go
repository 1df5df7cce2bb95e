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

// explainMissing explains a 404: what does not exist and, for an agent, which keys are similar to the given
// one.
func explainMissing(ctx context.Context, call *Call, tool Spec, subject *subjectError, api *orq.APIError) string {
	message := missingName(api)
	missing := classifyMissing(message, subject)
	switch {
	case missing == missingTask:
		return fmt.Sprintf("There is no task %s of agent %s: %s%s Check both; orq.ai's invoke_agent returns the task_id.",
			subject.taskID, subject.key, answered(api, ""), nothingDone(tool, subject))
	case missing != missingAgent:
		return answered(api, subject.about()) + nothingDone(tool, subject) + nearestBlocks(ctx, call, subject.blocks, message) + " Check the names given and ORQ_BASE_URL."
	}
	ctx, cancel := context.WithTimeout(ctx, nearestKeysTimeout)
	defer cancel()
	text := fmt.Sprintf("No agent has the key %s (%d).", subject.key, api.Status)
	near := nearestKeys(ctx, call, subject.key)
	switch {
	case slices.Contains(near, subject.key) || strings.HasPrefix(api.Operation, "POST ") && call.Orq.HasAgent(ctx, subject.key):
		return answered(api, subject.about()) + " But there is an agent with the key " + subject.key + ": the server may lack this operation. Check ORQ_BASE_URL."
	case len(near) > 0:
		return text + " Closest: " + strings.Join(near, ", ") + "."
	}
	return text + " orq.ai's list_agents shows the agents there are."
}

// missingName is the message of a 404. The Responses API names an agent in the field model, which is then not about a model.
func missingName(api *orq.APIError) string {
	if strings.HasSuffix(api.Operation, "/v3/router/responses") {
		return strings.TrimPrefix(api.Message, "model:")
	}
	return api.Message
}

// missingKind is what a 404 is about.
type missingKind int

const (
	missingOther missingKind = iota
	missingAgent
	missingTask
)

// classifyMissing finds out from the message of a 404 what is missing, because the service has no codes for it. A message that
// fits both an agent and its task is taken to be about the task: a caller that has its id has also had the agent.
func classifyMissing(message string, subject *subjectError) missingKind {
	if subject.key == "" {
		return missingOther
	}
	message = strings.ToLower(message)
	for _, name := range []string{subject.key, subject.taskID} { // they may contain any word
		if name != "" {
			message = strings.ReplaceAll(message, strings.ToLower(name), "")
		}
	}
	words := strings.FieldsFunc(message, func(r rune) bool { return r < 'a' || r > 'z' })
	mentions := func(names ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(names, word) })
	}
	unspecific := slices.Equal(words, []string{"not", "found"})
	switch {
	case subject.taskID != "" && (unspecific || mentions("task", "response")):
		return missingTask
	case subject.creates || mentions("model", "project", "tool", "knowledge", "memory", "evaluator", "guardrail", "workspace", "version"):
		return missingOther
	case unspecific || mentions("agent"):
		return missingAgent
	}
	return missingOther
}

// nearestKeysTimeout bounds the requests that find out what is missing and what has a similar name.
const nearestKeysTimeout = 3 * time.Second

// nearestKeys fetches one page of agents, and one of external agents, and returns the keys most similar to key.
func nearestKeys(ctx context.Context, call *Call, key string) []string {
	list, err := call.Orq.ListAgents(ctx, orq.ListOptions{Limit: 200})
	if err != nil {
		return nil
	}
	keys := make([]string, 0, len(list.Data))
	for _, agent := range list.Data {
		keys = append(keys, agent.Key)
	}
	if external, err := call.Orq.ListExternalAgents(ctx, orq.ListOptions{Limit: 200}); err == nil {
		for _, agent := range external.Data {
			keys = append(keys, agent.Key)
		}
	}
	return schema.Nearest(key, keys, 3)
}
