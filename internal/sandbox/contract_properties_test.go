package sandbox_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
)

// roundTrip describes how bodies with all properties of the contract are sent and the agent is read back.
type roundTrip struct {
	edition           contract.Edition
	method, operation string
	path              string // where the bodies are sent
	adapt             func(body object)
	// hidden are the properties that cannot be read back, with the reason.
	hidden map[string]string
}

func roundTrips(agentURL string) map[string]roundTrip {
	const (
		ofTheRun   = "describes the run"
		definition = "is not part of a tool that is read"
		version    = "raises the version"
		unanswered = "is not part of an answer"
		secret     = "is never shown"
	)
	run := map[string]string{
		".task_id": ofTheRun, ".message": ofTheRun, ".variables": ofTheRun, ".identity": ofTheRun, ".contact": ofTheRun,
		".thread": ofTheRun, ".memory": ofTheRun, ".metadata": ofTheRun,
		".settings.tools[].http": definition, ".settings.tools[].code_tool": definition, ".settings.tools[].function": definition,
		".settings.tools[].json_schema": definition, ".settings.tools[].mcp": definition,
	}
	streamRun := maps.Clone(run)
	streamRun[".stream_timeout_seconds"] = ofTheRun
	fitRun := func(body object) {
		delete(body, "task_id")
		body["message"] = say("hi")["message"]
	}
	march, september := contract.March, contract.September
	updated := map[string]string{".versionIncrement": version, ".versionDescription": unanswered}
	withoutA2A := maps.Clone(updated)
	withoutA2A[".a2a"] = "belongs to A2A agents"
	withoutSecret := maps.Clone(updated)
	withoutSecret[".a2a.headers.*.value"] = secret
	return map[string]roundTrip{
		"create":                {march, "POST", "/v2/agents", "/v2/agents", nil, nil},
		"create, September":     {september, "POST", "/v2/agents", "/v2/agents", nil, nil},
		"run":                   {march, "POST", "/v2/agents/run", "/v2/agents/run", fitRun, run},
		"run, September":        {september, "POST", "/v2/agents/run", "/v2/agents/run", fitRun, run},
		"stream-run":            {march, "POST", "/v2/agents/stream-run", "/v2/agents/stream-run", fitRun, streamRun},
		"stream-run, September": {september, "POST", "/v2/agents/stream-run", "/v2/agents/stream-run", fitRun, streamRun},
		"register": {march, "POST", "/v2/agents/a2a", "/v2/agents/a2a", func(body object) {
			body["agent_url"], body["card_url"] = agentURL, agentURL+"/card"
		}, map[string]string{".headers.*.value": secret}},
		"update": {march, "PATCH", "/v2/agents/{agent_key}", "/v2/agents/helper", func(body object) {
			delete(body, "a2a")
		}, withoutA2A},
		"update, September": {september, "PATCH", "/v2/agents/{agent_key}", "/v2/agents/helper", nil, updated},
		"update of an A2A agent": {march, "PATCH", "/v2/agents/{agent_key}", "/v2/agents/far", func(body object) {
			maps.DeleteFunc(body, func(name string, _ any) bool { return slices.Contains(ofInternalAgents, name) })
		}, withoutSecret},
	}
}

var ofInternalAgents = []string{
	"instructions", "system_prompt", "model", "fallback_models", "settings", "memory_stores", "knowledge_bases",
	"team_of_agents", "variables", "engine",
}

func TestEveryPropertyIsReadBack(t *testing.T) {
	t.Parallel()
	card := serveCard(t, cardV03)
	for name, trip := range roundTrips(card.URL) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bodies := trip.edition.BodiesOf(t, trip.method, trip.operation)
			for path := range trip.hidden {
				if _, ok := bodies.Properties[path]; !ok {
					t.Errorf("the contract has no property %s, which is listed as hidden", path)
				}
			}
			for i, value := range bodies.Values {
				w := openFor(t, trip.edition)
				for _, key := range []string{"friend", "helper"} {
					w.create(key)
				}
				w.register("far", card.URL)
				body := clone(t, value).(object) // bodies share their parts
				adaptToWorkspace(body, fmt.Sprintf("trip%d", i))
				if trip.adapt != nil {
					trip.adapt(body)
				}
				if status, answer := w.send(w.request(trip.method, trip.path, body)); status/100 != 2 {
					t.Fatalf("body %d: status %d, want success: %s", i, status, answer)
				}
				trip.removeHidden(body)
				got := call[object](w, 200, "GET", "/v2/agents/"+body["key"].(string), nil)
				for _, missing := range missingFrom("", clone(t, asRead(body)), got) {
					t.Errorf("body %d: property %s", i, missing)
				}
			}
		})
	}
}

// adaptToWorkspace gives a body what the sandbox requires in addition to the contract: a key that is free, a team that
// exists, ids of tools that are ULIDs, and weights of March, whose bounds September does not repeat.
func adaptToWorkspace(body object, key string) {
	body["key"] = key
	for _, member := range items(body["team_of_agents"]) {
		member["key"] = "friend"
	}
	const weight = "parameters.load_balancer.models[].weight"
	for _, path := range []string{"model." + weight, "fallback_models[]." + weight} {
		edit(body, strings.Split(path, "."), func(fields object, name string) { fields[name] = 0.25 })
	}
	settings, _ := body["settings"].(object)
	for _, tool := range items(settings["tools"]) {
		for _, id := range []string{"id", "_id"} {
			if tool[id] != nil {
				tool[id] = "01K00000000000000000000000"
			}
		}
	}
}

func items(value any) []object {
	var all []object
	list, _ := value.([]any)
	for _, item := range list {
		if item, ok := item.(object); ok {
			all = append(all, item)
		}
	}
	return all
}

// removeHidden removes the properties that cannot be read back.
func (r roundTrip) removeHidden(body object) {
	for path := range r.hidden {
		edit(body, strings.Split(strings.TrimPrefix(path, "."), "."), func(fields object, name string) { delete(fields, name) })
	}
}

// edit calls change for each object that holds the property at path.
func edit(value any, path []string, change func(fields object, name string)) {
	name, inList := strings.CutSuffix(path[0], "[]")
	fields, _ := value.(object)
	switch {
	case fields == nil:
	case len(path) == 1:
		change(fields, name)
	case inList:
		for _, item := range items(fields[name]) {
			edit(item, path[1:], change)
		}
	case name == "*":
		for _, member := range fields {
			edit(member, path[1:], change)
		}
	default:
		edit(fields[name], path[1:], change)
	}
}

// asRead converts a request to the shape in which an agent is read.
func asRead(body object) object {
	if id, short := body["model"].(string); short {
		body["model"] = object{"id": id}
	}
	if fallbacks, ok := body["fallback_models"]; ok {
		body["model"].(object)["fallback_models"] = fallbacks
	}
	settings, _ := body["settings"].(object)
	for _, tool := range items(settings["tools"]) {
		rename(tool, "type", "action_type")
		rename(tool, "_id", "id")
	}
	delete(body, "fallback_models")
	if _, external := body["agent_url"]; external {
		connection := object{}
		for _, name := range []string{"agent_url", "card_url", "headers"} {
			connection[name] = body[name]
			delete(body, name)
		}
		body["a2a"] = connection
	}
	return body
}

func rename(fields object, from, to string) {
	if value, ok := fields[from]; ok {
		fields[to] = value
		delete(fields, from)
	}
}

// clone returns a deep copy of value, as encoding/json decodes it.
func clone(t *testing.T, value any) (read any) {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(encoded, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// missingFrom lists the values of want that got lacks or has otherwise. Additional fields of got are ignored.
func missingFrom(at string, want, got any) []string {
	switch want := want.(type) {
	case object:
		var missing []string
		found, _ := got.(object)
		for _, name := range slices.Sorted(maps.Keys(want)) {
			missing = append(missing, missingFrom(at+"."+name, want[name], found[name])...)
		}
		return missing
	case []any:
		found, _ := got.([]any)
		if len(found) != len(want) {
			return []string{fmt.Sprintf("%s: %d entries, want %d", at, len(found), len(want))}
		}
		var missing []string
		for i := range want {
			missing = append(missing, missingFrom(fmt.Sprintf("%s[%d]", at, i), want[i], found[i])...)
		}
		return missing
	}
	if !cmp.Equal(want, got) {
		return []string{fmt.Sprintf("%s: %v, want %v", at, got, want)}
	}
	return nil
}
