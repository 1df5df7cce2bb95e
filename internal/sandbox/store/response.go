package store

// Response is one turn of a task, as it stays readable when the task goes on.
type Response struct {
	TaskID  string `json:"task_id"`
	TraceID string `json:"trace_id"`
	AgentID string `json:"agent_id"`
	Updated string `json:"updated"`
	State   string `json:"state"`
	// Reason is why the turn failed or was canceled.
	Reason string `json:"reason,omitzero"`
	Turn   Turn   `json:"turn"`
}

// LastTurn is the last turn of the task.
func (t *Task) LastTurn() Response {
	return Response{t.ID, t.TraceID, t.AgentID, t.Updated, t.State, t.Reason, t.Turn}
}

// Active reports whether a run works on the turn.
func (r Response) Active() bool { return (&Task{State: r.State}).Active() }

// Response returns the turn of a stored task whose Record was set, by its response id; or ErrNoResponse.
func (s *Store) Response(id string) (*Response, error) {
	return read[Response](s.kv, bucketResponses, id, ErrNoResponse)
}
