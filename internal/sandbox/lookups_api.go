package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// lookups serves lists of what the fields of an agent can name.
type lookups struct{ store *store.Store }

// lookupRoutes are the lists of what the fields of an agent can name. Projects and memory stores exist here because agents
// name them; of the other kinds the sandbox has none.
func (s *Sandbox) lookupRoutes() []route {
	l := lookups{s.store}
	routes := []route{
		{"GET /v2/projects", GenerationToday, l.listProjects},
		{"GET /v2/memory-stores", GenerationToday, l.listMemoryStores},
	}
	for _, kind := range []string{"tools", "skills", "knowledge", "evaluators", "file-systems", "mcp-servers", "identities"} {
		routes = append(routes, route{"GET /v2/" + kind, GenerationToday, listNone})
	}
	return routes
}

// listNone serves the list of a kind of which there are none.
func listNone(w http.ResponseWriter, r *http.Request) error {
	return writePage(w, r, 0, []struct{}{}, nil)
}

// project is that of agents whose paths begin with its name.
type project struct {
	ID         string   `json:"project_id"`
	Name       string   `json:"name"`
	Key        string   `json:"key"`
	IsArchived bool     `json:"is_archived"`
	IsDefault  bool     `json:"is_default"`
	Teams      []string `json:"teams"`
	// CreatedAt is when the oldest of the agents was created, as far as they exist. Nothing updates a project.
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

// listProjects serves GET /v2/projects, newest first.
func (l lookups) listProjects(w http.ResponseWriter, r *http.Request) error {
	named, err := l.named(func(agent orq.Agent) []string { return []string{agents.ProjectName(agent.Path)} })
	if err != nil {
		return err
	}
	projects := make([]project, len(named))
	for i, n := range named {
		projects[i] = project{
			ID: agents.ProjectID(n.name), Name: n.name, Key: n.name, IsDefault: n.name == agents.DefaultPath, Teams: []string{},
			CreatedAt: n.since, UpdatedAt: n.since,
		}
	}
	return writePage(w, r, 0, projects, func(p project) string { return p.ID })
}

// memoryStore is one that agents name.
type memoryStore struct {
	ID string `json:"_id"`
	// Key is the name by which agents refer to it.
	Key string `json:"key"`
	// Description is always empty.
	Description string `json:"description"`
	// Created is when the oldest of the agents was created.
	Created string `json:"created"`
	Updated string `json:"updated"`
	// Embedding has no model: the sandbox searches by words.
	Embedding struct {
		Model string `json:"model"`
	} `json:"embedding_config"`
}

// memoryStoresPage is how many memory stores are returned without a limit.
const memoryStoresPage = 10

// listMemoryStores serves GET /v2/memory-stores, newest first: those that agents name and whose keys contain the search.
func (l lookups) listMemoryStores(w http.ResponseWriter, r *http.Request) error {
	named, err := l.named(func(agent orq.Agent) []string { return agent.MemoryStores })
	if err != nil {
		return err
	}
	stores := []memoryStore{}
	for _, n := range named {
		if strings.Contains(strings.ToLower(n.name), strings.ToLower(r.URL.Query().Get("search"))) {
			stores = append(stores, memoryStore{
				ID: store.DerivedID("memory-store/" + n.name), Key: n.name, Created: n.since, Updated: n.since,
			})
		}
	}
	return writePage(w, r, memoryStoresPage, stores, func(m memoryStore) string { return m.ID })
}

// namedThing is what agents name, and since when.
type namedThing struct{ name, since string }

// named returns what the agents name, newest first. It is as old as the oldest agent that names it.
func (l lookups) named(names func(orq.Agent) []string) ([]namedThing, error) {
	records, _, err := l.store.List(store.Page{})
	if err != nil {
		return nil, err
	}
	since := map[string]string{}
	for _, rec := range records { // newest first
		for _, name := range names(rec.Agent) {
			if name != "" {
				since[name] = rec.Agent.Created
			}
		}
	}
	things := make([]namedThing, 0, len(since))
	for name, time := range since {
		things = append(things, namedThing{name, time})
	}
	slices.SortFunc(things, func(a, b namedThing) int {
		return cmp.Or(cmp.Compare(b.since, a.since), cmp.Compare(a.name, b.name))
	})
	return things, nil
}

// writePage answers the page of all items that the request's query selects. Without a limit it has usual items; 0: all.
func writePage[T any](w http.ResponseWriter, r *http.Request, usual int, all []T, id func(T) string) error {
	query, err := validate.List(r.URL.Query())
	if err != nil {
		return err
	}
	page, more, err := pageOf(all, query, cmp.Or(query.Limit, usual, len(all)), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list[T]{"list", page, more})
}

// pageOf returns at most limit items before or after a cursor, and whether there are more in that direction.
func pageOf[T any](all []T, query validate.ListQuery, limit int, id func(T) string) (page []T, more bool, err error) {
	find := func(parameter, cursor string) (int, error) {
		at := slices.IndexFunc(all, func(item T) bool { return id(item) == cursor })
		if at < 0 {
			return 0, apierror.Invalid("%s: the list has no item with the id %q", parameter, truncate.Runes(cursor, 60))
		}
		return at, nil
	}
	if query.EndingBefore != "" {
		end, err := find("ending_before", query.EndingBefore)
		if err != nil {
			return nil, false, err
		}
		start := max(0, end-limit)
		return all[start:end], start > 0, nil
	}
	start := 0
	if query.StartingAfter != "" {
		at, err := find("starting_after", query.StartingAfter)
		if err != nil {
			return nil, false, err
		}
		start = at + 1
	}
	end := min(start+limit, len(all))
	return all[start:end], end < len(all), nil
}
