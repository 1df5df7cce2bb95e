package sandbox

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// modelsTimeout is how long the model server may take to list its models.
const modelsTimeout = 5 * time.Second

var errModelsTimeout = errors.New("the model server did not list its models in time")

type modelAnswer struct {
	ID      string `json:"id"`
	Object  string `json:"object"` // model
	OwnedBy string `json:"owned_by"`
	Created int64  `json:"created"` // unix seconds
}

// listModels serves GET /v3/router/models: the models of the model server or, without one, those that agents name.
func (x *router) listModels(w http.ResponseWriter, r *http.Request) error {
	list := x.namedModels
	if x.models != nil {
		list = func() ([]modelAnswer, error) { return x.servedModels(r.Context()) }
	}
	models, err := list()
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, struct {
		Object string        `json:"object"`
		Data   []modelAnswer `json:"data"`
	}{"list", models})
}

func (x *router) servedModels(ctx context.Context) ([]modelAnswer, error) {
	ctx, stop := context.WithTimeoutCause(ctx, modelsTimeout, errModelsTimeout)
	defer stop()
	served, err := x.models.Models(ctx)
	if errors.Is(err, errModelsTimeout) {
		return nil, &apierror.Error{Status: http.StatusGatewayTimeout, Message: err.Error()}
	}
	if failed, ok := errors.AsType[*chat.Error](err); ok {
		return nil, &apierror.Error{Status: failed.Code, Message: failed.Message}
	}
	if err != nil {
		return nil, err
	}
	models := make([]modelAnswer, len(served))
	for i, model := range served {
		models[i] = modelAnswer{model.ID, "model", cmp.Or(model.OwnedBy, provider(model.ID)), model.Created}
	}
	return models, nil
}

// namedModels are the models of the agents and their fallbacks, by id. Each was created with the oldest agent that names it.
func (x *router) namedModels() ([]modelAnswer, error) {
	records, _, err := x.store.List(store.Page{})
	if err != nil {
		return nil, err
	}
	byID := map[string]modelAnswer{}
	for _, rec := range records { // newest first
		if rec.Agent.Model == nil || rec.Agent.A2A != nil {
			continue
		}
		ids := []string{rec.Agent.Model.ID}
		for _, fallback := range rec.Agent.Model.FallbackModels {
			ids = append(ids, fallback.ID)
		}
		created, err := time.Parse(time.RFC3339, rec.Agent.Created)
		if err != nil {
			created = time.Unix(0, 0)
		}
		for _, id := range ids {
			byID[id] = modelAnswer{id, "model", provider(id), created.Unix()}
		}
	}
	models := make([]modelAnswer, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		models = append(models, byID[id])
	}
	return models, nil
}

// provider is that of a model, before the first slash of its id.
func provider(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}
