package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/contract"
)

// Properties that a request leaves out have the defaults of the contract, wherever in the body they are.
func TestDefaultsOfTheContract(t *testing.T) {
	t.Parallel()
	card := serveCard(t, cardV03)
	trips := roundTrips(card.URL)
	for name, want := range map[string]int{"create": 20, "create, September": 22, "run": 20, "run, September": 22, "register": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checked := trips[name].checkDefaults(t, false) + trips[name].checkDefaults(t, true)
			if checked != want {
				t.Errorf("%d defaults were left out of the bodies, want %d", checked, want)
			}
		})
	}
}

// checkDefaults sends a body without the properties that have a default, either those in lists or those outside of
// them, and requires that they are read back with their defaults. It returns their number.
func (r roundTrip) checkDefaults(t *testing.T, inLists bool) (checked int) {
	t.Helper()
	w := openFor(t, r.edition)
	w.create("friend")
	bodies := r.edition.BodiesOf(t, r.method, r.operation)
	values := bodies.Values
	if _, short := values[len(values)-1].(object)["model"].(string); short {
		values = values[:len(values)-1]
	}
	body := clone(t, values[len(values)-1]).(object)
	adaptToWorkspace(body, "trip")
	if r.adapt != nil {
		r.adapt(body)
	}
	want := clone(t, body).(object)
	r.removeHidden(want)
	for path, properties := range bodies.Properties {
		at := slices.IndexFunc(properties, func(p contract.Property) bool { return p.Schema["default"] != nil })
		if at < 0 || strings.Contains(path, "[]") != inLists || path == ".settings.tools[].type" || // it distinguishes the tools
			path == ".settings.tools[].configuration.access_mode" { // only file_system has it
			continue
		}
		steps := strings.Split(strings.TrimPrefix(path, "."), ".")
		edit(body, steps, func(fields object, name string) { delete(fields, name) })
		found := 0
		edit(want, steps, func(fields object, name string) { fields[name], found = properties[at].Schema["default"], 1 })
		checked += found
	}
	if status, answer := w.send(w.request(r.method, r.path, body)); status/100 != 2 {
		t.Fatalf("%s %s: status %d, want success: %s", r.method, r.path, status, answer)
	}
	got := call[object](w, 200, "GET", "/v2/agents/trip", nil)
	for _, missing := range missingFrom("", clone(t, asRead(want)), got) {
		t.Errorf("default of %s", missing)
	}
	return checked
}
