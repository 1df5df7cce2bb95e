package tools

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
)

// operation is an operation of the API that takes a body, and the tool that sends it.
type operation struct {
	method, path, tool string
	// besides are the arguments that are no part of the body.
	besides fields
	// flat writes a body as arguments in the advertised form; it may change the body.
	flat func(fields) fields
	// says tells that a body has a message.
	says bool
}

func operations() map[string]operation {
	return map[string]operation{
		"create":          {http.MethodPost, "/v2/agents", "create_agent", nil, flatAgent, false},
		"update":          {http.MethodPatch, "/v2/agents/{agent_key}", "update_agent", fields{"key": "scout"}, flatUpdate, false},
		"register":        {http.MethodPost, "/v2/agents/a2a", "register_a2a_agent", nil, flatHeaders, false},
		"invoke":          {http.MethodPost, "/v2/agents/{key}/task", "invoke_agent", fields{"key": "scout", "mode": modeBackground}, flatInvocation, true},
		"stream an agent": {http.MethodPost, "/v2/agents/{key}/stream-task", "invoke_agent", fields{"key": "scout", "mode": modeStream}, flatInvocation, true},
		"run":             {http.MethodPost, "/v2/agents/run", "run_agent", fields{"mode": modeBackground}, flatRun, true},
		"stream a run":    {http.MethodPost, "/v2/agents/stream-run", "run_agent", fields{"mode": modeStream}, flatRun, true},
	}
}

// arguments are those of a call that stands for a body: in the advertised form, or with the body as it is.
func (o operation) arguments(body fields, own bool) fields {
	arguments := maps.Clone(body)
	if o.tool == "update_agent" { // whose key names the agent
		moved(arguments, "key", "new_key")
	}
	if !own {
		arguments = o.flat(arguments)
	}
	maps.Copy(arguments, o.besides)
	return arguments
}

// bodies are those of the contract, split where a call cannot say all that one says.
func (o operation) bodies(all contract.Bodies, own bool) []fields {
	var bodies []fields
	for _, body := range all.Values {
		if o.says {
			bodies = append(bodies, sayings(body.(fields), own)...)
		} else {
			bodies = append(bodies, body.(fields))
		}
	}
	return bodies
}

// onlyInOwnForm is what no advertised argument stands for: a message's id, and the errors that a caller reports in place
// of an answer. A message in the API's own form has them.
var onlyInOwnForm = []string{".message.messageId", ".message.parts[].code", ".message.parts[].error"}

// TestEveryPropertyOfTheContractIsReachedByArguments writes bodies made out of the contract's schemas as arguments, in
// the advertised form and in the API's own, and wants each of them to arrive as it is.
func TestEveryPropertyOfTheContractIsReachedByArguments(t *testing.T) {
	t.Parallel()
	contract.Require(t)
	var reached, total atomic.Int64
	t.Cleanup(func() { t.Logf("reached %d of %d properties", reached.Load(), total.Load()) })
	for name, o := range operations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := contract.BodiesOf(t, o.method, o.path)
			s := serve(t, accept(t))
			missed := map[bool][]string{}
			for _, own := range []bool{false, true} {
				arrived := map[string]bool{}
				for _, body := range o.bodies(all, own) {
					if s.delivers(t, o, body, own) {
						maps.Copy(arrived, contract.PathsIn(body))
					}
				}
				for _, path := range slices.Sorted(maps.Keys(all.Properties)) {
					if !arrived[path] {
						missed[own] = append(missed[own], path)
					}
				}
			}
			n := len(all.Properties) - len(missed[true])
			t.Logf("reached %d of %d properties, %d of them in the advertised form", n, len(all.Properties), len(all.Properties)-len(missed[false]))
			reached.Add(int64(n))
			total.Add(int64(len(all.Properties)))
			if missed[true] != nil {
				t.Errorf("no argument in the API's own form reaches %v", missed[true])
			}
			want := []string(nil)
			if o.says {
				want = onlyInOwnForm
			}
			if diff := cmp.Diff(want, missed[false]); diff != "" {
				t.Errorf("what no advertised argument reaches (-want +got):\n%s", diff)
			}
		})
	}
}

// delivers calls the tool with the arguments for a body, and tells whether that body is what was sent.
func (s *service) delivers(t *testing.T, o operation, body fields, own bool) bool {
	t.Helper()
	s.forget()
	arguments := encode(t, o.arguments(copied(t, body), own))
	if result := s.use(t, o.tool, arguments); result.IsError {
		t.Errorf("refused: %s\n%.300s", textOf(t, result), arguments)
		return false
	}
	sent := s.written()
	if len(sent) != 1 {
		t.Errorf("received %v, want one request with a body", s.lines())
		return false
	}
	if diff := cmp.Diff(body, copied(t, json.RawMessage(sent[0].body))); diff != "" {
		t.Errorf("body (-contract +sent), API's own form %t:\n%s", own, diff)
		return false
	}
	return true
}

// copied is a JSON object, read anew.
func copied(t *testing.T, object any) fields {
	t.Helper()
	var fresh fields
	if err := json.Unmarshal([]byte(encode(t, object)), &fresh); err != nil {
		t.Fatal(err)
	}
	return fresh
}
