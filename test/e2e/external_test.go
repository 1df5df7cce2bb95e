package e2e_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// farAgent serves the card of an A2A agent at /card, and records the requests for it.
type farAgent struct {
	url string

	mu   sync.Mutex
	name string
	// asked are the headers of the requests.
	asked []http.Header
}

func newFarAgent(t *testing.T, name string) *farAgent {
	t.Helper()
	far := &farAgent{name: name}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		far.mu.Lock()
		defer far.mu.Unlock()
		far.asked = append(far.asked, r.Header)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"protocolVersion": "0.3.0", "name": "`+far.name+`", "url": "http://127.0.0.1/a2a", "version": "1"}`)
	}))
	t.Cleanup(web.Close)
	far.url = web.URL
	return far
}

func (f *farAgent) rename(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.name = name
}

// last returns the header of the last request, and the number of requests.
func (f *farAgent) last() (http.Header, int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) == 0 {
		return http.Header{}, 0
	}
	return f.asked[len(f.asked)-1], len(f.asked)
}

// register registers an external agent.
func (c *client) register(key string, far *farAgent, changes ...object) {
	c.t.Helper()
	arguments := object{"key": key, "display_name": "Far", "description": "Is far away", "agent_url": far.url}
	for _, change := range changes {
		maps.Copy(arguments, change)
	}
	c.tool("register_a2a_agent", arguments)
}

// shownAgent is an agent as get_agent shows it.
type shownAgent struct {
	Key, Type, Description string
	DisplayName            string `json:"display_name"`
	A2A                    struct {
		AgentURL   string                `json:"agent_url"`
		Headers    map[string]object     `json:"headers"`
		CachedCard struct{ Name string } `json:"cached_card"`
	} `json:"a2a"`
}

func (c *client) shown(key string) shownAgent {
	c.t.Helper()
	return decode[shownAgent](c.t, c.tool("get_agent", object{"key": key}).Structured)
}

// agentPage is a page of list_agents.
type agentPage struct {
	Agents  []struct{ Key, Type string }
	HasMore bool `json:"has_more"`
	Cursor  string
}

// pages reads a list to its end and returns the keys of each page.
func (c *client) pages(arguments object) [][]string {
	c.t.Helper()
	var pages [][]string
	for len(pages) < 20 {
		page := decode[agentPage](c.t, c.tool("list_agents", arguments).Structured)
		var keys []string
		for _, agent := range page.Agents {
			keys = append(keys, agent.Key)
		}
		pages = append(pages, keys)
		if !page.HasMore {
			return pages
		}
		arguments["cursor"] = page.Cursor
	}
	c.t.Fatalf("list_agents has no end: %v", pages)
	return nil
}

// TestExternalAgentsAreListed lists external agents between others, which are in a list of their own in today's API.
func TestExternalAgentsAreListed(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		far := newFarAgent(t, "Far")
		c.create("own0")
		c.register("far0", far)
		c.create("own1")
		c.register("far1", far)
		c.register("far2", far)
		c.create("own2")
		for name, test := range map[string]struct {
			arguments object
			want      [][]string
		}{
			"all":              {object{}, [][]string{{"own2", "far2", "far1", "own1", "far0", "own0"}}},
			"all, one by one":  {object{"limit": 1}, [][]string{{"own2"}, {"far2"}, {"far1"}, {"own1"}, {"far0"}, {"own0"}}},
			"all, by four":     {object{"limit": 4}, [][]string{{"own2", "far2", "far1", "own1"}, {"far0", "own0"}}},
			"a2a":              {object{"type": "a2a"}, [][]string{{"far2", "far1", "far0"}}},
			"a2a, one by one":  {object{"type": "a2a", "limit": 1}, [][]string{{"far2"}, {"far1"}, {"far0"}}},
			"internal, by two": {object{"type": "internal", "limit": 2}, [][]string{{"own2", "own1"}, {"own0"}}},
			"search":           {object{"search": "far away"}, [][]string{{"far2", "far1", "far0"}}},
		} {
			if diff := cmp.Diff(test.want, c.pages(test.arguments)); diff != "" {
				t.Errorf("list of %s (-want +got):\n%s", name, diff)
			}
		}
		for _, agent := range decode[agentPage](t, c.tool("list_agents", object{}).Structured).Agents {
			if isFar := strings.HasPrefix(agent.Key, "far"); isFar != (agent.Type == "a2a") {
				t.Errorf("type of %s = %s", agent.Key, agent.Type)
			}
		}
	})
}

// TestExternalAgentsAreChanged registers an external agent and changes it until it is deleted.
func TestExternalAgentsAreChanged(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		first, second := newFarAgent(t, "First"), newFarAgent(t, "Second")
		c.register("weather", first, object{"headers": object{"X-One": "1"}})
		if got := c.shown("weather"); got.Type != "a2a" || got.A2A.AgentURL != first.url || got.A2A.CachedCard.Name != "First" || got.A2A.Headers["X-One"] == nil {
			t.Errorf("registered agent = %+v, want type a2a, agent_url %s, the card First and the header X-One", got, first.url)
		}
		c.tool("update_agent", object{"key": "weather", "description": "Forecasts"})
		c.tool("update_agent", object{"key": "weather", "a2a": object{"agent_url": second.url}})
		if got := c.shown("weather"); got.Description != "Forecasts" || got.A2A.AgentURL != second.url || got.A2A.CachedCard.Name != "First" {
			t.Errorf("changed agent = %+v, want description Forecasts, agent_url %s and the card First", got, second.url)
		}
		c.refreshed("weather", second, "Second", http.Header{"X-One": {"1"}})
		c.tool("update_agent", object{"key": "weather", "a2a": object{"headers": object{"X-Two": "2"}}})
		second.rename("Third")
		c.refreshed("weather", second, "Third", http.Header{"X-Two": {"2"}})
		c.tool("update_agent", object{"key": "weather", "a2a": object{"headers": object{}}})
		c.refreshed("weather", second, "Third", http.Header{})
		if got := c.shown("weather").A2A.Headers; len(got) > 0 {
			t.Errorf("headers after they were cleared = %v, want none", got)
		}
		c.tool("delete_agent", object{"key": "weather", "confirm": "weather"})
		for tool, arguments := range map[string]object{
			"get_agent": {"key": "weather"}, "update_agent": {"key": "weather", "description": "d"},
			"refresh_agent_card": {"key": "weather"}, "delete_agent": {"key": "weather", "confirm": "weather"},
		} {
			if got, want := c.toolError(tool, arguments), "No agent has the key weather (404)."; !strings.HasPrefix(got, want) {
				t.Errorf("%s of a deleted agent = %q, want prefix %q", tool, got, want)
			}
		}
		if got := c.keys(); len(got) > 0 {
			t.Errorf("agents left = %v, want none", got)
		}
	})
}

// refreshed refreshes a card, which must have the name and be asked for with the headers that begin with X-, and no others.
func (c *client) refreshed(key string, far *farAgent, name string, headers http.Header) {
	c.t.Helper()
	_, before := far.last()
	c.tool("refresh_agent_card", object{"key": key})
	asked, requests := far.last()
	if requests != before+1 {
		c.t.Errorf("refresh_agent_card fetched the card of %s %d times, want once", far.url, requests-before)
	}
	own := http.Header{}
	for header, values := range asked {
		if strings.HasPrefix(header, "X-") {
			own[header] = values
		}
	}
	if diff := cmp.Diff(headers, own); diff != "" {
		c.t.Errorf("headers of the request for the card (-want +got):\n%s", diff)
	}
	if got := c.shown(key).A2A.CachedCard.Name; got != name {
		c.t.Errorf("name in the card = %q, want %q", got, name)
	}
}

// TestExternalAgentsHaveFieldsOfTheirOwn changes fields that an external agent does not have. In the API of March it has a
// role.
func TestExternalAgentsHaveFieldsOfTheirOwn(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		c.register("weather", newFarAgent(t, "Weather"))
		before := string(c.tool("get_agent", object{"key": "weather"}).Structured)
		refused := map[string]string{"instructions": "instructions: an A2A agent has none: it runs elsewhere"}
		if a.isToday() {
			const text = "Nothing was changed: the external agent weather has no "
			refused = map[string]string{"role": text + "role.", "instructions": text + "instructions."}
		}
		for field, want := range refused {
			got := c.toolError("update_agent", object{"key": "weather", "description": "changed", field: "x"})
			if !strings.Contains(got, want) {
				t.Errorf("update of %s = %q, want %q in it", field, got, want)
			}
		}
		if diff := cmp.Diff(before, string(c.tool("get_agent", object{"key": "weather"}).Structured)); diff != "" {
			t.Errorf("agent after the refused updates (-want +got):\n%s", diff)
		}
	})
}

// TestExternalAgentsAreSuggested names external agents by keys that are nearly right, and one that is no external agent.
func TestExternalAgentsAreSuggested(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		c.register("weather", newFarAgent(t, "Weather"))
		c.create("scout")
		t.Run("closest key", func(t *testing.T) {
			for tool, arguments := range map[string]object{
				"get_agent": {}, "update_agent": {"description": "d"}, "refresh_agent_card": {}, "delete_agent": {"confirm": "wether"},
			} {
				arguments["key"] = "wether"
				if got, want := c.toolError(tool, arguments), "No agent has the key wether (404). Closest: weather."; got != want {
					t.Errorf("%s = %q, want %q", tool, got, want)
				}
			}
		})
		if a.isToday() {
			update := c.tool("update_agent", object{"key": "scout", "a2a": object{"agent_url": "https://far.example"}})
			if want := "a2a was ignored: the agent is not an A2A agent"; !strings.Contains(update.text(), want) {
				t.Errorf("update_agent of an internal agent = %q, want %q in it", update.text(), want)
			}
		}
		if got, want := c.toolError("refresh_agent_card", object{"key": "scout"}), "is not an A2A agent"; !strings.Contains(got, want) {
			t.Errorf("refresh_agent_card of an internal agent = %q, want %q in it", got, want)
		}
		if got := c.keys(); !slices.Equal(got, []string{"scout", "weather"}) {
			t.Errorf("agents = %v, want scout and weather", got)
		}
	})
}
