package store

import (
	"cmp"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

// Format 2 differs from format 1 in the tasks: their engines' state is opaque.

// Owners of the state in tasks of format 1. The engines have these names.
const (
	rulesOwner  = "rules"
	remoteOwner = "remote"
)

// taskV1 is a task of format 1.
type taskV1 struct {
	ID         string                `json:"id"`
	ContextID  string                `json:"context_id"`
	ResponseID string                `json:"response_id"`
	Responding string                `json:"responding"`
	TraceID    string                `json:"trace_id"`
	SpanID     string                `json:"span_id"`
	AgentID    string                `json:"agent_id"`
	AgentKey   string                `json:"agent_key"`
	Model      string                `json:"model"`
	Created    string                `json:"created"`
	Updated    string                `json:"updated"`
	State      string                `json:"state"`
	Reason     string                `json:"reason"`
	Finish     string                `json:"finish"`
	Usage      *orq.Usage            `json:"usage"`
	Pending    []orq.PendingToolCall `json:"pending"`
	Engine     string                `json:"engine"`
	Variables  map[string]any        `json:"variables"`
	Remote     json.RawMessage       `json:"remote"`
	Messages   []orq.Message         `json:"messages"`
	Turn       int                   `json:"turn"`
	Work       json.RawMessage       `json:"work"`
}

func (v taskV1) migrated() *Task {
	t := &Task{
		ID: v.ID, ContextID: v.ContextID, TraceID: v.TraceID, AgentID: v.AgentID, AgentKey: v.AgentKey,
		Created: v.Created, Updated: v.Updated, State: v.State, Reason: v.Reason, Pending: v.Pending,
		Templates: Templates{v.Engine, v.Variables}, Messages: v.Messages,
		Turn: Turn{
			Start: v.Turn, ResponseID: v.ResponseID, SpanID: v.SpanID, Model: v.Model, Began: cmp.Or(v.Responding, v.Created),
			Finish: v.Finish, Usage: v.Usage,
		},
	}
	switch {
	case v.Remote != nil:
		t.Engine = EngineState{remoteOwner, v.Remote}
	case v.Work != nil:
		t.Engine = EngineState{rulesOwner, v.Work}
	}
	return t
}

// migrate brings the tasks of a file to the present format.
func migrate(tx *bbolt.Tx, from int) error {
	if from >= format {
		return nil
	}
	tasks := tx.Bucket([]byte(bucketTasks))
	rewritten := map[string][]byte{} // a bucket must not change while it is iterated
	err := tasks.ForEach(func(id, value []byte) error {
		var old taskV1
		if err := exactjson.Unmarshal(value, &old); err != nil {
			return fmt.Errorf("decode task %s of format %d: %w", id, from, err)
		}
		encoded, err := json.Marshal(old.migrated())
		rewritten[string(id)] = encoded
		return err
	})
	if err != nil {
		return err
	}
	for id, value := range rewritten {
		if err := tasks.Put([]byte(id), value); err != nil {
			return err
		}
	}
	return nil
}
