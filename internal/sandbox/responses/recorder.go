package responses

import (
	"encoding/json"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// idPrefix begins the ids of responses.
const idPrefix = "resp_"

// NewID returns the id of a response, from a ULID.
func NewID(ulid string) string { return idPrefix + ulid }

// Recorder keeps the items of a turn for the store.
type Recorder struct {
	*composer
	record record
}

var _ run.Recorder = (*Recorder)(nil)

// NewRecorder returns the recorder of the turn that a request starts.
func NewRecorder(turn Turn, r Request) *Recorder {
	return &Recorder{newComposer(turn, func(string, fields) error { return nil }), newRecord(r)}
}

// Done implements run.Listener.
func (*Recorder) Done() error { return nil }

// Record implements run.Recorder.
func (r *Recorder) Record() (json.RawMessage, error) {
	r.record.Items, r.record.Cost, r.record.ErrorCode = r.items, r.cost, r.code
	return json.Marshal(r.record)
}
