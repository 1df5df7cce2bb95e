package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// What a request leaves out has the default that the contract gives it, wherever in the body it is.
func TestDefaultsOfTheContract(t *testing.T) {
	t.Parallel()
	card := serveCard(t, cardV03)
	trips := roundTrips(card.URL)
	for name, want := range map[string]int{"create": 20, "run": 20, "register": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held := trips[name].holdsDefaults(t, false) + trips[name].holdsDefaults(t, true)
			if held != want {
				t.Errorf("%d defaults were left out, want %d", held, want)
			}
		})
	}
}

// holdsDefaults leaves out the properties that have a default, either those in lists or those outside of them, and
// wants the defaults back. It returns how many there are.
func (r roundTrip) holdsDefaults(t *testing.T, inLists bool) (held int) {
	t.Helper()
	w := open(t, sandbox.Options{})
	w.create("friend")
	bodies := contract.BodiesOf(t, r.method, r.operation)
	body := clone(t, bodies.Values[len(bodies.Values)-1]).(object)
	adaptToWorkspace(body, "trip")
	if r.fit != nil {
		r.fit(body)
	}
	want := clone(t, body).(object)
	r.leave(want)
	for path, properties := range bodies.Properties {
		at := slices.IndexFunc(properties, func(p contract.Property) bool { return p.Schema["default"] != nil })
		if at < 0 || strings.Contains(path, "[]") != inLists || path == ".settings.tools[].type" { // which tells tools apart
			continue
		}
		steps := strings.Split(strings.TrimPrefix(path, "."), ".")
		edit(body, steps, func(fields object, name string) { delete(fields, name) })
		met := 0
		edit(want, steps, func(fields object, name string) { fields[name], met = properties[at].Schema["default"], 1 })
		held += met
	}
	if status, answer := w.send(w.request(r.method, r.path, body)); status/100 != 2 {
		t.Fatalf("status %d: %s", status, answer)
	}
	got := call[object](w, 200, "GET", "/v2/agents/trip", nil)
	for _, missing := range missingFrom("", clone(t, asRead(want)), got) {
		t.Error(missing)
	}
	return held
}
