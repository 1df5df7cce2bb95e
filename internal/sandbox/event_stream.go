package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// follow writes the events of a run to the client. The run goes on when the client leaves.
func follow(r *http.Request, h *run.Handle, to run.Listener) error {
	if h.Follow(r.Context(), to) != nil {
		panic(http.ErrAbortHandler) // the only way to break the connection
	}
	return nil
}

// eventStream writes the events of a run as they are. It is a run.Listener.
type eventStream struct {
	http.ResponseWriter
	*http.ResponseController
}

var _ run.Listener = eventStream{}

func newEventStream(w http.ResponseWriter) eventStream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	return eventStream{w, http.NewResponseController(w)}
}

// Event implements run.Listener.
func (s eventStream) Event(event orq.Event) error {
	encoded, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", event.Type, err)
	}
	return s.writeData(encoded)
}

// Done implements run.Listener.
func (s eventStream) Done() error { return s.writeData([]byte("[DONE]")) }

// writeTyped writes an event with a line for its type, unless that is empty.
func (s eventStream) writeTyped(typ string, data []byte) error {
	if typ != "" {
		if _, err := fmt.Fprintf(s.ResponseWriter, "event: %s\n", typ); err != nil {
			return err
		}
	}
	return s.writeData(data)
}

func (s eventStream) writeData(line []byte) error {
	if _, err := fmt.Fprintf(s.ResponseWriter, "data: %s\n\n", line); err != nil {
		return err
	}
	return s.Flush()
}
