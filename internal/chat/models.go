package chat

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// localProvider stands before the ids of models whose server is asked without a provider.
const localProvider = "local/"

// Model is a model that the server has.
type Model struct {
	// ID is the model as an agent names it: with a provider, which is left out again in requests.
	ID      string
	OwnedBy string
	Created int64 // unix seconds; 0: the server does not report it
}

// Models asks the server which models it has: GET /models. It makes one attempt; the caller's context bounds it. The error is
// an *Error, or the cause of ctx.
func (c *Client) Models(ctx context.Context) ([]Model, error) {
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(c.options.URL, "/")+"/models", http.NoBody)
	if err != nil {
		return nil, err
	}
	if c.options.Key != "" {
		get.Header.Set("Authorization", "Bearer "+c.options.Key)
	}
	response, err := c.http.Do(get)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, c.newError(http.StatusBadGateway, "the model server does not list its models: %s", response.Status)
	}
	var list struct {
		Data []struct {
			ID      string `json:"id"`
			OwnedBy string `json:"owned_by"`
			Created int64  `json:"created"`
		} `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxObject)).Decode(&list); err != nil || list.Data == nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, c.newError(http.StatusBadGateway, "%s", c.notAModelServer())
	}
	prefix := localProvider
	if c.options.KeepPrefix {
		prefix = ""
	}
	models := make([]Model, len(list.Data))
	for i, model := range list.Data {
		models[i] = Model{prefix + model.ID, model.OwnedBy, model.Created}
	}
	return models, nil
}
