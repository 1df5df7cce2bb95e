package sandbox_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

type page struct {
	Object  string
	Data    []orq.Agent
	HasMore bool `json:"has_more"`
}

func (p page) keys() []string {
	keys := []string{}
	for _, agent := range p.Data {
		keys = append(keys, agent.Key)
	}
	return keys
}

func (w *workspace) list(query string) page {
	w.t.Helper()
	return call[page](w, 200, "GET", "/v2/agents"+query, nil)
}

func TestListOfNothing(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(page{Object: "list", Data: []orq.Agent{}}, open(t, sandbox.Options{}).list("")); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	ids := map[string]string{}
	for i := range 6 {
		agent := w.create(fmt.Sprintf("a%d", i))
		ids[agent.Key] = agent.ID
	}
	call[struct{}](w, 204, "DELETE", "/v2/agents/a3", nil)
	for name, test := range map[string]struct {
		query string
		keys  []string
		more  bool
	}{
		"everything, newest first":     {"", []string{"a5", "a4", "a2", "a1", "a0"}, false},
		"first page":                   {"?limit=2", []string{"a5", "a4"}, true},
		"after":                        {"?limit=2&starting_after=" + ids["a4"], []string{"a2", "a1"}, true},
		"last page":                    {"?limit=2&starting_after=" + ids["a1"], []string{"a0"}, false},
		"after a deleted agent":        {"?limit=2&starting_after=" + ids["a3"], []string{"a2", "a1"}, true},
		"before":                       {"?limit=2&ending_before=" + ids["a1"], []string{"a4", "a2"}, true},
		"before, to the newest":        {"?limit=2&ending_before=" + ids["a2"], []string{"a5", "a4"}, false},
		"before a deleted agent":       {"?limit=1&ending_before=" + ids["a3"], []string{"a4"}, true},
		"before the newest":            {"?ending_before=" + ids["a5"], []string{}, false},
		"exactly as many as there are": {"?limit=5", []string{"a5", "a4", "a2", "a1", "a0"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.list(test.query)
			if diff := cmp.Diff(test.keys, got.keys()); diff != "" || got.HasMore != test.more {
				t.Errorf("has_more = %t, want %t; keys (-want +got):\n%s", got.HasMore, test.more, diff)
			}
		})
	}
}

func TestPagesAreStableDuringChanges(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	for i := range 6 {
		w.create(fmt.Sprintf("a%d", i))
	}
	var keys []string
	after := ""
	for more := true; more; {
		page := w.list("?limit=2" + after)
		keys, more = append(keys, page.keys()...), page.HasMore
		last := page.Data[len(page.Data)-1]
		after = "&starting_after=" + last.ID
		w.create("new-" + last.Key)
		call[struct{}](w, 204, "DELETE", "/v2/agents/"+last.Key, nil)
	}
	if diff := cmp.Diff([]string{"a5", "a4", "a3", "a2", "a1", "a0"}, keys); diff != "" {
		t.Errorf("keys, page after page (-want +got):\n%s", diff)
	}
	before, back := "&ending_before="+w.list("").Data[5].ID, []string{}
	for more := true; more; {
		page := w.list("?limit=2" + before)
		back, more = append(page.keys(), back...), page.HasMore
		before = "&ending_before=" + page.Data[0].ID
		call[struct{}](w, 204, "DELETE", "/v2/agents/"+page.Data[0].Key, nil)
	}
	if diff := cmp.Diff([]string{"new-a0", "new-a2", "new-a4", "a5", "a3"}, back); diff != "" {
		t.Errorf("keys, backwards (-want +got):\n%s", diff)
	}
}

func TestListByType(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	card := serveCard(t, cardV03)
	for i := range 3 {
		w.create(fmt.Sprintf("own%d", i))
		w.register(fmt.Sprintf("far%d", i), card.URL)
	}
	if got := w.list("?type=a2a&limit=2"); !slices.Equal(got.keys(), []string{"far2", "far1"}) || !got.HasMore {
		t.Errorf("a2a: keys = %v, has_more = %t, want far2, far1 and true", got.keys(), got.HasMore)
	}
	if got := w.list("?type=internal"); !slices.Equal(got.keys(), []string{"own2", "own1", "own0"}) {
		t.Errorf("internal: keys = %v, want own2, own1, own0", got.keys())
	}
}

func TestListRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	for query, want := range map[string]string{
		"?limit=0":                          `limit: must be a whole number from 1 to 200, got "0"`,
		"?limit=201":                        `limit: must be a whole number from 1 to 200, got "201"`,
		"?limit=ten&type=x":                 `type: must be one of internal, a2a, got "x"; limit: must be a whole number from 1 to 200, got "ten"`,
		"?starting_after=a&ending_before=b": "ending_before: cannot be combined with starting_after",
	} {
		if got := w.refused(400, "GET", "/v2/agents"+query, nil); got != want {
			t.Errorf("%s: message = %q, want %q", query, got, want)
		}
	}
}
