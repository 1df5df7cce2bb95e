package sandbox

import (
	"encoding/json"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Export reads the agents of a data file, oldest first, in the form in which Seed creates them again. The values of
// headers are left empty. It changes nothing, and fails while another process uses the file.
func Export(path string) ([]json.RawMessage, error) {
	recs, err := store.ReadAgents(path)
	if err != nil {
		return nil, fmt.Errorf("read sandbox data %s: %w", path, err)
	}
	requests := make([]json.RawMessage, len(recs)) // not nil, which would be null
	for i, rec := range recs {
		if requests[i], err = exactjson.Marshal(agents.RequestFor(rec)); err != nil {
			return nil, err
		}
	}
	return requests, nil
}
