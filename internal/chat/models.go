package chat

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
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
		body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody)) // the status alone is an error, too
		return nil, c.newError(http.StatusBadGateway, "the model server does not list its models: %s",
			strings.TrimSuffix(response.Status+": "+wordsOf(body).Text, ": "))
	}
	var body struct{ Data json.RawMessage }
	var listed list[listedModel]
	err = json.NewDecoder(io.LimitReader(response.Body, maxObject)).Decode(&body)
	if err == nil {
		err = listed.UnmarshalJSON(body.Data)
	}
	if err != nil || body.Data == nil { // null is an empty list, of an Ollama without models
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, c.newError(http.StatusBadGateway, "%s", c.notAModelServer())
	}
	prefix := localProvider
	if c.options.KeepPrefix {
		prefix = ""
	}
	var models []Model
	for _, model := range listed {
		if model.ID == "" {
			continue
		}
		created, _ := strconv.ParseFloat(string(model.Created), 64) // 0 when it is no number
		models = append(models, Model{prefix + string(model.ID), string(model.OwnedBy), int64(created)})
	}
	return models, nil
}

// listedModel is an entry of the list.
type listedModel struct {
	ID      looseText
	OwnedBy looseText `json:"owned_by"`
	Created looseText
}
