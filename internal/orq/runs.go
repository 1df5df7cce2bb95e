package orq

import "context"

// InvokeAgent starts a run of an existing agent, by key, id or key@version, and returns without waiting for its end
// unless the request is blocking.
//
// POST /v2/agents/{key}/task
func (c *Client) InvokeAgent(ctx context.Context, key string, request InvokeRequest) (*Task, error) {
	return c.task(ctx, call{operation: opInvokeAgent, segments: []string{key}, body: request})
}

// RunAgent starts a run of an agent configured by the request itself, and returns without waiting for its end.
//
// POST /v2/agents/run
func (c *Client) RunAgent(ctx context.Context, request RunRequest) (*Task, error) {
	return c.task(ctx, call{operation: opRunAgent, body: request})
}

func (c *Client) task(ctx context.Context, call call) (*Task, error) {
	var task Task
	if err := c.do(ctx, call, &task); err != nil {
		return nil, err
	}
	return &task, nil
}

// StreamAgent runs an existing agent, by key, id or key@version, and yields its events.
//
// POST /v2/agents/{key}/stream-task
func (c *Client) StreamAgent(ctx context.Context, key string, request InvokeRequest) Events {
	return c.stream(ctx, call{operation: opStreamAgent, segments: []string{key}, body: request})
}

// StreamRun runs an agent configured by the request itself and yields its events.
//
// POST /v2/agents/stream-run
func (c *Client) StreamRun(ctx context.Context, request RunRequest) Events {
	return c.stream(ctx, call{operation: opStreamRun, body: request})
}

// GetAgentResponse returns where a task stands: in progress, failed, completed, or paused on PendingToolCalls.
// ErrNotFound when the task is unknown.
//
// GET /v2/agents/{agent_key}/responses/{task_id}
func (c *Client) GetAgentResponse(ctx context.Context, key, taskID string) (*AgentResponse, error) {
	var response AgentResponse
	err := c.do(ctx, call{operation: opGetAgentResponse, segments: []string{key, taskID}}, &response)
	if err != nil {
		return nil, err
	}
	return &response, nil
}
