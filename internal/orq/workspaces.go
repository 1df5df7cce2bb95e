package orq

import "context"

// Workspace is a workspace that an API key may see.
type Workspace struct {
	ID   string `json:"id"`
	Key  string `json:"key"`
	Name string `json:"display_name"`
}

// Workspaces returns the workspaces that the key may see, at most 50: usually the one that it belongs to, but the API does not
// promise that. The error matches ErrNoRoute when the server has no such list, as in March.
//
// GET /v2/workspaces
func (c *Client) Workspaces(ctx context.Context) ([]Workspace, error) {
	var page struct {
		Data []Workspace `json:"data"`
	}
	err := c.requester.do(ctx, apiCall{operation: opListWorkspaces, query: ListOptions{Limit: lookupPageSize}.page()}, &page)
	return page.Data, noRouteIfBare(err)
}
