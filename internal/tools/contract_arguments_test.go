package tools

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
)

// inputs are what the tools decode their arguments into.
var inputs = map[string]reflect.Type{
	"list_agents": reflect.TypeFor[listAgentsInput](), "get_agent": reflect.TypeFor[getAgentInput](),
	"create_agent": reflect.TypeFor[createAgentInput](), "update_agent": reflect.TypeFor[updateAgentInput](),
	"delete_agent": reflect.TypeFor[deleteAgentInput](), "register_a2a_agent": reflect.TypeFor[registerA2AAgentInput](),
	"refresh_agent_card": reflect.TypeFor[refreshAgentCardInput](), "invoke_agent": reflect.TypeFor[invokeAgentInput](),
	"run_agent": reflect.TypeFor[runAgentInput](), "get_agent_response": reflect.TypeFor[getAgentResponseInput](),
}

// unsent are the arguments that change nothing of what is sent, by tool.
var unsent = map[string]map[string]string{
	"list_agents":        {"search": "chooses among what was fetched", "detail": "chooses what is shown"},
	"get_agent":          {"field": "chooses what is shown", "offset": "chooses what is shown"},
	"delete_agent":       {"confirm": "must equal key, or nothing is sent"},
	"get_agent_response": {"wait_seconds": "says how long to poll", "offset": "chooses what is shown"},
	"create_agent":       onlyValues,
	"update_agent":       onlyValues,
	"invoke_agent":       {"wait_seconds": "says how long to poll"},
	"run_agent": {
		"wait_seconds":                         "says how long to poll",
		"model_settings.parameters.cache.type": "has one value", "model_settings.parameters.load_balancer.type": "has one value",
		"fallback_models[].parameters.cache.type": "has one value", "fallback_models[].parameters.load_balancer.type": "has one value",
	},
}

// onlyValues are sent, but cannot be changed: they have one value.
var onlyValues = map[string]string{
	"model_settings.parameters.cache.type":            "has one value",
	"model_settings.parameters.load_balancer.type":    "has one value",
	"fallback_models[].parameters.cache.type":         "has one value",
	"fallback_models[].parameters.load_balancer.type": "has one value",
}

// plainCalls hold every argument of the tools that send no body.
var plainCalls = map[string][]fields{
	"list_agents": {
		{"limit": 7.0, "cursor": "c", "type": "a2a"},
		{"limit": 200.0, "before": "b", "search": "words", "detail": "full"},
	},
	"get_agent":          {{"key": "support", "field": "model.id", "offset": 1.0}},
	"delete_agent":       {{"key": "support", "confirm": "support"}},
	"refresh_agent_card": {{"key": "support"}},
	"get_agent_response": {{"key": "support", "task_id": "t1", "wait_seconds": 5.0, "offset": 1.0}},
}

// TestEveryArgumentChangesWhatIsSent takes arguments that are sent as they are, changes one at a time, and wants another
// request. That its value is in there is what TestEveryPropertyOfTheContractIsReachedByArguments proves.
func TestEveryArgumentChangesWhatIsSent(t *testing.T) {
	t.Parallel()
	contract.Require(t)
	for _, tool := range all(t) {
		t.Run(tool.Name, func(t *testing.T) {
			t.Parallel()
			s := serveInBubble(t, accept(t))
			var calls []made
			for _, call := range slices.Concat(plainCalls[tool.Name], bodyCalls(t, tool.Name)) {
				call = copied(t, call)
				requests, ok := s.sent(t, tool.Name, call)
				if !ok {
					t.Fatalf("refused: %v", call)
				}
				calls = append(calls, made{call, requests})
			}
			arguments := argumentsOf(inputs[tool.Name], "")
			var same []string
			for _, argument := range arguments {
				among := calls
				if unsent[tool.Name][argument.path] != "" {
					among = calls[:min(2, len(calls))] // more take seconds, and have no other arguments
				}
				if !slices.ContainsFunc(among, func(call made) bool { return s.depends(t, tool.Name, call, argument) }) {
					same = append(same, argument.path)
				}
			}
			slices.Sort(same)
			want := slices.Sorted(maps.Keys(unsent[tool.Name]))
			if diff := cmp.Diff(want, same); diff != "" {
				t.Errorf("arguments that change nothing (-listed +found):\n%s", diff)
			}
			t.Logf("%d of %d arguments change what is sent", len(arguments)-len(same), len(arguments))
		})
	}
}

// bodyCalls are the arguments of the calls that send all of the contract's bodies.
func bodyCalls(t *testing.T, tool string) []fields {
	t.Helper()
	var calls []fields
	for _, o := range operations() {
		if o.tool != tool {
			continue
		}
		bodies := o.bodies(contract.BodiesOf(t, o.method, o.path), false)
		if o.besides["mode"] == modeStream {
			bodies = bodies[:1] // of which only the time is new
		}
		for _, body := range bodies {
			call := o.arguments(copied(t, body), false)
			if o.says {
				call["wait_seconds"] = 0.0
			}
			calls = append(calls, call)
		}
	}
	return calls
}

// argument is a place for a value in the input of a tool.
type argument struct {
	path string // like tools[].arguments.*.type
	tag  reflect.StructTag
}

// argumentsOf are all arguments within a type, advertised or not.
func argumentsOf(t reflect.Type, at string) []argument {
	var all []argument
	for field := range t.Fields() {
		if field.Anonymous {
			all = append(all, argumentsOf(field.Type, at)...)
			continue
		}
		if field.Tag.Get("json") == "-" {
			continue
		}
		path, inner := at+field.Tag.Get("json"), field.Type
		path = strings.TrimSuffix(path, ",omitzero")
		for done := false; !done; {
			switch inner.Kind() {
			case reflect.Pointer:
				inner = inner.Elem()
			case reflect.Slice:
				inner, path = inner.Elem(), path+"[]"
			case reflect.Map:
				inner, path = inner.Elem(), path+".*"
			default:
				done = true
			}
		}
		if inner.Kind() == reflect.Struct && named(inner) {
			all = append(all, argumentsOf(inner, path+".")...)
			continue
		}
		all = append(all, argument{strings.TrimRight(path, ".*[]"), field.Tag})
	}
	return all
}

// named tells whether the fields of a type are arguments; others decode themselves.
func named(t reflect.Type) bool {
	for field := range t.Fields() {
		if field.Tag.Get("json") == "" {
			return false
		}
	}
	return true
}

// made is a call with the requests that it makes.
type made struct {
	arguments fields
	requests  []received
}

// depends tells whether some other value of an argument, or none, is accepted and makes another request.
func (s *service) depends(t *testing.T, tool string, call made, a argument) bool {
	t.Helper()
	for _, at := range placesOf(call.arguments, strings.Split(a.path, ".")) {
		given := at.object[at.name]
		for _, other := range append([]any{nil}, a.others(given)...) {
			if at.object[at.name] = other; other == nil {
				delete(at.object, at.name)
			}
			changed := call.arguments
			if tool == "delete_agent" && a.path == "key" { // which is given twice
				changed = fields{"key": changed["key"], "confirm": changed["key"]}
			}
			requests, ok := s.sent(t, tool, changed)
			at.object[at.name] = given
			if ok && !slices.Equal(call.requests, requests) {
				return true
			}
		}
	}
	return false
}

// sent are the requests that a call makes; false when it is refused.
func (s *service) sent(t *testing.T, tool string, call fields) ([]received, bool) {
	t.Helper()
	s.forget()
	failed := s.use(t, tool, encode(t, call)).IsError
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received, !failed
}

var enumValue = regexp.MustCompile(`enum=([^,"]+)`)

// others are values that an argument may have instead of one.
func (a argument) others(value any) []any {
	var others []any
	for _, match := range enumValue.FindAllStringSubmatch(string(a.tag), -1) {
		others = append(others, match[1])
	}
	switch value := value.(type) {
	case string:
		return append(others, value+"x", "current_date", "aGk=")
	case bool:
		return append(others, !value)
	case float64:
		return append(others, value+1, value-1)
	}
	return others
}

// place is where an argument is within a call.
type place struct {
	object fields
	name   string
}

func placesOf(value any, path []string) []place {
	object, ok := value.(fields)
	if !ok {
		return nil
	}
	name, isList := strings.CutSuffix(path[0], "[]")
	if name == "*" {
		name = "x-extra"
	}
	member, given := object[name]
	switch {
	case !given:
		return nil
	case len(path) == 1:
		return []place{{object, name}}
	case !isList:
		return placesOf(member, path[1:])
	}
	var all []place
	items, _ := member.([]any)
	for _, item := range items {
		all = append(all, placesOf(item, path[1:])...)
	}
	return all
}

// TestTheInputsAreThoseOfTheTools compares the names of their arguments with what is advertised.
func TestTheInputsAreThoseOfTheTools(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		var advertised struct{ Properties map[string]any }
		if err := json.Unmarshal(tool.InputSchema, &advertised); err != nil {
			t.Fatal(err)
		}
		known := argumentsOf(inputs[tool.Name], "")
		for name := range advertised.Properties {
			if !slices.ContainsFunc(known, func(a argument) bool { return strings.TrimRight(strings.SplitN(a.path, ".", 2)[0], "[]") == name }) {
				t.Errorf("%s has another argument: %s", tool.Name, name)
			}
		}
	}
}
