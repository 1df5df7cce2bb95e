package tools

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// An agent card is written by a stranger: its depth must not cost more than its length.
func TestADeepValueStaysJSONBelowTheOutline(t *testing.T) {
	t.Parallel()
	const depth = 5000
	deep := strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth)
	text := outline(map[string]any{"card": json.RawMessage(deep)})
	if len(text) > 2*depth+1000 || !strings.Contains(text, strings.Repeat("[", depth-outlineDepth)) {
		t.Errorf("%d bytes for %d", len(text), len(deep))
	}
}

func TestAServerThatRepeatsItsPagesIsLeft(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"object": "list", "has_more": true, "data": [`+agentJSON(t, nil)+`]}`)
	})
	const want = "The request to orq.ai failed: list agents: the server answers every page with the same agents. Check the network and ORQ_BASE_URL, then try again."
	if got := s.refused(t, "list_agents", `{"search": "zzz"}`); got != want {
		t.Errorf("answered %q", got)
	}
	if n := len(s.lines()); n != 2 {
		t.Errorf("%d pages were asked for", n)
	}
}
