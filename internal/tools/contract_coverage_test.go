package tools

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
)

// operation is an operation of the API that takes a body, and the tool that sends it.
type operation struct {
	edition            contract.Edition
	method, path, tool string
	// extra are the arguments that are not part of the body.
	extra fields
	// flatten converts a body to arguments in the advertised form. It may change the body.
	flatten func(fields) fields
	// hasMessage reports that a body has a message.
	hasMessage bool
}

// operations returns the operations of both editions of the contract, by name.
func operations() map[string]operation {
	both := map[string]operation{}
	for name, o := range map[string]operation{
		"create":          {"", http.MethodPost, "/v2/agents", "create_agent", nil, flatAgent, false},
		"update":          {"", http.MethodPatch, "/v2/agents/{agent_key}", "update_agent", fields{"key": "scout"}, flatUpdate, false},
		"register":        {"", http.MethodPost, "/v2/agents/a2a", "register_a2a_agent", nil, flatHeaders, false},
		"invoke":          {"", http.MethodPost, "/v2/agents/{key}/task", "invoke_agent", fields{"key": "scout", "mode": modeBackground}, flatInvocation, true},
		"stream an agent": {"", http.MethodPost, "/v2/agents/{key}/stream-task", "invoke_agent", fields{"key": "scout", "mode": modeStream}, flatInvocation, true},
		"run":             {"", http.MethodPost, "/v2/agents/run", "run_agent", fields{"mode": modeBackground}, flatRun, true},
		"stream a run":    {"", http.MethodPost, "/v2/agents/stream-run", "run_agent", fields{"mode": modeStream}, flatRun, true},
	} {
		o.edition = contract.March
		both[name+", March"] = o
		if o.tool != "register_a2a_agent" { // only March has the operation
			o.edition = contract.September
			both[name+", September"] = o
		}
	}
	return both
}

// contractBodies returns the bodies that the contract generates for the operation. They also keep rules that the contract of
// September does not express: weights are at most 1 and files are base64, as in March; a file system and a stored tool are named.
func (o operation) contractBodies(t *testing.T) contract.Bodies {
	t.Helper()
	all := o.edition.BodiesOf(t, o.method, o.path)
	for i, body := range all.Values {
		all.Values[i] = jsonCopy(t, body)
		visitObjects(all.Values[i], func(object fields) {
			if object["weight"] != nil {
				object["weight"] = 0.25
			}
			if text, ok := object["bytes"].(string); ok && strings.HasPrefix(text, ".") {
				object["bytes"] = base64.StdEncoding.EncodeToString([]byte(text))
			}
		})
	}
	for i, broken := range all.Broken {
		all.Broken[i].Body = jsonCopy(t, broken.Body)
		visitObjects(all.Broken[i].Body, func(object fields) {
			if object["access_mode"] != nil && object["file_system_id"] == nil {
				object["file_system_key"] = "docs"
			}
			if kind := object["type"]; object["timeout"] != nil && object["key"] == nil && (kind == "http" || kind == "code") {
				object["key"] = "text"
			}
		})
	}
	return all
}

// visitObjects calls visit for every object within value.
func visitObjects(value any, visit func(fields)) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			visitObjects(item, visit)
		}
	case fields:
		visit(value)
		for _, member := range value {
			visitObjects(member, visit)
		}
	}
}

// arguments returns the arguments for a body: flat, as advertised, or the body as it is.
func (o operation) arguments(body fields, apiForm bool) fields {
	arguments := maps.Clone(body)
	if o.tool == "update_agent" { // its argument key names the agent
		renameField(arguments, "key", "new_key")
	}
	if !apiForm {
		arguments = o.flatten(arguments)
	}
	maps.Copy(arguments, o.extra)
	return arguments
}

// bodies returns the contract's bodies. A message with parts that do not go together is split.
func (o operation) bodies(all contract.Bodies, apiForm bool) []fields {
	var bodies []fields
	for _, body := range all.Values {
		if o.hasMessage {
			bodies = append(bodies, splitMessages(body.(fields), apiForm)...)
		} else {
			bodies = append(bodies, body.(fields))
		}
	}
	return bodies
}

// onlyInAPIForm lists the properties that no advertised argument sets, but only a message in the API's form: its id, and errors
// in place of an answer.
var onlyInAPIForm = []string{".message.messageId", ".message.parts[].code", ".message.parts[].error"}

// TestEveryContractPropertyHasAnArgument generates bodies from the contract's schemas, converts them to arguments in the
// advertised form and in the API's form, and checks that each of them is sent unchanged.
func TestEveryContractPropertyHasAnArgument(t *testing.T) {
	t.Parallel()
	contract.Require(t)
	var reached, total atomic.Int64
	t.Cleanup(func() { t.Logf("reached %d of %d properties", reached.Load(), total.Load()) })
	for name, o := range operations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := o.contractBodies(t)
			s := serve(t, accept(t))
			missed := map[bool][]string{}
			for _, apiForm := range []bool{false, true} {
				arrived := map[string]bool{}
				for _, body := range o.bodies(all, apiForm) {
					if s.delivers(t, o, body, apiForm) {
						maps.Copy(arrived, contract.PathsIn(body))
					}
				}
				for _, path := range slices.Sorted(maps.Keys(all.Properties)) {
					if !arrived[path] {
						missed[apiForm] = append(missed[apiForm], path)
					}
				}
			}
			n := len(all.Properties) - len(missed[true])
			t.Logf("reached %d of %d properties, %d of them in the advertised form", n, len(all.Properties), len(all.Properties)-len(missed[false]))
			reached.Add(int64(n))
			total.Add(int64(len(all.Properties)))
			if missed[true] != nil {
				t.Errorf("properties that no argument in the API's form sets = %v, want none", missed[true])
			}
			want := []string(nil)
			if o.hasMessage {
				want = onlyInAPIForm
			}
			if diff := cmp.Diff(want, missed[false]); diff != "" {
				t.Errorf("properties that no advertised argument sets (-want +got):\n%s", diff)
			}
		})
	}
}

// delivers calls the tool with the arguments for a body and reports whether exactly that body was sent.
func (s *service) delivers(t *testing.T, o operation, body fields, apiForm bool) bool {
	t.Helper()
	s.forget()
	arguments := encode(t, o.arguments(jsonCopy(t, body), apiForm))
	if result := s.use(t, o.tool, arguments); result.IsError {
		t.Errorf("call failed with %s, want success\n%.300s", textOf(t, result), arguments)
		return false
	}
	sent := s.written()
	if len(sent) != 1 {
		t.Errorf("received %v, want one request with a body", s.lines())
		return false
	}
	if diff := cmp.Diff(body, jsonCopy(t, json.RawMessage(sent[0].body))); diff != "" {
		t.Errorf("body with apiForm=%t differs (-want +got):\n%s", apiForm, diff)
		return false
	}
	return true
}

// jsonCopy returns a deep copy of a JSON object.
func jsonCopy(t *testing.T, object any) fields {
	t.Helper()
	var c fields
	if err := json.Unmarshal([]byte(encode(t, object)), &c); err != nil {
		t.Fatal(err)
	}
	return c
}
