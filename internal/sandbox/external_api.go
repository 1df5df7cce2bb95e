package sandbox

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// withRefreshExternal adds POST /v2/agents/external/{agent_key}:refreshCard to other operations. A pattern cannot match the
// end of a segment, and "POST /v2/agents/external/{call}" would be in conflict with "POST /v2/agents/{key}/task".
func (s *Sandbox) withRefreshExternal(next http.Handler) http.Handler {
	refresh := s.handler(s.external().refresh)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call, external := strings.CutPrefix(r.URL.Path, "/v2/agents/external/")
		key, isRefresh := strings.CutSuffix(call, ":refreshCard")
		if !external || !isRefresh || r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		r.SetPathValue("key", key)
		refresh(w, r)
	})
}

// externalAPI serves the operations below /v2/agents/external.
type externalAPI struct {
	store *store.Store
	build *agents.Builder
}

func (s *Sandbox) external() externalAPI { return externalAPI{s.store, s.build} }

// register serves POST /v2/agents/external: it fetches the agent's card, checks it and stores both.
func (e externalAPI) register(w http.ResponseWriter, r *http.Request) error {
	var in agents.Registration
	if err := decode(w, r, validate.RegisterExternal(), &in); err != nil {
		return err
	}
	addLogAttr(w, "agent", in.Key)
	if e.store.ID(in.Key) != "" {
		return agents.KeyTaken(in.Key)
	}
	rec, err := e.build.Register(r.Context(), in)
	if err != nil {
		return err
	}
	if err := e.store.Insert(rec); errors.Is(err, store.ErrTaken) {
		return agents.KeyTaken(in.Key)
	} else if err != nil {
		return err
	}
	return writeExternal(w, rec)
}

// find returns the A2A agent that the request's path names by key or id.
func (e externalAPI) find(r *http.Request) (*store.Record, error) {
	ref := r.PathValue("key")
	rec, err := e.store.Agent(ref)
	if errors.Is(err, store.ErrNoAgent) || err == nil && rec.Agent.Type != orq.TypeA2A {
		return nil, noExternalAgent(ref)
	}
	return rec, err
}

func noExternalAgent(ref string) error {
	return &apierror.Error{Status: http.StatusNotFound, Message: "there is no external agent " + strconv.Quote(ref)}
}

// get serves GET /v2/agents/external/{agent_key}.
func (e externalAPI) get(w http.ResponseWriter, r *http.Request) error {
	rec, err := e.find(r)
	if err != nil {
		return err
	}
	return writeExternal(w, rec)
}

// update serves PATCH /v2/agents/external/{agent_key}: what the body does not hold stays as it is.
func (e externalAPI) update(w http.ResponseWriter, r *http.Request) error {
	var in agents.ExternalUpdate
	if err := decode(w, r, validate.UpdateExternal(), &in); err != nil {
		return err
	}
	rec, err := e.find(r)
	if err != nil {
		return err
	}
	rec, err = e.store.Update(rec.Agent.ID, func(rec *store.Record) error { return e.build.UpdateExternal(rec, in) })
	if errors.Is(err, store.ErrNoAgent) {
		return noExternalAgent(r.PathValue("key"))
	}
	if err != nil {
		return err
	}
	return writeExternal(w, rec)
}

// refresh serves POST /v2/agents/external/{agent_key}:refreshCard.
func (e externalAPI) refresh(w http.ResponseWriter, r *http.Request) error {
	rec, err := e.find(r)
	if err != nil {
		return err
	}
	if rec, err = e.build.Refresh(r.Context(), rec); err != nil {
		return err
	}
	return writeExternal(w, rec)
}

// list serves GET /v2/agents/external, newest first.
func (e externalAPI) list(w http.ResponseWriter, r *http.Request) error {
	query, err := validate.List(r.URL.Query())
	if err != nil {
		return err
	}
	records, more, err := e.store.List(store.Page{
		Type: orq.TypeA2A, After: query.StartingAfter, Before: query.EndingBefore, Limit: query.Limit,
	})
	if err != nil {
		return err
	}
	data := make([]agents.External, len(records))
	for i, rec := range records {
		data[i] = agents.NewExternal(rec)
	}
	return writeJSON(w, http.StatusOK, list[agents.External]{"list", data, more})
}

func writeExternal(w http.ResponseWriter, rec *store.Record) error {
	return writeJSON(w, http.StatusOK, struct {
		Agent agents.External `json:"agent"`
	}{agents.NewExternal(rec)})
}

// list is a page of a list, as every operation answers it.
type list[T any] struct {
	Object  string `json:"object"`
	Data    []T    `json:"data"`
	HasMore bool   `json:"has_more"`
}
