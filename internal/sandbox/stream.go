package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// listener writes what a run tells to the connection of a client.
type listener interface {
	event(orq.Event) error
	// piece is some text of a model that is still speaking; an empty one says that it begins anew.
	piece(string) error
	// data writes one line as it is.
	data([]byte) error
}

// follow hands the events of a run to the listener as they come. A client that leaves cancels the run; /drop breaks the
// connection and lets the run go on.
func (r *run) follow(request *http.Request, to listener) error {
	for {
		var gone error
		select {
		case event := <-r.events:
			gone = to.event(event)
		case text := <-r.pieces:
			gone = to.piece(text)
		case <-r.cut:
			panic(http.ErrAbortHandler)
		case <-request.Context().Done():
			if r.wasCut() {
				return nil
			}
			gone = request.Context().Err()
		case <-r.ended:
			if r.wasCut() {
				panic(http.ErrAbortHandler)
			}
			if to.event(r.last) == nil {
				_ = to.data([]byte("[DONE]"))
			}
			return nil
		}
		if gone != nil {
			r.cancel(errClientLeft)
			return nil //nolint:nilerr // there is nobody left to tell
		}
	}
}

func (r *run) wasCut() bool {
	select {
	case <-r.cut:
		return true
	default:
		return false
	}
}

// eventStream writes the events of a run as they are.
type eventStream struct {
	http.ResponseWriter
	*http.ResponseController
}

func newEventStream(w http.ResponseWriter) eventStream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	return eventStream{w, http.NewResponseController(w)}
}

func (s eventStream) event(event orq.Event) error {
	encoded, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", event.Type, err)
	}
	return s.data(encoded)
}

// piece says nothing: these events have no pieces of text.
func (eventStream) piece(string) error { return nil }

func (s eventStream) data(line []byte) error {
	if _, err := fmt.Fprintf(s.ResponseWriter, "data: %s\n\n", line); err != nil {
		return err
	}
	return s.Flush()
}
