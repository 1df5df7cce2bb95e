package sandbox

import (
	"fmt"
	"net/http"
	"slices"
)

// Generation is one of the API's: which operations a workspace has.
type Generation string

// The generations. March is the API of March 2026, Today that of September 2026, in which the Responses API has taken the
// place of the run operations, and external agents are known to operations of their own. Most operations are in both.
const (
	GenerationBoth  Generation = "both"
	GenerationMarch Generation = "march"
	GenerationToday Generation = "today"
)

// check refuses a generation that there is not. Empty is GenerationBoth.
func (g Generation) check() error {
	switch g {
	case "", GenerationBoth, GenerationMarch, GenerationToday:
		return nil
	}
	return fmt.Errorf("generation: must be %s, %s or %s, got %q", GenerationBoth, GenerationMarch, GenerationToday, string(g))
}

// has reports whether a workspace of generation g has the operations of another.
func (g Generation) has(other Generation) bool {
	return g == "" || g == GenerationBoth || other == GenerationBoth || other == g
}

// route is an operation of the API.
type route struct {
	pattern string
	// in is the generation that has the operation, or GenerationBoth.
	in    Generation
	serve func(http.ResponseWriter, *http.Request) error
}

// allRoutes are the operations of all generations. What the generations have in common but for details is served as in g.
func (s *Sandbox) allRoutes(g Generation) []route {
	agents, external := s.agents(g), s.external()
	routes := []route{
		{"POST /v2/agents", GenerationBoth, agents.create},
		{"GET /v2/agents", GenerationBoth, agents.list},
		{"GET /v2/agents/{key}", GenerationBoth, agents.get},
		{"PATCH /v2/agents/{key}", GenerationBoth, agents.update},
		{"DELETE /v2/agents/{key}", GenerationBoth, agents.delete},
		{"POST /v2/agents/a2a", GenerationMarch, s.registerA2A},
		{"POST /v2/agents/{key}/card/refresh", GenerationMarch, s.refreshCard},
		{"POST /v2/agents/{key}/task", GenerationMarch, s.invoke},
		{"POST /v2/agents/{key}/stream-task", GenerationMarch, s.invokeStream},
		{"POST /v2/agents/run", GenerationMarch, s.configureAndRun},
		{"POST /v2/agents/stream-run", GenerationMarch, s.configureAndRunStream},
		{"POST /v2/agents/{key}/responses", GenerationMarch, s.respond},
		{"GET /v2/agents/{key}/responses/{task_id}", GenerationMarch, s.getResponse},
		{"POST /v2/agents/external", GenerationToday, external.register},
		{"GET /v2/agents/external", GenerationToday, external.list},
		{"GET /v2/agents/external/{key}", GenerationToday, external.get},
		{"PATCH /v2/agents/external/{key}", GenerationToday, external.update},
		{"POST /v3/router/responses", GenerationToday, s.router.createResponse},
		{"GET /v3/router/responses/{response_id}", GenerationToday, s.router.getResponse},
		{"GET /v3/router/models", GenerationToday, s.router.listModels},
		{"POST /v2/agents/{key}/a2a", GenerationBoth, s.a2a.Call},
		{"GET /v2/agents/{key}/a2a/card", GenerationBoth, s.a2a.Card},
		{"GET /v2/agents/{key}/a2a/.well-known/agent-card.json", GenerationBoth, s.a2a.Card},
	}
	return slices.Concat(routes, s.lookupRoutes(), scheduleRoutes())
}

// newRoutes returns the operations of one generation, or of all.
func (s *Sandbox) newRoutes(g Generation) http.Handler {
	mux := http.NewServeMux()
	all := s.allRoutes(g)
	for _, route := range all {
		if g.has(route.in) {
			mux.HandleFunc(route.pattern, s.handler(route.serve))
		}
	}
	routes := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			w = &noRoute{ResponseWriter: w, request: r, hint: routeHint(all, g, r)}
		}
		mux.ServeHTTP(w, r)
	})
	if g.has(GenerationToday) {
		return s.withRefreshExternal(routes)
	}
	return routes
}

// noRoute answers a request for which there is no operation in the words of the service's router, with the status and the
// header of the mux: 404, or 405 where the path has other methods. The hint follows in further lines.
type noRoute struct {
	http.ResponseWriter
	request *http.Request
	hint    string
}

// Write implements http.ResponseWriter.
func (w *noRoute) Write(body []byte) (int, error) {
	_, err := fmt.Fprintf(w.ResponseWriter, "Cannot %s %s\n%s", w.request.Method, w.request.URL.EscapedPath(), w.hint)
	return len(body), err
}
