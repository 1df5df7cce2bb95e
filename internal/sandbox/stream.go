package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// follow writes the events of a run as they come. A client that leaves cancels the run; /drop breaks the connection
// and lets the run go on.
func (r *run) follow(w http.ResponseWriter, request *http.Request) error {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	stream := eventStream{w, http.NewResponseController(w)}
	for {
		select {
		case event := <-r.events:
			if stream.event(event) != nil {
				r.cancel(errClientLeft)
				return nil //nolint:nilerr // there is nobody left to tell
			}
		case <-r.cut:
			panic(http.ErrAbortHandler)
		case <-request.Context().Done():
			if !r.wasCut() {
				r.cancel(errClientLeft)
			}
			return nil
		case <-r.ended:
			if r.wasCut() {
				panic(http.ErrAbortHandler)
			}
			if stream.event(r.last) == nil {
				_ = stream.data([]byte("[DONE]"))
			}
			return nil
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

type eventStream struct {
	http.ResponseWriter
	*http.ResponseController
}

func (s eventStream) event(event orq.Event) error {
	encoded, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", event.Type, err)
	}
	return s.data(encoded)
}

func (s eventStream) data(line []byte) error {
	if _, err := fmt.Fprintf(s.ResponseWriter, "data: %s\n\n", line); err != nil {
		return err
	}
	return s.Flush()
}
