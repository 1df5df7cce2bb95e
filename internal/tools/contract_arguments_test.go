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

// inputs are the types into which the tools decode their arguments.
var inputs = map[string]reflect.Type{
	"list_agents": reflect.TypeFor[listAgentsInput](), "get_agent": reflect.TypeFor[getAgentInput](),
	"create_agent": reflect.TypeFor[createAgentInput](), "update_agent": reflect.TypeFor[updateAgentInput](),
	"delete_agent": reflect.TypeFor[deleteAgentInput](), "register_a2a_agent": reflect.TypeFor[registerA2AAgentInput](),
	"refresh_agent_card": reflect.TypeFor[refreshAgentCardInput](), "invoke_agent": reflect.TypeFor[invokeAgentInput](),
	"list_building_blocks": reflect.TypeFor[listBuildingBlocksInput](), "run_agent": reflect.TypeFor[runAgentInput](), "get_agent_response": reflect.TypeFor[getAgentResponseInput](),
}

// notSent lists the arguments that do not change the request, by tool, with the reason.
var notSent = map[string]map[string]string{
	"list_agents": {"search": "filters what was fetched", "detail": "selects what is returned"},
	"get_agent":   {"field": "selects what is returned", "offset": "selects what is returned"},
	"list_building_blocks": {
		"search": "filters what was fetched", "limit": "selects what is returned", "cursor": "selects what is returned",
	},
	"delete_agent":       {"confirm": "has to equal key"},
	"get_agent_response": {"wait_seconds": "limits the polling", "offset": "selects what is returned"},
	"invoke_agent":       {"wait_seconds": "limits the polling"},
	"run_agent":          {"wait_seconds": "limits the polling"},
}

// bodilessCalls hold every argument of the tools that send no body.
var bodilessCalls = map[string][]fields{
	"list_agents": {
		{"limit": 7.0, "cursor": "c", "type": "a2a"},
		{"limit": 200.0, "before": "b", "search": "words", "detail": "full"},
	},
	"get_agent":            {{"key": "support", "field": "model.id", "offset": 1.0}},
	"list_building_blocks": {{"kind": "models", "search": "gpt", "limit": 5.0, "cursor": "0~m"}},
	"delete_agent":         {{"key": "support", "confirm": "support"}},
	"refresh_agent_card":   {{"key": "support"}},
	"get_agent_response":   {{"key": "support", "task_id": "t1", "wait_seconds": 5.0, "offset": 1.0}},
}

// callsOfOurOwn hold the arguments that stand for something other than a value of the contract's bodies.
var callsOfOurOwn = map[string][]fields{
	"update_agent": {{"key": "scout", "role": "r", "clear_system_prompt": true}},
	"invoke_agent": {{
		"key": "scout", "message": "m", "mode": modeBackground,
		"limits": map[string]any{"max_iterations": 3.0, "max_execution_time": 60.0, "max_cost": 0.5, "max_depth": 2.0, "tool_timeout": 5.0},
	}},
}

// TestEveryArgumentChangesTheRequest changes one argument at a time and checks that the request changes, too.
// TestEveryContractPropertyHasAnArgument checks that the value itself is sent.
func TestEveryArgumentChangesTheRequest(t *testing.T) {
	t.Parallel()
	contract.Require(t)
	for _, tool := range all(t) {
		t.Run(tool.Name, func(t *testing.T) {
			t.Parallel()
			s := serveInBubble(t, accept(t))
			var calls []recordedCall
			for _, call := range slices.Concat(bodilessCalls[tool.Name], bodyCalls(t, tool.Name), callsOfOurOwn[tool.Name]) {
				call = jsonCopy(t, call)
				requests, ok := s.sent(t, tool.Name, call)
				if !ok {
					t.Fatalf("call with %v failed, want success", call)
				}
				calls = append(calls, recordedCall{call, requests})
			}
			arguments := argumentsOf(inputs[tool.Name], "")
			var same []string
			for _, argument := range arguments {
				candidates := calls
				if notSent[tool.Name][argument.path] != "" {
					candidates = calls[:min(2, len(calls))] // the others have the same arguments and would take seconds
				}
				if !slices.ContainsFunc(candidates, func(call recordedCall) bool { return s.changesRequest(t, tool.Name, call, argument) }) {
					same = append(same, argument.path)
				}
			}
			slices.Sort(same)
			want := slices.Sorted(maps.Keys(notSent[tool.Name]))
			if diff := cmp.Diff(want, same); diff != "" {
				t.Errorf("arguments that do not change the request (-want +got):\n%s", diff)
			}
			t.Logf("%d of %d arguments change the request", len(arguments)-len(same), len(arguments))
		})
	}
}

// bodyCalls returns the arguments of calls that together send all of the contract's bodies.
func bodyCalls(t *testing.T, tool string) []fields {
	t.Helper()
	var calls []fields
	for _, o := range operations() {
		if o.tool != tool {
			continue
		}
		bodies := o.bodies(o.contractBodies(t), false)
		if o.extra["mode"] == modeStream {
			bodies = bodies[:1] // only stream_timeout_seconds is new compared to the other modes
		}
		for _, body := range bodies {
			call := o.arguments(jsonCopy(t, body), false)
			if o.hasMessage {
				call["wait_seconds"] = 0.0
			}
			calls = append(calls, call)
		}
	}
	return calls
}

// argument is a leaf of a tool's input type.
type argument struct {
	path string // such as tools[].arguments.*.type
	tag  reflect.StructTag
}

// argumentsOf returns all arguments within a type, advertised or hidden.
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
		if inner.Kind() == reflect.Struct && hasNamedFields(inner) {
			all = append(all, argumentsOf(inner, path+".")...)
			continue
		}
		all = append(all, argument{strings.TrimRight(path, ".*[]"), field.Tag})
	}
	return all
}

// hasNamedFields reports whether the fields of a struct are arguments. Other structs decode themselves.
func hasNamedFields(t reflect.Type) bool {
	for field := range t.Fields() {
		if field.Tag.Get("json") == "" {
			return false
		}
	}
	return true
}

// recordedCall is a call with the requests that it makes.
type recordedCall struct {
	arguments fields
	requests  []received
}

// changesRequest reports whether the call makes another request with some other value of an argument, or without it.
func (s *service) changesRequest(t *testing.T, tool string, call recordedCall, a argument) bool {
	t.Helper()
	for _, at := range locationsOf(call.arguments, strings.Split(a.path, ".")) {
		given := at.object[at.name]
		for _, other := range append([]any{nil}, a.others(given)...) {
			if at.object[at.name] = other; other == nil {
				delete(at.object, at.name)
			}
			changed := call.arguments
			if tool == "delete_agent" && a.path == "key" { // confirm has to be the same
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

// sent returns the requests that a call makes, and whether it succeeds.
func (s *service) sent(t *testing.T, tool string, call fields) ([]received, bool) {
	t.Helper()
	s.forget()
	failed := s.use(t, tool, encode(t, call)).IsError
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received, !failed
}

var enumValue = regexp.MustCompile(`enum=([^,"]+)`)

// others returns values that an argument may have instead of value.
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

// location is the object and the name of an argument within a call.
type location struct {
	object fields
	name   string
}

// locationsOf returns every location in value at a path; a list has one for each item.
func locationsOf(value any, path []string) []location {
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
		return []location{{object, name}}
	case !isList:
		return locationsOf(member, path[1:])
	}
	var all []location
	items, _ := member.([]any)
	for _, item := range items {
		all = append(all, locationsOf(item, path[1:])...)
	}
	return all
}

// TestInputTypesMatchTheSchemas checks that inputs lists the right types: every advertised argument is a field of them.
func TestInputTypesMatchTheSchemas(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		var advertised struct{ Properties map[string]any }
		if err := json.Unmarshal(tool.InputSchema, &advertised); err != nil {
			t.Fatal(err)
		}
		known := argumentsOf(inputs[tool.Name], "")
		for name := range advertised.Properties {
			if !slices.ContainsFunc(known, func(a argument) bool { return strings.TrimRight(strings.SplitN(a.path, ".", 2)[0], "[]") == name }) {
				t.Errorf("%s: advertised argument %s is not in %v, want it there", tool.Name, name, inputs[tool.Name])
			}
		}
	}
}
