package a2a

import (
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// artifact is a result of the task, as far as it was received in this exchange.
type artifact struct {
	key       string
	previous  Extent // received in the exchanges before
	parts     []orq.Part
	continues bool // a further piece follows
}

// unnamedPrefix begins the keys of artifacts without an id; their place follows.
const unnamedPrefix = "#"

// addArtifact adds an artifact, or a piece of one. seen counts the ids of the event.
func (x *exchange) addArtifact(received Artifact, snapshot bool, seen map[string]int) error {
	a := x.artifactFor(received, snapshot, seen)
	a.continues = received.Continues
	switch {
	case received.Append || received.ID == "" && !snapshot:
		a.parts = append(a.parts, received.Parts...)
		return x.emit(received.Parts)
	case snapshot:
		received.Parts = a.previous.after(received.Parts)
	default:
		a.previous = Extent{} // it was replaced
	}
	known := mergeTexts(a.parts)
	a.parts = received.Parts
	return x.emit(newParts(known, received.Parts))
}

// artifactFor returns the artifact that a received one is, or continues. Without an id it is known by its place in a
// snapshot; outside of one it is a further artifact, unless it continues the last.
func (x *exchange) artifactFor(received Artifact, snapshot bool, seen map[string]int) *artifact {
	if n := len(x.artifacts); received.ID == "" && !snapshot && n > 0 && (received.Append || x.artifacts[n-1].continues) {
		return x.artifacts[n-1]
	}
	key := received.ID
	switch place := seen[key]; {
	case key == "" && !snapshot:
		key = fmt.Sprint(unnamedPrefix, x.unnamed)
		x.unnamed++
	case key == "" || place > 0:
		key = fmt.Sprint(key, unnamedPrefix, place)
	}
	if snapshot && received.ID == "" {
		x.unnamed = max(x.unnamed, seen[""]+1)
	}
	seen[received.ID]++
	a := x.byKey[key]
	if a == nil {
		a = &artifact{key: key, previous: x.previous.Artifacts[key]}
		x.byKey[key], x.artifacts = a, append(x.artifacts, a)
	}
	return a
}
