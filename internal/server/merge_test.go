package server

import (
	"bytes"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// TestMergedTextKeepsNothingOfTheStream writes to the memory of an event after it was added, as the next event does.
func TestMergedTextKeepsNothingOfTheStream(t *testing.T) {
	t.Parallel()
	memory := []byte(`2026-12-01{"a":"text"}`)
	whole := unsafe.String(unsafe.SliceData(memory), len(memory))
	var merged mergedText
	merged.add(relay.Progress{Message: "so far: text", Text: whole[16:20], Event: &orq.Event{Type: orq.EventThought, Timestamp: whole[:10], Raw: whole[10:]}})
	copy(memory, bytes.Repeat([]byte("?"), len(memory)))
	want := relay.Progress{Message: "so far: text", Text: "text", Event: &orq.Event{Type: orq.EventThought, Timestamp: "2026-12-01", Raw: `{"a":"text"}`}}
	if diff := cmp.Diff(want, merged.progress()); diff != "" {
		t.Errorf("merged text (-want +got):\n%s", diff)
	}
}
